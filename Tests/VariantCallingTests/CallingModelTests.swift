import Genomics
import NeuralNetwork
import Testing
import VariantCalling

/// The calling network, scoring.
struct CallingModelTests {
    /// Probabilities of single candidates as bits, so that even the sign of a zero counts.
    private func bits(_ probabilities: [[[Float]]]) -> [[UInt32]] {
        probabilities.flatMap { $0 }.map { $0.map(\.bitPattern) }
    }

    /// Consecutive batches of these sizes.
    private func split(_ batch: ExampleBatch, _ sizes: [Int]) -> [ExampleBatch] {
        var start = 0
        return sizes.map { size in
            defer { start += size }
            let values = CandidateEncoder.valuesPerCandidate
            return ExampleBatch(
                candidates: Array(batch.candidates[start..<(start + size)]),
                features: Array(batch.features[(start * values)..<((start + size) * values)]))
        }
    }

    @Test("A candidate's probabilities have the same bits in any batch and for any number of workers")
    func sameBits() async throws {
        let model = try CallingModel(Fixture.package())
        let batch = Fixture.batch(130)
        let expected = bits(try await model.predict([batch], workers: 1))
        #expect(expected.count == 130)
        for (sizes, workers) in [([130], 3), ([1, 129], 1), ([7, 0, 50, 73], 2), ([64, 66], 64), ([129, 1], 0)] {
            let batches = split(batch, sizes)
            let predicted = try await model.predict(batches, workers: workers)
            #expect(predicted.map(\.count) == sizes)
            #expect(bits(predicted) == expected, "\(sizes) by \(workers) workers")
        }
        for index in [0, 47, 129] {
            let alone = try await model.predict([split(batch, [index, 1])[1]], workers: 1)
            #expect(bits(alone) == [expected[index]])
        }
    }

    @Test("Probabilities are three a candidate and sum to 1")
    func probabilities() async throws {
        let model = try CallingModel(Fixture.package(seed: 3))
        for row in try await model.predict([Fixture.batch(5)], workers: 1)[0] {
            #expect(row.count == 3 && row.allSatisfy { $0 >= 0 && $0 <= 1 })
            #expect(abs(row.reduce(0, +) - 1) < 1e-6)
        }
        #expect(try await model.predict([], workers: 1).isEmpty)
        #expect(try await model.predict([Fixture.batch(0)], workers: 2) == [[]])
    }

    @Test("A package read from its bytes scores as the one that was written")
    func packageBytes() async throws {
        let package = try Fixture.package()
        let read = try ModelPackage(decoding: package.encode())
        let batch = Fixture.batch(3)
        #expect(
            bits(try await CallingModel(read).predict([batch], workers: 1))
                == bits(try await CallingModel(package).predict([batch], workers: 1)))
    }

    @Test("A package carries the thresholds of its pileups, and reads no others")
    func options() async throws {
        var package = try Fixture.package()
        #expect(try CallingModel(package).options == PileupOptions(), "a package of before carries none")
        package.taskOptions =
            #"{"minimumMappingQuality":5,"minimumBaseQuality":10,"minimumSupport":3,"#
            + #""minimumSubstitutionFraction":0.1,"minimumIndelFraction":0.08,"maximumIndelLength":50,"maximumDepth":200,"#
            + #""minimumCallableDepth":5}"#
        let model = try CallingModel(ModelPackage(decoding: package.encode()))
        #expect(model.options.minimumSupport == 3)
        // What the services make are pileups of the usual thresholds.
        #expect(throws: CallingModelError.self) { try VariantTask().model(package) }
        await #expect(throws: CallingModelError.self) { try await model.predict([Fixture.batch(1)], workers: 1) }
        var batch = Fixture.batch(1)
        batch.options = model.options
        let read = try ExampleBatch(decoding: batch.encode())
        #expect(read.options == model.options)
        #expect(try await model.predict([read], workers: 1)[0].count == 1)
        for document in ["{}", "x", package.taskOptions?.replacing(":3", with: ":0") ?? ""] {
            package.taskOptions = document
            #expect(throws: CallingModelError.self, "\(document)") { try CallingModel(package) }
        }
    }

    @Test("A model of other features, classes or input is refused with the reason")
    func otherModels() throws {
        var features = try Fixture.package()
        features.featureVersion = "pileup-0"
        let error = #expect(throws: CallingModelError.self) { try CallingModel(features) }
        #expect(
            error?.description
                == "the model reads features of version pileup-0, this program makes pileup-2: train a version for them"
        )

        var labels = try Fixture.package()
        labels.labels = ["0/0", "1/1", "0/1"]
        #expect(throws: CallingModelError.self) { try CallingModel(labels) }

        var input = try Fixture.package()
        input.architecture.inputs[0].shape = [PileupEncoder.positions, PileupEncoder.channels - 1]
        #expect(throws: CallingModelError.self) { try CallingModel(input) }

        var weights = try Fixture.package()
        weights.weights.removeLast()
        #expect(throws: CallingModelError.self) { try CallingModel(weights) }
    }
}
