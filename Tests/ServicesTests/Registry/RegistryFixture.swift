import Foundation
import NeuralNetwork
import Storage

@testable import ModelRegistry

/// A registry with candidates of one model, and a set of eight labelled examples to judge them by.
struct RegistryFixture {
    let database: Database
    let registry: ModelRegistry
    static let kind = ScoredExamples.Kind.classes(names: ["no", "yes"], background: 0)
    static let targets: [Float] = [0, 0, 0, 0, 1, 1, 1, 1]

    /// Registers `versions` candidates of `m`.
    init(versions: Int = 3) async throws {
        database = try await migratedDatabase()
        registry = ModelRegistry(database)
        for seed in 0..<versions {
            _ = try await registry.register(Self.package(seed: UInt64(seed)), name: "m", actor: "a", reason: "new")
        }
    }

    static func package(seed: UInt64, curve: [LearningCurvePoint]? = nil) throws -> ModelPackage {
        ModelPackage(
            try Network(Architecture(input: [2, 2], layers: [.flatten, .linear(outputs: 2)]), seed: seed),
            featureVersion: "f1", labels: ["no", "yes"],
            lineage: Lineage(
                data: ["reads.bam": "ab12"], split: "even and odd", command: "a test", seed: seed,
                metrics: ["best-epoch": 2], curve: curve))
    }

    /// A set in one file.
    @discardableResult
    func addSet(
        _ name: String = "held", bytes: [UInt8] = [1, 2, 3], targets: [Float] = targets, features: String = "f1",
        split: String? = "validation", groups: [Int64]? = nil
    ) async throws -> EvaluationSet {
        try await registry.addEvaluationSet(
            name, task: "toy", kind: Self.kind, files: 1, description: "a toy set", actor: "a"
        ) { _ in
            LabelledFile(
                name: "x.bin", bytes: bytes, targets: targets, groups: groups, featureVersion: features, split: split)
        }
    }

    /// An evaluation of `m` in which these examples are called wrongly.
    @discardableResult
    func evaluate(_ version: Int, wrong: Set<Int> = [], on name: String = "held") async throws -> Evaluation {
        let set = try await registry.evaluationSet(name)
        return try await registry.record(
            EvaluationReport(Self.examples(wrong: wrong, groups: registry.groups(of: set))), of: "m", version: version,
            on: set, actor: "a")
    }

    static func examples(wrong: Set<Int> = [], groups: [Int64]? = nil) throws -> ScoredExamples {
        let predictions = targets.enumerated().flatMap { index, target -> [Float] in
            let yes: Float = (target == 1) != wrong.contains(index) ? 0.9 : 0.1
            return [1 - yes, yes]
        }
        return try ScoredExamples(kind: kind, predictions: predictions, targets: targets, groups: groups)
    }

    func promote(_ version: Int, override: Bool = false, reason: String = "good") async throws {
        _ = try await registry.promote(name: "m", version: version, actor: "a", reason: reason, override: override)
    }

    func rule(_ metric: String, required: Double? = nil, margin: Double? = nil) async throws {
        _ = try await registry.setPolicy(
            of: "m", set: "held", metric: metric, required: required, margin: margin, actor: "chief", reason: "safety")
    }
}
