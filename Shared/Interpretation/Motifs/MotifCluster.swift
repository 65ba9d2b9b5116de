/// Seqlets that look alike, aligned.
public struct MotifCluster: Sendable, Hashable {
    /// A seqlet's place in a cluster.
    public struct Member: Sendable, Hashable {
        /// Its number among the seqlets.
        public var seqlet: Int
        /// Where the motif begins in the seqlet's sequence, on its forward strand.
        public var start: Int
        /// Whether the motif is on the opposite strand.
        public var isReverse: Bool
        /// How alike they are, at most 1.
        public var similarity: Float
    }

    /// The members, the most alike first.
    public var members: [Member]
    /// The mean contributions, `length × 4`.
    public var contributions: [Float]
    /// The members' letters, trimmed to where contributions are.
    public var motif: PositionWeightMatrix
}

/// Gathers seqlets into clusters: the strongest that is left leads, those like it join, their mean leads again.
///
/// Contributions are compared by the cosine of their windows, at every shift and on both strands.
public struct MotifClustering: Sendable {
    /// The least similarity to a cluster's mean.
    public var similarity: Float = 0.6
    /// The least similarity of the means of two clusters that become one.
    public var merging: Float = 0.8
    /// Clusters of fewer members are left out.
    public var leastMembers = 20
    /// The number of clusters.
    public var most = 12
    /// Positions by which a seqlet may be shifted.
    public var shift = 10
    /// The share of the greatest contribution below which ends of a motif are cut off.
    public var trimming: Float = 0.25
    /// The bits of positions next to what is left that belong to the motif all the same.
    public var leastInformation = 0.5

    /// The usual figures.
    public init() {}

    /// The clusters, the largest first.
    ///
    /// - Parameters:
    ///   - seqlets: All of one width, the strongest first.
    ///   - sequences: What they are stretches of.
    public func clusters(_ seqlets: [Seqlet], of sequences: [SequenceAttribution]) -> [MotifCluster] {
        guard let width = seqlets.first?.range.count else { return [] }
        let windows = seqlets.map { SeqletWindow(sequences[$0.sequence], $0.range, shift: shift) }
        var left = Array(seqlets.indices)
        var profiles: [[Float]] = []
        while let leader = left.first, profiles.count < 4 * most {
            var profile = windows[leader].values(shift: 0, isReverse: false)
            var members: [Aligned] = []
            for round in 0..<4 {
                members = left.compactMap { index in
                    let best = windows[index].align(to: profile, shift: shift)
                    // The first rounds gather around one seqlet, whose own neighbourhood is noise.
                    return best.similarity >= (round == 0 ? similarity - 0.1 : similarity)
                        ? Aligned(index: index, alignment: best) : nil
                }
                guard !members.isEmpty else { break }
                profile = Self.mean(members, windows, count: 4 * width)
            }
            let gone = Set(members.map(\.index) + [leader])
            left.removeAll { gone.contains($0) }
            if members.count >= leastMembers { profiles.append(profile) }
        }
        return assign(Self.merge(profiles, width: width, shift: shift, at: merging), seqlets, windows, sequences)
    }

    /// Gives each seqlet to the cluster that it is most like.
    private func assign(
        _ profiles: [[Float]], _ seqlets: [Seqlet], _ windows: [SeqletWindow], _ sequences: [SequenceAttribution]
    ) -> [MotifCluster] {
        var members = profiles.map { _ in [Aligned]() }
        for index in seqlets.indices {
            let alignments = profiles.map { windows[index].align(to: $0, shift: shift) }
            guard let best = alignments.indices.max(by: { alignments[$0].similarity < alignments[$1].similarity }),
                alignments[best].similarity >= similarity
            else { continue }
            members[best].append(Aligned(index: index, alignment: alignments[best]))
        }
        let clusters = members.filter { $0.count >= leastMembers }.map { cluster($0, seqlets, windows, sequences) }
        return Array(clusters.sorted { $0.members.count > $1.members.count }.prefix(most))
    }

    private func cluster(
        _ members: [Aligned], _ seqlets: [Seqlet], _ windows: [SeqletWindow], _ sequences: [SequenceAttribution]
    ) -> MotifCluster {
        let width = seqlets[0].range.count
        let profile = Self.mean(members, windows, count: 4 * width)
        let counts = Self.counts(members, seqlets, sequences, width: width)
        let range = motifRange(profile, PositionWeightMatrix(name: "", counts: counts, sites: members.count))
        let placed = members.map { member in
            let (stretch, alignment) = (seqlets[member.index].range, member.alignment)
            // Of the opposite strand, positions count from the end.
            let start =
                alignment.isReverse
                ? stretch.upperBound + alignment.shift - range.upperBound
                : stretch.lowerBound + alignment.shift + range.lowerBound
            return MotifCluster.Member(
                seqlet: member.index, start: start, isReverse: alignment.isReverse, similarity: alignment.similarity)
        }
        return MotifCluster(
            members: placed.sorted { ($1.similarity, $0.seqlet) < ($0.similarity, $1.seqlet) },
            contributions: Array(profile[4 * range.lowerBound..<4 * range.upperBound]),
            motif: PositionWeightMatrix(name: "", counts: Array(counts[range]), sites: members.count))
    }

    /// The positions of a motif: those between contributions, and their neighbours as long as their letters are not any.
    private func motifRange(_ profile: [Float], _ letters: PositionWeightMatrix) -> Range<Int> {
        let width = letters.length
        let sums = (0..<width).map { position in profile[4 * position..<4 * position + 4].reduce(0, +) }
        let least = trimming * (sums.max() ?? 0)
        var first = sums.firstIndex { $0 >= least } ?? 0
        var end = (sums.lastIndex { $0 >= least } ?? width - 1) + 1
        let information = letters.information
        while first > 0, information[first - 1] >= leastInformation { first -= 1 }
        while end < width, information[end] >= leastInformation { end += 1 }
        return first..<end
    }

    /// The letters at each position of aligned seqlets, on the strand of the motif.
    private static func counts(
        _ members: [Aligned], _ seqlets: [Seqlet], _ sequences: [SequenceAttribution], width: Int
    ) -> [[Double]] {
        var counts = Array(repeating: [Double](repeating: 0, count: 4), count: width)
        for member in members {
            let (seqlet, alignment) = (seqlets[member.index], member.alignment)
            let codes = sequences[seqlet.sequence].codes
            for position in 0..<width {
                let place =
                    alignment.isReverse
                    ? seqlet.range.upperBound + alignment.shift - 1 - position
                    : seqlet.range.lowerBound + alignment.shift + position
                guard codes.indices.contains(place) else { continue }
                let code = codes[place]
                for letter in 0..<4 where code >> UInt8(letter) & 1 == 1 {
                    counts[position][alignment.isReverse ? 3 - letter : letter] += 1 / Double(code.nonzeroBitCount)
                }
            }
        }
        return counts
    }

    private static func merge(_ profiles: [[Float]], width: Int, shift: Int, at least: Float) -> [[Float]] {
        var kept: [[Float]] = []
        for profile in profiles {
            let window = SeqletWindow(profile, shift: shift)
            if !kept.contains(where: { window.align(to: $0, shift: shift).similarity >= least }) {
                kept.append(profile)
            }
        }
        return kept
    }

    private struct Aligned {
        var index: Int
        var alignment: SeqletWindow.Alignment
    }

    private static func mean(_ members: [Aligned], _ windows: [SeqletWindow], count: Int) -> [Float] {
        var sum = [Float](repeating: 0, count: count)
        for member in members {
            let values = windows[member.index].values(
                shift: member.alignment.shift, isReverse: member.alignment.isReverse)
            for i in sum.indices { sum[i] += values[i] }
        }
        return sum.map { $0 / Float(max(1, members.count)) }
    }
}
