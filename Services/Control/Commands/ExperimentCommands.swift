import Commands
import Events
import Foundation
import ModelRegistry
import NeuralNetwork
import Tasks

/// `helicase models shadow`, `canary` and `experiment`.
enum ExperimentCommands {
    static func begin(_ mode: Experiment.Mode, _ command: ParsedCommand) async throws {
        let (name, number) = try ModelChoice.parse(command.positional[0])
        guard let number else {
            throw StartError(.usage, "\"\(name)\" names no version: say which one is tried, \(name)@2")
        }
        var thresholds = Thresholds()
        thresholds.examples = try command.integer("examples", in: 1...1_000_000) ?? thresholds.examples
        thresholds.agreement = try share("agreement", command)
        let share = mode == .canary ? try share("share", command) : 0
        let tolerance = try tolerance(command)
        let (automatic, reason) = (command.flag("auto"), command.value("reason") ?? "")
        let experiment = try await Endpoints(command).withDatabase { [thresholds] database in
            let registry = ModelRegistry(database)
            let package = try await registry.package(name, version: number)
            try ServedModels.checkServed(package, of: "\(name)@\(number)", named: name)
            try await ServedModels.checkSuccessor(package, of: "\(name)@\(number)", named: name, registry)
            let answers = try await answers(package, of: name, tolerance: tolerance, registry)
            return try await Experiments(database).begin(
                mode, name: name, challenger: number, share: share, answers: answers, thresholds: thresholds,
                automatic: automatic, actor: ModelCommands.actor, reason: reason)
        }
        if command.flag("json") {
            print(String(decoding: try EventCoding.encode(experiment), as: UTF8.self))
        } else {
            print(
                "Experiment \(experiment.id) is open: \(title(experiment)). `helicase models experiment show \(name)` tells how "
                    + "it goes.")
        }
    }

    /// What is compared; numbers that differ by less than the error of the version in production count as the same where nothing
    /// else is asked for.
    private static func answers(
        _ package: ModelPackage, of name: String, tolerance: Double?, _ registry: ModelRegistry
    ) async throws -> Answers {
        // A task may say something else than each output of its network: the calling network's two heads decide one genotype.
        let outcome = try ServedModels.task(of: package)?.model(package).outcome ?? Outcome(package)
        guard case .values = outcome, tolerance == nil, let production = try await registry.production(of: name) else {
            return try Answers(outcome, tolerance: tolerance)
        }
        let champion = try await registry.package(name, version: production.version)
        guard let error = champion.lineage.metrics["validation.mean-squared-error"], error > 0 else {
            throw StartError(
                .usage,
                "--tolerance is missing: \(production.label) does not say how large its error is, so say how far apart numbers may be "
                    + "that count as the same")
        }
        return try Answers(outcome, tolerance: error.squareRoot())
    }

    static func stop(_ command: ParsedCommand) async throws {
        let name = command.positional[0]
        try await Endpoints(command).withDatabase { database in
            let experiments = Experiments(database)
            guard let experiment = try await experiments.latest(of: name),
                try await experiments.end(
                    experiment, .stopped, actor: ModelCommands.actor, outcome: command.value("reason") ?? "")
            else { throw ControlError("no experiment of \(name) is open") }
            print("Experiment \(experiment.id) is stopped.")
        }
    }

    private struct Shown: Codable {
        var experiment: Experiment
        var verdicts: [Verdict]
        /// What the verdict would be now.
        var now: Verdict?
    }

    static func show(_ command: ParsedCommand) async throws {
        let name = command.positional[0]
        let shown = try await Endpoints(command).withDatabase { database in
            let experiments = Experiments(database)
            guard let experiment = try await experiments.latest(of: name) else {
                throw ControlError("there was no experiment of \(name); `helicase models shadow` begins one")
            }
            return Shown(
                experiment: experiment, verdicts: try await experiments.verdicts(of: experiment),
                now: try await experiments.preview(of: experiment))
        }
        if command.flag("json") {
            print(String(decoding: try EventCoding.encode(shown), as: UTF8.self))
        } else {
            print(ExperimentText.lines(shown.experiment, shown.now ?? shown.verdicts.last).joined(separator: "\n"))
        }
    }

    static func title(_ experiment: Experiment) -> String {
        let challenger = "\(experiment.name)@\(experiment.challenger)"
        let share = experiment.share.formatted(.percent.locale(Locale(identifier: "en_US_POSIX")))
        return experiment.mode == .shadow
            ? "\(challenger) in the shadow of \(experiment.name)@\(experiment.champion)"
            : "\(challenger) scores \(share) of the runs beside \(experiment.name)@\(experiment.champion)"
    }

    private static func tolerance(_ command: ParsedCommand) throws -> Double? {
        guard let text = command.value("tolerance") else { return nil }
        guard let tolerance = Double(text), tolerance > 0, tolerance.isFinite else {
            throw StartError(.usage, "--tolerance: \"\(text)\" is not a number above 0")
        }
        return tolerance
    }

    private static func share(_ option: String, _ command: ParsedCommand) throws -> Double {
        let text = command.value(option) ?? ""
        guard let share = Double(text), share > 0, share <= 1 else {
            throw StartError(.usage, "--\(option): \"\(text)\" is not a share above 0 and at most 1")
        }
        return share
    }
}
