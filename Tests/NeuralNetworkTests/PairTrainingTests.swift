import Foundation
import Testing

@testable import NeuralNetwork

/// Trainings on the difference of a network's outputs for two inputs.
@Suite("Training on pairs")
struct PairTrainingTests {
    /// Pairs of sequences of 12 bases; the target is the T of the second less those of the first, times 0.5.
    private struct Pairs: ExampleSource {
        var codes: [[Float]] = []
        var weights: [Float]?

        init(_ count: Int) {
            var random = SplitMix64(seed: 3)
            for _ in 0..<count {
                let first = (0..<12).map { _ in Float(1 << (random.next() >> 62)) }
                var second = first
                second[Int(random.next() % 12)] = Float(1 << (random.next() >> 62))
                codes.append(first + second)
            }
        }

        var count: Int { codes.count }

        func target(_ index: Int) -> Float {
            func count(_ bases: ArraySlice<Float>) -> Float { Float(bases.count { $0 == 8 }) }
            return 0.5 * (count(codes[index][12...]) - count(codes[index][..<12]))
        }

        func fill(
            _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
        ) throws {
            _ = input.update(fromContentsOf: codes[index])
            target[0] = self.target(index)
        }

        func weight(of index: Int) -> Float? { weights?[index] }
    }

    private static let architecture = Architecture(
        bases: 12, layers: [.conv1d(filters: 4, kernel: 3), .tanh, .averagePool(), .linear(outputs: 1)])

    private static func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
        var options = TrainingOptions()
        options.epochs = 40
        options.batchSize = 16
        options.shardSize = 8
        options.learningRate = 0.02
        options.loss = .meanSquaredError
        options.pairs = true
        change(&options)
        return options
    }

    /// The outputs of both inputs of each pair.
    private static func outputs(_ network: Network, _ pairs: Pairs) throws -> [(first: Float, second: Float)] {
        let all = try InferenceModel(network).predict(pairs.codes.flatMap { $0 }, count: 2 * pairs.count)
        return pairs.codes.indices.map { (all[2 * $0], all[2 * $0 + 1]) }
    }

    @Test("The difference of the outputs becomes the target")
    func learns() throws {
        let (pairs, network) = (Pairs(400), try Network(Self.architecture, seed: 2))
        let report = try Trainer(network, options: Self.options()).fit(pairs)
        let first = try #require(report.epochs.first?.loss)
        #expect(try #require(report.epochs.last?.loss) < first / 5)
        let differences = try Self.outputs(network, pairs).map { $0.second - $0.first }
        var error: Float = 0
        for index in 0..<pairs.count { error += abs(differences[index] - pairs.target(index)) }
        #expect(error / Float(pairs.count) < 0.1)
    }

    @Test("The gradient is that of the weighted loss of differences, by finite differences of every weight")
    func gradient() throws {
        var pairs = Pairs(3)
        pairs.weights = [0.5, 2, 1]
        let network = try Network(Self.architecture, seed: 6)
        let start = network.weights
        // One step of plain descent on all three: what it moved a weight by is the rate times the gradient of the mean.
        let rate: Float = 1e-3
        let options = Self.options {
            $0.epochs = 1
            $0.optimizer = .sgd(momentum: 0, nesterov: false, weightDecay: 0)
            $0.schedule = .constant
            $0.learningRate = rate
        }
        _ = try Trainer(network, options: options).fit(pairs)
        let moved = network.weights
        func loss(_ weights: [Float]) throws -> Double {
            let other = try Network(Self.architecture, seed: 1)
            try other.load(weights)
            let outputs = try Self.outputs(other, pairs)
            var (sum, total) = (0.0, 0.0)
            for (index, pair) in outputs.enumerated() {
                let error = Double(pair.second) - Double(pair.first) - Double(pairs.target(index))
                let weight = Double(pairs.weights?[index] ?? 1)
                sum += weight * error * error
                total += weight
            }
            return sum / total
        }
        for place in start.indices {
            var (up, down) = (start, start)
            up[place] += 1e-2
            down[place] -= 1e-2
            let slope: Double = try (loss(up) - loss(down)) / 2e-2
            let own = Double(start[place] - moved[place]) / Double(rate)
            let tolerance: Double = 2e-3 + 0.02 * abs(slope)
            #expect(abs(own - slope) < tolerance, "weight \(place): \(own) and \(slope)")
        }
    }

    @Test("Both of a pair are augmented alike, and any number of workers gives the same bytes")
    func sameBytes() throws {
        let results = try (1...3).map { workers in
            let network = try Network(Self.architecture, seed: 1)
            let options = Self.options {
                $0.epochs = 2
                $0.workers = workers
                $0.augmentations = [.reverseComplement(), .shift(maximum: 2)]
            }
            _ = try Trainer(network, options: options).fit(Pairs(60))
            return network.weights
        }
        #expect(results[1] == results[0] && results[2] == results[0])
        // A pair of one sequence twice has no difference, however it is turned.
        var equal = Pairs(20)
        equal.codes = equal.codes.map { Array($0[..<12] + $0[..<12]) }
        let options = Self.options {
            $0.epochs = 1
            $0.augmentations = [.reverseComplement(), .shift(maximum: 3)]
        }
        let report = try Trainer(Network(Self.architecture, seed: 1), options: options).fit(equal)
        #expect(report.epochs[0].loss == 0)
    }

    @Test("Layers that are fixed stay as they are, to the bit, and the others learn")
    func fixed() throws {
        let network = try Network(Self.architecture, seed: 2)
        let before = (network["0.weight"], network["0.bias"], network["3.weight"])
        let options = Self.options {
            $0.fixed = ["0"]
            // Without a gradient, parameters would still decay.
            $0.optimizer = .adamW(weightDecay: 0.1)
        }
        _ = try Trainer(network, options: options).fit(Pairs(40))
        #expect(network["0.weight"] == before.0 && network["0.bias"] == before.1 && network["3.weight"] != before.2)
        let unknown = Self.options { $0.fixed = ["1"] }
        #expect(throws: NeuralNetworkError.self) { try Trainer(network, options: unknown) }
    }

    @Test("What cannot be a training on pairs is refused")
    func refusals() throws {
        let network = try Network(Self.architecture, seed: 1)
        let changes: [(inout TrainingOptions) -> Void] = [
            { $0.loss = .binaryCrossEntropy() }, { $0.loss = .poisson }, { $0.validationShare = 0.1 },
            { $0.patience = 2 },
        ]
        for change in changes {
            #expect(throws: NeuralNetworkError.self) { try Trainer(network, options: Self.options(change)) }
        }
        #expect(throws: NeuralNetworkError.self) {
            _ = try Trainer(network, options: Self.options()).fit(Pairs(4), validation: Pairs(4))
        }
    }
}
