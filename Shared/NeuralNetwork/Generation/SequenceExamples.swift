/// Sequences of tokens as a network learns to continue them: an example is a sequence, its target at each position the next token.
///
/// The network takes the tokens, beginning with the end token, and how many there are: the inputs `tokens` with the shape `(length)`, padded by
/// the end token, and `lengths`. Positions beyond have no target.
public struct SequenceExamples: ExampleSource {
    /// The sequences, without their ends.
    public var sequences: [[UInt16]]
    /// How much each counts; all alike where there are none.
    ///
    /// Negative weights, which ``PolicyTrainer`` takes, make a sequence less likely.
    public var weights: [Float]?
    private let end: Int
    private let length: Int

    /// Takes sequences that with their end are no longer than `length`.
    public init(_ sequences: [[UInt16]], end: Int, length: Int, weights: [Float]? = nil) {
        precondition(sequences.allSatisfy { $0.count < length } && weights?.count ?? sequences.count == sequences.count)
        (self.sequences, self.end, self.length, self.weights) = (sequences, end, length, weights)
    }

    /// The number of sequences.
    public var count: Int { sequences.count }

    /// Fills tokens and their number; the target is a token a position.
    public func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        guard input.count == length + 1, target.count == length else {
            throw NeuralNetworkError(.mismatch, "the network does not take sequences of up to \(length) tokens")
        }
        let tokens = sequences[index]
        for position in 0..<length {
            input[position] = position > 0 && position <= tokens.count ? Float(tokens[position - 1]) : Float(end)
            target[position] =
                position < tokens.count ? Float(tokens[position]) : position == tokens.count ? Float(end) : .nan
        }
        input[length] = Float(tokens.count + 1)
    }

    /// What it counts.
    public func weight(of index: Int) -> Float? { weights?[index] }
}

extension Architecture {
    /// A network that continues sequences: an embedding, stacked GRUs and a logit for each token, after each position.
    public static func nextToken(
        vocabulary: Int, length: Int, width: Int, hidden: Int, layers: Int
    ) -> Architecture {
        Architecture(
            inputs: [
                InputSpecification(name: "tokens", kind: .tokens, shape: [length]),
                InputSpecification(name: "lengths", shape: [1]),
            ],
            layers: [
                .embedding(vocabulary: vocabulary, width: width),
                .gru(hidden: hidden, layers: layers, lengths: "lengths"), .linear(outputs: vocabulary),
            ])
    }
}
