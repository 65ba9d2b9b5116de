import Commands
import Foundation
import Genomics
import ModelRegistry
import NeuralNetwork
import Observability
import Testing
import VariantCalling

@testable import helicase

/// Evaluations of the calling network, as the operator's command makes them.
@Suite("Evaluating variants")
struct VariantEvaluationTests {
    private func batch(_ count: Int, from first: Int) -> ExampleBatch {
        var random = SplitMix64(seed: UInt64(first))
        var batch = ExampleBatch(
            candidates: (0..<count).map {
                Candidate(contig: "1", position: first + $0, reference: "A", alternate: "C")
            },
            features: (0..<(count * CandidateEncoder.valuesPerCandidate)).map { _ in
                Float(random.next() >> 40) * 0x1p-24
            },
            labels: (0..<count).map { UInt8($0 % 3) })
        batch.split = .validation
        return batch
    }

    @Test("A version is scored by the code of infer, file after file, and the policy is served before a promotion")
    func evaluate() async throws {
        let database = try await migratedDatabase()
        let registry = ModelRegistry(database)
        let package = try CallingModel.bundledPackage()
        let (version, _) = try await registry.register(package, name: CallingModel.name, actor: "a", reason: "new")
        let batches = [batch(70, from: 1), batch(5, from: 100)]
        let task = try TaskEvaluation(VariantTask())
        let set = try await registry.addEvaluationSet(
            "toy", task: "variants", kind: task.kind, files: 2, description: "", actor: "a"
        ) { try task.read(batches[$0].encode(), name: "\($0)") }
        #expect(set.examples == 75 && set.files.map(\.split) == ["validation", "validation"])

        _ = try await registry.setPolicy(
            of: CallingModel.name, set: "toy", metric: "accuracy", required: 0, margin: 0.1, actor: "a", reason: "r")
        let evaluator = ModelEvaluator(registry: registry, tasks: [VariantTask()], actor: "a")
        try await evaluator.evaluateForPolicy(version)
        let evaluation = try #require(try await registry.evaluations(of: CallingModel.name).first)
        let predicted = try await CallingModel(package).predict(batches, workers: 1).flatMap { $0 }
        let right = zip(predicted, batches.flatMap { $0.labels ?? [] }).count { row, label in
            row.indices.max { row[$0] < row[$1] } == Int(label)
        }
        #expect(evaluation.metrics["accuracy"]?.value == Double(right) / 75)
        #expect(evaluation.figures.reliabilityBefore != nil)
        try await evaluator.evaluateForPolicy(version)
        let count = try await database.query("SELECT count(*) AS n FROM evaluations")[0].decode("n", as: Int.self)
        #expect(count == 1, "what is there is not made again")
        _ = try await registry.promote(name: version.name, version: version.version, actor: "a", reason: "r")
        await database.close()
    }

    @Test("Files without labels, or that are no examples, are refused by name")
    func refused() throws {
        var unlabelled = batch(2, from: 1)
        unlabelled.labels = nil
        for bytes in [try unlabelled.encode(), [1, 2, 3], []] {
            let error = #expect(throws: RegistryError.self) {
                try TaskEvaluation(VariantTask()).read(bytes, name: "x.safetensors")
            }
            #expect(error?.description.hasPrefix("x.safetensors: ") == true)
        }
    }

    @Test(
        "Times are read with a zone and any fraction, and written so that they find what they name",
        arguments: [
            ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000000Z"),
            ("2026-03-01T12:00:00.25Z", "2026-03-01T12:00:00.250000Z"),
            ("2026-03-01T14:00:00.000001+02:00", "2026-03-01T12:00:00.000001Z"),
            ("2026-03-01T07:30:00-0430", "2026-03-01T12:00:00.000000Z"),
        ])
    func times(text: String, expected: String) throws {
        let time = try Timestamp.parse(text)
        #expect(Timestamp.text(time) == expected)
        #expect(try Timestamp.parse(expected) == time)
    }

    @Test(
        "What is no time, or has no zone, is refused",
        arguments: ["", "yesterday", "2026-03-01", "2026-03-01T12:00:00"])
    func badTimes(text: String) {
        #expect(throws: StartError.self) { try Timestamp.parse(text) }
    }
}
