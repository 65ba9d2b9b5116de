import Testing

@testable import NeuralNetwork

/// Sequences token by token: sampling, likelihoods, and moves along weighed gradients.
struct NextTokenTests {
    private static let vocabulary = 7
    private static func network(layers: Int = 2, length: Int = 12) throws -> Network {
        try Network(.nextToken(vocabulary: vocabulary, length: length, width: 5, hidden: 24, layers: layers), seed: 3)
    }

    private static let sequences: [[UInt16]] = [[3, 1, 2, 6], [5], [], [1, 1, 2, 2, 4, 3, 6, 5, 2]]

    @Test("A step gives the logits of the whole network, to the last bit", arguments: SIMDLevel.supported)
    func steps(_ simd: SIMDLevel) throws {
        let network = try Self.network()
        let whole = try InferenceModel(network, simd: simd)
        let examples = SequenceExamples(Self.sequences, end: 0, length: 12)
        let model = try NextTokenModel(network, simd: simd)
        for (index, sequence) in Self.sequences.enumerated() {
            var (input, target) = ([Float](repeating: 0, count: 13), [Float](repeating: 0, count: 12))
            try input.withUnsafeMutableBufferPointer { input in
                try target.withUnsafeMutableBufferPointer { try examples.fill(index, into: input, target: $0) }
            }
            let expected = whole.predict(input, count: 1)
            // Another sequence runs beside it, and must not matter.
            let states = model.makeStates(capacity: 3)
            states.reset()
            for position in 0...sequence.count {
                let token = position == 0 ? 0 : Int(sequence[position - 1])
                let logits = model.step([5, token], states)
                let own = Array(logits[Self.vocabulary..<2 * Self.vocabulary])
                #expect(own == Array(expected[position * Self.vocabulary..<(position + 1) * Self.vocabulary]))
            }
        }
    }

    @Test("Samples follow from seed and number, whatever is made beside them, and know their likelihood")
    func samples() throws {
        let model = try NextTokenModel(Self.network())
        let together = model.sample(
            streams: 0..<20, seed: 9, end: 0, longest: 11, states: model.makeStates(capacity: 20))
        let alone = model.sample(streams: 7..<8, seed: 9, end: 0, longest: 11, states: model.makeStates(capacity: 1))
        #expect(alone == [together[7]])
        #expect(
            together
                != model.sample(streams: 0..<20, seed: 10, end: 0, longest: 11, states: model.makeStates(capacity: 20)))
        let complete = together.filter(\.isComplete)
        #expect(!complete.isEmpty)
        let likelihoods = model.logLikelihoods(
            complete.map(\.tokens), end: 0, states: model.makeStates(capacity: 32))
        for (own, expected) in zip(complete, likelihoods) { #expect(abs(own.logLikelihood - expected) < 1e-9) }
        let few = model.sample(
            streams: 0..<20, seed: 9, end: 0, longest: 11, excluded: [1, 2], states: model.makeStates(capacity: 20))
        #expect(!few.contains { $0.tokens.contains(1) || $0.tokens.contains(2) })
    }

    @Test("The probabilities of all sequences of up to two tokens and of what is longer add up to 1")
    func probabilities() throws {
        let model = try NextTokenModel(Self.network(layers: 1))
        let tokens = Array(1..<Self.vocabulary)
        let short = [[]] + tokens.map { [$0] } + tokens.flatMap { a in tokens.map { [a, $0] } }
        let likelihoods = model.logLikelihoods(short, end: 0, states: model.makeStates(capacity: 64))
        let ended = likelihoods.reduce(0) { $0 + PortableMath.exp($1) }
        let sampled = model.sample(
            streams: 0..<4000, seed: 1, end: 0, longest: 2, states: model.makeStates(capacity: 4000))
        let share = Double(sampled.count(where: \.isComplete)) / 4000
        #expect(abs(share - ended) < 0.03, "\(share) \(ended)")
    }

    @Test("A positive weight makes a sequence likelier and a negative one less likely, as the gradient says")
    func weights() throws {
        let network = try Self.network()
        func likelihoods() throws -> [Double] {
            let model = try NextTokenModel(network)
            return model.logLikelihoods(
                Self.sequences.map { $0.map { Int($0) } }, end: 0, states: model.makeStates(capacity: 4))
        }
        let before = try likelihoods()
        let trainer = try PolicyTrainer(network, most: 4, learningRate: 1e-3, clipNorm: 100, shardSize: 2)
        let weights: [Float] = [1, -1, 0, 0]
        let norm = try trainer.step(SequenceExamples(Self.sequences, end: 0, length: 12, weights: weights))
        let after = try likelihoods()
        #expect(norm > 0 && after[0] > before[0] && after[1] < before[1])
    }

    @Test("Steps have the same bytes for one thread and for two")
    func workers() throws {
        let networks = try [1, 2].map { workers in
            let network = try Self.network()
            let trainer = try PolicyTrainer(
                network, most: 4, learningRate: 1e-2, shardSize: 2, workers: workers)
            for _ in 0..<3 {
                try trainer.step(
                    SequenceExamples(Self.sequences, end: 0, length: 12, weights: [2, -0.5, 0.3, 1]))
            }
            return network.weights
        }
        #expect(networks[0] == networks[1])
    }

    @Test("A few sequences are learned by heart, by the ordinary training")
    func overfits() throws {
        let network = try Self.network()
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.shardSize, options.learningRate) = (400, 4, 4, 2e-2)
        _ = try Trainer(network, options: options).fit(SequenceExamples(Self.sequences, end: 0, length: 12))
        let model = try NextTokenModel(network)
        let likelihoods = model.logLikelihoods(
            Self.sequences.map { $0.map { Int($0) } }, end: 0, states: model.makeStates(capacity: 4))
        // Each of four is said a quarter of the time.
        for likelihood in likelihoods { #expect(abs(likelihood + 1.386) < 0.1, "\(likelihood)") }
    }

    @Test("A network that looks ahead, or has no embedding, is refused")
    func refusals() throws {
        let ahead = Architecture(
            inputs: [InputSpecification(kind: .tokens, shape: [4])],
            layers: [
                .embedding(vocabulary: 3, width: 2), .gru(hidden: 4, bidirectional: true), .linear(outputs: 3),
            ])
        #expect(throws: NeuralNetworkError.self) { try NextTokenModel(Network(ahead, seed: 1)) }
        let numbers = Architecture(input: [4, 2], layers: [.gru(hidden: 4), .linear(outputs: 3)])
        #expect(throws: NeuralNetworkError.self) { try NextTokenModel(Network(numbers, seed: 1)) }
    }
}
