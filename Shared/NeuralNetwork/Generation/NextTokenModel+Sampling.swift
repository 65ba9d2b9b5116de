/// A sequence that a model made, and how likely it was to.
public struct SampledSequence: Sendable, Hashable {
    /// The tokens, without the end.
    public var tokens: [Int]
    /// The natural logarithm of its probability at temperature 1, the end included.
    public var logLikelihood: Double
    /// Whether it ended by itself; false where the longest length cut it off.
    public var isComplete: Bool
}

extension NextTokenModel {
    /// Makes sequences that begin after the token `end`, and end with it.
    ///
    /// Each has a stream of random numbers of its own, so it is the same whatever it is made together with.
    ///
    /// - Parameters:
    ///   - streams: The numbers of the sequences' random streams.
    ///   - seed: The seed of all.
    ///   - end: The token of beginning and end.
    ///   - longest: Tokens of a sequence at most.
    ///   - temperature: What logits are divided by: below 1 the likely becomes likelier.
    ///   - excluded: Tokens that are never chosen; the others share their probability.
    ///   - states: Memory for as many sequences as there are streams.
    public func sample(
        streams: Range<Int>, seed: UInt64, end: Int, longest: Int, temperature: Double = 1, excluded: Set<Int> = [],
        states: States
    ) -> [SampledSequence] {
        precondition(temperature > 0 && longest > 0)
        states.reset()
        var sequences = streams.map { _ in SampledSequence(tokens: [], logLikelihood: 0, isComplete: false) }
        var random = streams.map { SplitMix64(seed: seed, stream: $0) }
        var live = Array(sequences.indices)
        var last = [Int](repeating: end, count: live.count)
        var (scaled, weights) = ([Double](repeating: 0, count: vocabulary), [Double](repeating: 0, count: vocabulary))
        for position in 0...longest where !live.isEmpty {
            let logits = step(last, states)
            var (kept, chosen): ([Int], [Int]) = ([], [])
            for (row, index) in live.enumerated() {
                let own = UnsafeBufferPointer(rebasing: logits[row * vocabulary..<(row + 1) * vocabulary])
                for token in 0..<vocabulary { scaled[token] = Double(own[token]) / temperature }
                _ = Self.weigh(scaled, into: &weights)
                for token in excluded { weights[token] = 0 }
                let token = Self.choose(weights, random[index].uniformDouble())
                sequences[index].logLikelihood += Self.logProbability(token, own)
                if token == end {
                    sequences[index].isComplete = true
                } else if position < longest {
                    sequences[index].tokens.append(token)
                    kept.append(row)
                    chosen.append(token)
                }
            }
            states.keep(kept)
            live = kept.map { live[$0] }
            last = chosen
        }
        return sequences
    }

    /// The natural logarithm of the probability of each sequence, its end included.
    public func logLikelihoods(_ sequences: [[Int]], end: Int, states: States) -> [Double] {
        states.reset()
        var likelihoods = [Double](repeating: 0, count: sequences.count)
        var live = Array(sequences.indices)
        var (position, last) = (0, [Int](repeating: end, count: live.count))
        while !live.isEmpty {
            let logits = step(last, states)
            var (kept, chosen): ([Int], [Int]) = ([], [])
            for (row, index) in live.enumerated() {
                let own = UnsafeBufferPointer(rebasing: logits[row * vocabulary..<(row + 1) * vocabulary])
                let isOver = position == sequences[index].count
                let token = isOver ? end : sequences[index][position]
                likelihoods[index] += Self.logProbability(token, own)
                if !isOver {
                    kept.append(row)
                    chosen.append(token)
                }
            }
            states.keep(kept)
            live = kept.map { live[$0] }
            (position, last) = (position + 1, chosen)
        }
        return likelihoods
    }

    /// The logarithm of the softmax's share of a token.
    private static func logProbability(_ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Double {
        let largest = logits.reduce(-.infinity) { max($0, Double($1)) }
        let sum = logits.reduce(0.0) { $0 + PortableMath.exp(Double($1) - largest) }
        return Double(logits[token]) - largest - PortableMath.log(sum)
    }

    private static func weigh(_ logits: [Double], into weights: inout [Double]) -> Double {
        let largest = logits.reduce(-.infinity, max)
        var sum = 0.0
        for token in logits.indices {
            weights[token] = PortableMath.exp(logits[token] - largest)
            sum += weights[token]
        }
        return sum
    }

    /// The token at a share of the weights; the last with any where rounding leaves a rest.
    private static func choose(_ weights: [Double], _ share: Double) -> Int {
        var rest = share * weights.reduce(0, +)
        var chosen = 0
        for token in weights.indices where weights[token] > 0 {
            chosen = token
            rest -= weights[token]
            if rest < 0 { break }
        }
        return chosen
    }
}
