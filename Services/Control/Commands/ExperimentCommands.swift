import Events
import Foundation
import ModelRegistry
import ServiceRuntime

/// `helicase models shadow`, `canary` and `experiment`.
enum ExperimentCommands {
    static func begin(_ mode: Experiment.Mode, _ command: ParsedCommand) async throws {
        let (name, number) = try ModelChoice.parse(command.positional[0])
        guard let number else {
            throw ServiceRuntimeError(.usage, "\"\(name)\" names no version: say which one is tried, \(name)@2")
        }
        try ServedModels.checkServed(name)
        var thresholds = Thresholds()
        thresholds.examples = try command.integer("examples", in: 1...1_000_000) ?? thresholds.examples
        thresholds.agreement = try share("agreement", command)
        let share = mode == .canary ? try share("share", command) : 0
        let (automatic, reason) = (command.flag("auto"), command.value("reason") ?? "")
        let experiment = try await Endpoints(command).withDatabase { [thresholds] database in
            let package = try await ModelRegistry(database).package(name, version: number)
            try ServedModels.check(package, of: "\(name)@\(number)", named: name)
            return try await Experiments(database).begin(
                mode, name: name, challenger: number, share: share, thresholds: thresholds, automatic: automatic,
                actor: ModelCommands.actor, reason: reason)
        }
        if command.flag("json") {
            print(String(decoding: try EventCoding.encode(experiment), as: UTF8.self))
        } else {
            print(
                "Experiment \(experiment.id) is open: \(title(experiment)). `helicase models experiment show \(name)` tells how "
                    + "it goes.")
        }
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

    private static func share(_ option: String, _ command: ParsedCommand) throws -> Double {
        let text = command.value(option) ?? ""
        guard let share = Double(text), share > 0, share <= 1 else {
            throw ServiceRuntimeError(.usage, "--\(option): \"\(text)\" is not a share above 0 and at most 1")
        }
        return share
    }
}
