import Foundation

/// A motif of a library that another one resembles.
public struct MotifMatch: Sendable, Hashable {
    /// The motif of the library.
    public var target: PositionWeightMatrix
    /// The probability that a motif of the library's columns in any order is as alike at any offset.
    public var pValue: Double
    /// The greatest false discovery rate at which this match is one, among all motifs of the library.
    public var qValue: Double
    /// Where the first position of the target lies from that of the motif.
    public var offset: Int
    /// Whether the target's opposite strand is meant.
    public var isReverse: Bool
}

/// Compares motifs with a library, as TOMTOM does (Gupta and others, 2007).
///
/// Columns are compared by their Euclidean distance. How probable a sum of such scores is follows exactly from the
/// distribution of each column's scores over all columns of the library, both strands: their sums are convolved. The best
/// offset's probability is corrected for the number of offsets, and q-values are those of Benjamini and Hochberg.
public struct MotifLibrary: Sendable {
    /// The motifs.
    public let motifs: [PositionWeightMatrix]
    private let strands: [[[Double]]]
    private let columns: [[Double]]
    /// The least columns that overlap.
    private let overlap = 5
    /// Steps into which scores are divided.
    private static let steps = 100

    /// A library.
    public init(_ motifs: [PositionWeightMatrix]) {
        self.motifs = motifs
        strands = motifs.flatMap { [$0.rows, $0.reverseComplement.rows] }
        columns = strands.flatMap { $0 }
    }

    /// The motifs of the library, the most alike first.
    public func matches(of motif: PositionWeightMatrix) -> [MotifMatch] {
        let query = motif.rows
        guard !query.isEmpty, !columns.isEmpty else { return [] }
        let scores = ColumnScores(query, columns, steps: Self.steps)
        var tails: [Range<Int>: [Double]] = [:]
        func tail(_ range: Range<Int>) -> [Double] {
            if let known = tails[range] { return known }
            let tail = scores.tail(range)
            tails[range] = tail
            return tail
        }
        var (matches, first) = ([MotifMatch](), 0)
        for (index, target) in motifs.enumerated() {
            var best: MotifMatch?
            var offsets = 0
            for isReverse in [false, true] {
                let least = min(overlap, query.count, target.length)
                for offset in (least - target.length)...(query.count - least) {
                    let range = max(0, offset)..<min(query.count, offset + target.length)
                    offsets += 1
                    let sum = range.reduce(0) { $0 + scores[$1, first + $1 - offset] }
                    let p = tail(range)[sum]
                    guard p < best?.pValue ?? .infinity else { continue }
                    best = MotifMatch(target: motifs[index], pValue: p, qValue: 1, offset: offset, isReverse: isReverse)
                }
                first += target.length
            }
            if var best {
                best.pValue = -expm1(Double(offsets) * log1p(-min(best.pValue, 1 - 1e-16)))
                matches.append(best)
            }
        }
        return Self.withQValues(matches.sorted { ($0.pValue, $0.target.name) < ($1.pValue, $1.target.name) })
    }

    /// Benjamini and Hochberg's, of matches with the least probability first.
    static func withQValues(_ matches: [MotifMatch]) -> [MotifMatch] {
        var (matches, least) = (matches, 1.0)
        for index in matches.indices.reversed() {
            least = min(least, matches[index].pValue * Double(matches.count) / Double(index + 1))
            matches[index].qValue = least
        }
        return matches
    }
}

/// How alike each column of a motif is to each of a library, in whole steps.
private struct ColumnScores {
    private let scores: [[UInt8]]
    private let distributions: [[Double]]

    init(_ query: [[Double]], _ columns: [[Double]], steps: Int) {
        scores = query.map { row in
            columns.map { column in
                let square = zip(row, column).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                // The greatest distance of two columns is the root of two.
                return UInt8((Double(steps) * (1 - (square / 2).squareRoot())).rounded())
            }
        }
        distributions = scores.map { scores in
            var counts = [Double](repeating: 0, count: steps + 1)
            for score in scores { counts[Int(score)] += 1 }
            return counts.map { $0 / Double(scores.count) }
        }
    }

    subscript(row: Int, column: Int) -> Int { Int(scores[row][column]) }

    /// The probability of each sum of scores over a range of the motif's columns, or a greater one.
    func tail(_ range: Range<Int>) -> [Double] {
        var sums = [1.0]
        for row in range {
            let distribution = distributions[row]
            var next = [Double](repeating: 0, count: sums.count + distribution.count - 1)
            for (sum, probability) in sums.enumerated() where probability > 0 {
                for (score, share) in distribution.enumerated() where share > 0 {
                    next[sum + score] += probability * share
                }
            }
            sums = next
        }
        var total = 0.0
        for index in sums.indices.reversed() {
            total += sums[index]
            sums[index] = min(1, total)
        }
        return sums
    }
}
