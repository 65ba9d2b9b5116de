import Delivery
import Foundation
import NeuralNetwork
import Observability
import Tasks

/// Scores a version on evaluation sets and keeps what comes of it.
public struct ModelEvaluator {
    private let registry: ModelRegistry
    private let tasks: [any PredictionTask]
    private let actor: String

    /// Makes an evaluator for models of these tasks, and of any network; `actor` is who asks.
    public init(registry: ModelRegistry, tasks: [any PredictionTask], actor: String) {
        self.registry = registry
        self.tasks = tasks
        self.actor = actor
    }

    /// Scores file by file, so that no more than one is in memory, with the package's calibration and without.
    public func evaluate(_ name: String, version: Int, on setName: String) async throws -> Evaluation {
        let set = try await registry.evaluationSet(setName)
        let task = try set.evaluated(by: tasks)
        let package = try await registry.package(name, version: version)
        guard package.featureVersion == set.featureVersion else {
            throw RegistryError(
                "\(name)@\(version) reads features of version \(package.featureVersion), the evaluation set \(set.name) "
                    + "has \(set.featureVersion)")
        }
        try EvaluationSet.checkDifferent(set.files)
        try set.checkUnseen(by: "\(name)@\(version)", data: package.lineage.data)
        var plain = package
        plain.calibration = Calibration()
        plain.calibrations = [:]
        var (predictions, uncalibrated): ([Float], [Float]) = ([], [])
        let meter = ProgressMeter("evaluating", total: set.examples, unit: "examples")
        for (index, file) in set.files.enumerated() {
            let bytes = try await registry.file(index, of: set)
            predictions += try await task.predict(bytes, package: package)
            uncalibrated += try await task.predict(bytes, package: plain)
            meter.advance(by: file.examples)
        }
        meter.finish()
        let (targets, groups) = (try await registry.targets(of: set), try await registry.groups(of: set))
        let examples = try ScoredExamples(
            kind: set.kind, predictions: predictions, targets: targets, groups: groups)
        let plainExamples = try ScoredExamples(kind: set.kind, predictions: uncalibrated, targets: targets)
        let report = try await BlockingWork.run { EvaluationReport(examples, uncalibrated: plainExamples) }
        return try await registry.record(report, of: name, version: version, on: set, actor: actor)
    }

    /// Makes the evaluations that the model's policy asks for and that are not there, of a version and of the one in
    /// production.
    ///
    /// One that cannot be made, because the features are others, is left to the guard to name.
    public func evaluateForPolicy(_ chosen: ModelRegistry.Version) async throws {
        let (name, policies) = (chosen.name, try await registry.policies(of: chosen.name))
        if policies.isEmpty { return }
        let sets = try await registry.evaluationSets()
        let there = Set(try await registry.evaluations(of: name).map { "\($0.version) \($0.set)" })
        let production = try await registry.production(of: name)
        for version in [chosen, production].compactMap({ $0 }) {
            for set in sets
            where set.featureVersion == version.featureVersion && !there.contains("\(version.version) \(set.name)")
                && policies.contains(where: { $0.set == set.name && (version == chosen || $0.margin != nil) })
            {
                _ = try await evaluate(name, version: version.version, on: set.name)
            }
        }
    }
}
