import Drugs
import NeuralNetwork

/// How common fragments are in a set of molecules, as the synthetic accessibility of Ertl and Schuffenhauer (2009) counts them.
///
/// A fragment is an atom with its neighbors up to two bonds away (ECFP4). Its score is log10 of how often it is there over how many of the most
/// common fragments make up 80 % of all occurrences: common fragments have positive scores, rare ones negative. Steps of 1/20 are kept.
public struct FragmentScores: Sendable {
    private let scores: [UInt64: Int8]
    /// Of a fragment that was never seen, as in the paper's program.
    static let unseen = -4.0
    private static let steps = 20.0

    /// Counts of fragments.
    public struct Counts: Sendable {
        private(set) var counts: [UInt64: Int] = [:]

        /// Begins with none.
        public init() {}

        /// Adds a molecule's, its Morgan fingerprint of radius 2.
        public mutating func add(_ fingerprint: Fingerprint) {
            for (id, count) in zip(fingerprint.ids, fingerprint.counts) { counts[id, default: 0] += Int(count) }
        }
    }

    /// Scores of all fragments that are there at least twice; a lone one counts as unseen.
    public init(_ counts: Counts) {
        let all = counts.counts.values.reduce(0, +)
        var (covered, needed) = (0, 0)
        for count in counts.counts.values.sorted(by: >) where 10 * covered < 8 * all {
            covered += count
            needed += 1
        }
        let base = PortableMath.log(Double(max(1, needed)))
        let perDecade = 1 / PortableMath.log(10)
        scores = counts.counts.filter { $0.value > 1 }.mapValues { count in
            Int8(clamping: Int(((PortableMath.log(Double(count)) - base) * perDecade * Self.steps).rounded()))
        }
    }

    /// The number of fragments with a score.
    public var count: Int { scores.count }

    /// The score of a fragment by its number in a Morgan fingerprint of radius 2.
    public subscript(id: UInt64) -> Double { scores[id].map { Double($0) / Self.steps } ?? Self.unseen }

    var tensors: [Safetensors.Tensor] {
        let ids = scores.keys.sorted()
        let bytes = ids.flatMap { id in (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * $0)) } }
        return [
            .init(name: "fragments", dtype: .u32, shape: [ids.count], bytes: bytes),
            .init(
                name: "fragments.scores", dtype: .i8, shape: [ids.count],
                bytes: ids.map { UInt8(bitPattern: scores[$0] ?? 0) }),
        ]
    }

    init(_ file: Safetensors) throws(DesignError) {
        guard let ids = file["fragments"], let scores = file["fragments.scores"], ids.dtype == .u32,
            scores.dtype == .i8, ids.bytes.count == 4 * scores.bytes.count
        else { throw DesignError("the package has no fragments and their scores") }
        let keys = stride(from: 0, to: ids.bytes.count, by: 4).map { first in
            (0..<4).reduce(UInt64(0)) { $0 | UInt64(ids.bytes[first + $1]) << (8 * $1) }
        }
        self.scores = Dictionary(
            zip(keys, scores.bytes.map { Int8(bitPattern: $0) }), uniquingKeysWith: { first, _ in first })
    }
}
