import NeuralNetwork

/// A stretch of a sequence on which a network's output rests.
public struct Seqlet: Sendable, Hashable {
    /// The number of its sequence.
    public var sequence: Int
    /// Its positions there.
    public var range: Range<Int>
    /// The sum of the contributions of its core.
    public var score: Float
}

/// Finds seqlets: windows whose contributions are greater than they would be if contributions stood anywhere.
///
/// Chance is the same contributions in a random order within their sequence: what stands together by chance. So a short motif
/// that random sequences have too is found where a network uses it.
public struct SeqletFinder: Sendable {
    /// Positions whose contributions are added up.
    public var window = 11
    /// Positions that are taken on both sides of it.
    public var flank = 10
    /// The share of seqlets that may stand together by chance.
    public var falseDiscoveryRate = 0.1
    /// Seqlets, the strongest ones.
    public var most = 6000

    /// The usual windows.
    public init() {}

    /// Seqlets with positive contributions, the strongest first, and the score from which on a window is one.
    ///
    /// - Parameters:
    ///   - contributions: Of each sequence, one a position.
    ///   - seed: The seed of the random orders.
    public func find(_ contributions: [[Float]], seed: UInt64) -> (seqlets: [Seqlet], threshold: Float) {
        let found = contributions.enumerated().flatMap { peaks($0.element, sequence: $0.offset) }
        let chance = contributions.enumerated().flatMap { number, values in
            var random = SplitMix64(keys: seed, UInt64(number))
            return peaks(random.permutation(values.count).map { values[$0] }, sequence: number)
        }.map(\.score).sorted(by: >)
        let seqlets = found.sorted {
            ($1.score, $0.sequence, $0.range.lowerBound) < ($0.score, $1.sequence, $1.range.lowerBound)
        }
        var (kept, by) = (0, 0)
        for (index, seqlet) in seqlets.enumerated() where seqlet.score > 0 {
            while by < chance.count, chance[by] >= seqlet.score { by += 1 }
            if Double(by) <= falseDiscoveryRate * Double(index + 1) { kept = index + 1 }
        }
        let strongest = Array(seqlets.prefix(min(kept, most)))
        return (strongest, strongest.last?.score ?? .infinity)
    }

    /// The windows that do not overlap, the greatest first, each with its flanks where the sequence has them.
    private func peaks(_ contributions: [Float], sequence: Int) -> [Seqlet] {
        let width = window + 2 * flank
        guard contributions.count >= window else { return [] }
        var sums: [Double] = [contributions.prefix(window).reduce(0) { $0 + Double($1) }]
        for end in window..<contributions.count {
            sums.append((sums.last ?? 0) + Double(contributions[end]) - Double(contributions[end - window]))
        }
        var (isTaken, seqlets) = (Array(repeating: false, count: sums.count), [Seqlet]())
        for start in sums.indices.sorted(by: { (sums[$1], $0) < (sums[$0], $1) }) where !isTaken[start] {
            guard sums[start] > 0 else { break }
            for near in max(0, start - window + 1)..<min(sums.count, start + window) { isTaken[near] = true }
            let first = start - flank
            seqlets.append(
                Seqlet(sequence: sequence, range: first..<first + width, score: Float(sums[start])))
        }
        return seqlets
    }
}
