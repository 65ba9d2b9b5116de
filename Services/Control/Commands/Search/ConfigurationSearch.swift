import Commands
import Events
import Foundation
import Hashing
import NeuralNetwork
import Storage

/// Trains one configuration after the other, keeps every trial in the database, and trains the best one again.
///
/// A search that was ended goes on where it was: trials that are done stay as they are.
struct ConfigurationSearch {
    let plan: SearchPlan
    let endpoints: Endpoints
    /// What was typed.
    let line: String
    /// What the changes are made to.
    let document: JSONDocument
    /// Digests of the data, which tell one search from another.
    let data: [String: String]
    /// The examples that a figure is of, in words.
    let judgedOn: String
    /// Prepares the training of a document; throws where it cannot be one.
    let prepare: @Sendable (JSONDocument) throws -> any PreparedTraining

    /// Makes all trials that are not done, shows them, and returns the best one's document and what its lineage must say.
    func run(workers: Int) async throws -> (document: JSONDocument, lineage: String, trials: Int) {
        let configurations = try plan.configurations()
        // A path that is none is a mistake of the plan, not of a trial.
        for configuration in configurations { _ = try SearchPlan.applying(configuration, to: document) }
        return try await endpoints.withDatabase { database in
            let table = SearchTable(database: database)
            try await table.open(
                plan, digest: digest(configurations), command: line, judgedOn: judgedOn, configurations: configurations)
            for trial in try await table.trials(of: plan.name) where !["done", "failed"].contains(trial.state) {
                try await table.begin(trial.trial, of: plan.name)
                FileHandle.standardError.write(
                    Data("trial \(trial.trial + 1) of \(configurations.count): \(trial.text)\n".utf8))
                do {
                    let figures = try await figures(of: configurations[trial.trial], workers: workers)
                    let name = "validation.\(plan.metric)"
                    guard let figure = figures["\(name).mean-of-folds"] ?? figures[name] else {
                        let known = figures.keys.filter { $0.hasPrefix("validation.") && !$0.hasSuffix("folds") }
                            .map { $0.dropFirst("validation.".count) }.sorted()
                        throw ControlError(
                            "there is no figure \(plan.metric) of held-out examples"
                                + (known.isEmpty ? ": hold some out" : "; there are: \(known.joined(separator: ", "))"))
                    }
                    try await table.finish(trial.trial, of: plan.name, figure: figure, figures: figures)
                } catch let error as StorageError {
                    throw error
                } catch let error as CancellationError {
                    throw error
                } catch {
                    try await table.fail(trial.trial, of: plan.name, problem: "\(error)")
                }
            }
            let trials = try await table.trials(of: plan.name)
            print(SearchTable.lines(trials, metric: plan.metric, isLower: plan.isLower).joined(separator: "\n"))
            let done = trials.filter { $0.figure != nil }
            let best = done.min { a, b in
                let (x, y) = (a.figure ?? 0, b.figure ?? 0)
                return x == y ? a.trial < b.trial : plan.isLower ? x < y : x > y
            }
            guard let best else {
                throw ControlError(
                    "no trial of \(plan.name) could be made: \(trials.first?.problem ?? "there is none")")
            }
            return (
                try SearchPlan.applying(configurations[best.trial], to: document),
                "; trial \(best.trial) of the search \(plan.name), chosen among \(done.count) trials by \(plan.metric) on "
                    + "\(judgedOn): the figure that it was chosen by is optimistic", done.count
            )
        }
    }

    private func figures(of configuration: [String: JSONDocument], workers: Int) async throws -> [String: Double] {
        let training = try prepare(SearchPlan.applying(configuration, to: document))
        return try await LocalTraining.package(training, workers: workers).lineage.metrics
    }

    private func digest(_ configurations: [[String: JSONDocument]]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var digest = SHA256Digest()
        for part in [
            try encoder.encode(configurations), try encoder.encode(document), try encoder.encode(data),
            Data("\(plan.metric) \(plan.isLower) \(judgedOn)".utf8),
        ] { digest.update(Array(part)) }
        return digest.hexadecimal
    }
}

/// The best configuration's training, whose lineage says how it was chosen.
struct ChosenTraining: PreparedTraining {
    let training: any PreparedTraining
    let lineage: String
    let trials: Int

    func fit(_ session: TrainingSession) throws -> ModelPackage {
        var package = try training.fit(session)
        package.lineage.split += lineage
        package.lineage.metrics["search.trials"] = Double(trials)
        return package
    }
}
