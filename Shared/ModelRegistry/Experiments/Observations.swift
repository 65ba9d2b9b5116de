import NeuralNetwork

/// What an experiment has seen: how champion and challenger scored the same examples, and how the examples are distributed.
///
/// Sums of whole numbers only, in one array: the observations of two sets of units add up exactly, in any order, in Swift as
/// in SQL. Their size does not depend on how much was seen.
public struct Observations: Sendable, Hashable {
    /// The genotypes: no copy, one copy, two copies.
    public static let classes = 3
    /// Bins of confidence, of equal width.
    public static let confidenceBins = 10

    /// One of the two versions.
    public enum Side: Int, Sendable, CaseIterable {
        /// The version in production.
        case champion
        /// The version that is tried.
        case challenger
    }

    /// How sure of itself a version is in a bin of its confidence, and how often the other one calls the same.
    public struct ConfidenceBin: Sendable, Hashable {
        /// Examples.
        public var count: Int
        /// Examples that the other version calls alike.
        public var agreeing: Int
        /// Sum of the probabilities of the calls.
        public var confidence: Double
    }

    /// Everything, in the layout of `Slot` followed by the counts of the inputs.
    public private(set) var counts: [Int]

    private enum Slot {
        static let calls = 0
        static let difference = calls + classes * classes
        static let confidence = difference + 1
        static let binValues = 3
        static let units = confidence + 2 * confidenceBins * binValues
        static let squaredPairs = units + 1
        static let squaredAgreements = units + 2
        static let products = units + 3
        static let inputs = units + 4
    }

    /// Sums of probabilities are whole numbers of this size.
    private static let unit = 0x1p-20

    /// Nothing seen yet.
    public init(features: Int) {
        counts = Array(repeating: 0, count: Slot.inputs + features * InputStatistics.bins)
    }

    /// Takes counts that were stored; nil when they are of another layout.
    public init?(counts: [Int]) {
        let inputs = counts.count - Slot.inputs
        guard inputs > 0, inputs.isMultiple(of: InputStatistics.bins), counts.allSatisfy({ $0 >= 0 }) else {
            return nil
        }
        self.counts = counts
    }

    /// What one unit of work shows: the probabilities of both versions for each of its examples, and the examples'
    /// values, `[count][positions][features]`.
    public init(champion: [[Float]], challenger: [[Float]], values: [Float], features: Int) {
        precondition(champion.count == challenger.count)
        self.init(features: features)
        for (p, q) in zip(champion, challenger) { add(p, q) }
        let (pairs, agreements) = (champion.count, agreements)
        counts[Slot.units] = 1
        counts[Slot.squaredPairs] = pairs * pairs
        counts[Slot.squaredAgreements] = agreements * agreements
        counts[Slot.products] = pairs * agreements
        var inputs = InputStatistics(features: features)
        inputs.add(values, count: pairs)
        counts.replaceSubrange(Slot.inputs..., with: inputs.counts)
    }

    private mutating func add(_ champion: [Float], _ challenger: [Float]) {
        precondition(champion.count == Self.classes && challenger.count == Self.classes)
        let (called, rival) = (Self.call(champion), Self.call(challenger))
        counts[Slot.calls + called * Self.classes + rival] += 1
        let difference = zip(champion, challenger).reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / 2
        counts[Slot.difference] += Self.fixed(difference)
        for (side, confidence) in [(Side.champion, champion[called]), (.challenger, challenger[rival])] {
            let bin = min(Self.confidenceBins - 1, Self.fixed(confidence) * Self.confidenceBins >> 20)
            let slot = Self.slot(side, bin)
            counts[slot] += 1
            counts[slot + 1] += called == rival ? 1 : 0
            counts[slot + 2] += Self.fixed(confidence)
        }
    }

    /// Adds what others have seen.
    public static func += (sum: inout Observations, other: Observations) {
        precondition(sum.counts.count == other.counts.count)
        for index in sum.counts.indices { sum.counts[index] += other.counts[index] }
    }

    /// Examples that both have scored.
    public var pairs: Int { counts[Slot.calls..<Slot.difference].reduce(0, +) }
    /// Units of work that they came in.
    public var units: Int { counts[Slot.units] }
    /// Examples that both call alike.
    public var agreements: Int { (0..<Self.classes).reduce(0) { $0 + counts[Slot.calls + $1 * (Self.classes + 1)] } }

    /// Examples by the champion's call (row) and the challenger's (column).
    public var table: [[Int]] {
        (0..<Self.classes).map {
            Array(counts[Slot.calls..<Slot.difference].dropFirst($0 * Self.classes).prefix(Self.classes))
        }
    }

    /// The mean distance of the two distributions of an example, half the sum of |Δp|: from 0 to 1.
    public var meanDifference: Double { Double(counts[Slot.difference]) * Self.unit / Double(max(1, pairs)) }

    /// A version's bins of confidence, in ascending order.
    public func confidence(of side: Side) -> [ConfidenceBin] {
        (0..<Self.confidenceBins).map { bin in
            let slot = Self.slot(side, bin)
            return ConfidenceBin(
                count: counts[slot], agreeing: counts[slot + 1], confidence: Double(counts[slot + 2]) * Self.unit)
        }
    }

    /// How the examples are distributed.
    public var inputs: InputStatistics {
        let counts = Array(counts[Slot.inputs...])
        return InputStatistics(features: counts.count / InputStatistics.bins, counts: counts)
    }

    /// By how much the agreements of whole units scatter more than those of single examples would (Kish 1965); at least 1.
    ///
    /// The examples of a unit are neighbours on one sample's genome and err together: so many pairs count as one. The
    /// variance is that of a ratio of unit totals.
    public var designEffect: Double {
        let (n, k) = (Double(pairs), Double(units))
        let p = Double(agreements) / max(1, n)
        guard k > 1, p > 0, p < 1 else { return 1 }
        let squares =
            Double(counts[Slot.squaredAgreements]) - 2 * p * Double(counts[Slot.products])
            + p * p * Double(counts[Slot.squaredPairs])
        let ofUnits = k / (k - 1) * squares / (n * n)
        return max(1, ofUnits / (p * (1 - p) / n))
    }

    private static func slot(_ side: Side, _ bin: Int) -> Int {
        Slot.confidence + (side.rawValue * confidenceBins + bin) * Slot.binValues
    }

    /// The first of the most probable classes.
    private static func call(_ probabilities: [Float]) -> Int {
        probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
    }

    private static func fixed(_ probability: Float) -> Int {
        probability.isFinite ? Int((Double(min(1, max(0, probability))) / unit).rounded()) : 0
    }
}
