import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// A network over bases as the task scores with it.
@Suite("Models of sequences")
struct SequenceModelTests {
    private let task = SequenceTask()

    private func architecture(_ outputs: Int = 2) -> Architecture {
        Architecture(
            bases: 12,
            layers: [
                .conv1d(filters: 6, kernel: 5), .relu, .flatten, .linear(outputs: 3), .relu, .linear(outputs: outputs),
            ])
    }

    private func package(seed: UInt64 = 1, features: String = SequenceTask.featureVersion) throws -> ModelPackage {
        try ModelPackage(Network(architecture(), seed: seed), featureVersion: features, labels: ["no", "yes"])
    }

    private func scores(_ package: ModelPackage, _ sequences: [String]) async throws -> [Score] {
        var batch = ItemBatch(columns: ["sequence"])
        for (number, text) in sequences.enumerated() {
            batch.items.append(Item(record: number, name: "n", fields: [Array(text.utf8)]))
        }
        let decoded = try ItemBatch(decoding: batch.encode())
        #expect(decoded == batch)
        let examples = try task.examples(decoding: task.examples(of: decoded).encode())
        return try await task.model(package).scores([examples], workers: 2)[0]
    }

    @Test("A record that cannot be scored has its problem, and the others are scored as if it were not there")
    func problems() async throws {
        let good = ["ACGTACGTACGT", "acgtnacgtacg"]
        let mixed = try await scores(package(), [good[0], "ACGT", "MKLE", "", good[1]])
        #expect(mixed.map { $0.problem != nil } == [false, true, true, true, false])
        #expect(mixed[1].problem == "the sequence has 4 bases and the model reads 12")
        #expect(mixed[3].problem == "the sequence is empty")
        let alone = try await scores(package(), good)
        #expect([mixed[0], mixed[4]] == alone)
        #expect(alone.allSatisfy { abs($0.values.reduce(0, +) - 1) < 1e-6 })
    }

    @Test("A model of both strands says the same of a sequence and of its reverse complement: the mean of the two")
    func strands() async throws {
        let (forward, reverse) = ("AACCGGTTACGR", "YCGTAACCGGTT")
        let one = try await scores(package(), [forward, reverse])
        let both = try await scores(package(features: SequenceTask.bothStrands), [forward, reverse])
        #expect(both[0] == both[1])
        for place in 0..<2 {
            #expect(both[0].values[place] == 0.5 * (one[0].values[place] + one[1].values[place]))
        }
    }

    @Test("An ensemble is one network whose outputs are the means of its members'")
    func ensemble() throws {
        let members = try (1...3).map { try Network(architecture(), seed: UInt64($0)) }
        let (joined, weights) = try Ensemble.join(members)
        let network = try Network(joined, seed: 0)
        try network.load(weights)
        let inputs: [Float] = [1, 2, 4, 8, 15, 5, 1, 1, 2, 8, 4, 2]
        var mean: [Float] = [0, 0]
        for member in members {
            let output = try InferenceModel(member).predict(inputs, count: 1)
            for place in 0..<2 { mean[place] += output[place] / 3 }
        }
        let output = try InferenceModel(network).predict(inputs, count: 1)
        for place in 0..<2 { #expect(abs(output[place] - mean[place]) < 1e-5) }
        let bare = try [Network(Architecture(bases: 4, layers: [.conv1d(filters: 1, kernel: 2), .maxPool()]), seed: 1)]
        #expect(throws: TaskError.self) { try Ensemble.join(bare + bare) }
    }

    @Test("A network that does not read bases, or inputs of another definition, is no model of sequences")
    func foreign() throws {
        let numbers = Architecture(input: [12], layers: [.linear(outputs: 2)])
        #expect(throws: TaskError.self) {
            try task.check(numbers, labels: ["a", "b"], featureVersion: SequenceTask.featureVersion)
        }
        #expect(throws: TaskError.self) {
            try task.check(architecture(), labels: ["a", "b"], featureVersion: "pileup-1")
        }
    }

    @Test(
        "Every recipe makes a network with its labels; every model of the suite has a recipe and can score",
        arguments: SequenceRecipe.bundled)
    func recipes(_ name: String) throws {
        let recipe = try #require(try SequenceRecipe.bundled(name))
        #expect(recipe.model == name)
        #expect(try recipe.architecture.outputShape() == [recipe.labels.count])
        if let package = try SequenceTask().bundled.package(name) {
            #expect(package.labels == recipe.labels && package.lineage.command.contains("--recipe \(name) "))
            _ = try task.model(package)
        }
        #expect(SequenceTask().bundled.names.allSatisfy { SequenceRecipe.bundled.contains($0) })
    }
}
