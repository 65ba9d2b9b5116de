import NeuralNetwork

/// What an experiment has seen: what champion and challenger said of the same examples, and how the examples are distributed.
///
/// Sums of whole numbers only, in one array: the observations of two sets of units add up exactly, in any order, in Swift as
/// in SQL. Their size does not depend on how much was seen.
public struct Observations: Sendable, Hashable {
    /// Bins of confidence, of equal width.
    public static let confidenceBins = 10

    /// One of the two versions.
    public enum Side: Int, Sendable, CaseIterable {
        /// The version in production.
        case champion
        /// The version that is tried.
        case challenger
    }

    /// How sure of itself a version is in a bin of its confidence, and how often the other one says the same.
    public struct ConfidenceBin: Sendable, Hashable {
        /// Answers.
        public var count: Int
        /// Those that the other version answers alike.
        public var agreeing: Int
        /// Sum of the probabilities of the answers.
        public var confidence: Double
    }

    /// What is compared.
    public let answers: Answers
    /// Everything, in the layout of `Slots` followed by the counts of the inputs.
    public private(set) var counts: [Int]

    private struct Slots {
        static let binValues = 3
        let difference: Int
        var confidence: Int { difference + 1 }
        var units: Int { confidence + 2 * confidenceBins * Self.binValues }
        var squaredJudgements: Int { units + 1 }
        var squaredAgreements: Int { units + 2 }
        var products: Int { units + 3 }
        var inputs: Int { units + 4 }

        /// The tables of the questions come first.
        init(_ answers: Answers) { difference = answers.questions * answers.categories * answers.categories }

        func bin(_ side: Side, _ bin: Int) -> Int {
            confidence + (side.rawValue * confidenceBins + bin) * Self.binValues
        }
    }

    private var slots: Slots { Slots(answers) }

    /// Sums of probabilities are whole numbers of this size.
    private static let unit = 0x1p-20

    /// Nothing seen yet.
    public init(_ answers: Answers, features: Int) {
        self.answers = answers
        counts = Array(repeating: 0, count: Slots(answers).inputs + features * InputStatistics.bins)
    }

    /// Takes counts that were stored; nil when they are of another layout.
    public init?(_ answers: Answers, counts: [Int]) {
        let inputs = counts.count - Slots(answers).inputs
        guard inputs >= 0, inputs.isMultiple(of: InputStatistics.bins), counts.allSatisfy({ $0 >= 0 }) else {
            return nil
        }
        self.answers = answers
        self.counts = counts
    }

    /// What one unit of work shows: the scores of both versions for each of its examples, and the examples' values,
    /// `[count][positions][features]`.
    public init(
        _ answers: Answers, champion: [[Float]], challenger: [[Float]], values: [Float], features: Int
    ) {
        precondition(champion.count == challenger.count)
        self.init(answers, features: features)
        for (p, q) in zip(champion, challenger) { add(p, q) }
        let (slots, judgements, agreements) = (slots, judgements, agreements)
        counts[slots.units] = 1
        counts[slots.squaredJudgements] = judgements * judgements
        counts[slots.squaredAgreements] = agreements * agreements
        counts[slots.products] = judgements * agreements
        guard features > 0 else { return }
        var inputs = InputStatistics(features: features)
        inputs.add(values, count: champion.count)
        counts.replaceSubrange(slots.inputs..., with: inputs.counts)
    }

    private mutating func add(_ champion: [Float], _ challenger: [Float]) {
        precondition(champion.count == answers.names.count && challenger.count == answers.names.count)
        switch answers.kind {
        case .classes:
            let (called, rival) = (Self.call(champion), Self.call(challenger))
            note(0, called, rival, confidence: (champion[called], challenger[rival]))
            let difference = zip(champion, challenger).reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / 2
            counts[slots.difference] += Self.fixed(difference)
        case .labels:
            for (label, (p, q)) in zip(champion, challenger).enumerated() {
                note(label, p > 0.5 ? 1 : 0, q > 0.5 ? 1 : 0, confidence: (max(p, 1 - p), max(q, 1 - q)))
                counts[slots.difference] += Self.fixed(abs(p - q))
            }
        case .values:
            for (number, (p, q)) in zip(champion, challenger).enumerated() {
                let difference = (Double(q) - Double(p)) / answers.tolerance
                // A table of what is the same, what the challenger says more of (column 1), and what the champion does (row 1).
                note(number, difference < -1 ? 1 : 0, difference > 1 ? 1 : 0, confidence: nil)
                counts[slots.difference] += Int((min(abs(difference), 1000) / Self.unit).rounded())
            }
        }
    }

    private mutating func note(_ question: Int, _ row: Int, _ column: Int, confidence: (Float, Float)?) {
        counts[(question * answers.categories + row) * answers.categories + column] += 1
        guard let confidence else { return }
        for (side, confidence) in [(Side.champion, confidence.0), (.challenger, confidence.1)] {
            let bin = min(Self.confidenceBins - 1, Self.fixed(confidence) * Self.confidenceBins >> 20)
            let slot = slots.bin(side, bin)
            counts[slot] += 1
            counts[slot + 1] += row == column ? 1 : 0
            counts[slot + 2] += Self.fixed(confidence)
        }
    }

    /// Adds what others have seen.
    public static func += (sum: inout Observations, other: Observations) {
        precondition(sum.answers == other.answers && sum.counts.count == other.counts.count)
        for index in sum.counts.indices { sum.counts[index] += other.counts[index] }
    }

    /// Examples that both have scored.
    public var pairs: Int { judgements / answers.questions }
    /// Questions that both have answered: of examples with several, several each.
    public var judgements: Int { counts[..<slots.difference].reduce(0, +) }
    /// Units of work that they came in.
    public var units: Int { counts[slots.units] }
    /// Answers that are alike.
    public var agreements: Int { tables.reduce(0) { sum, table in table.indices.reduce(sum) { $0 + table[$1][$1] } } }

    /// A table a question: examples by the champion's answer (row) and the challenger's (column).
    ///
    /// Of numbers, those that are the same are at (0, 0), and those of which the challenger, or the champion, says more at (0, 1) and
    /// (1, 0).
    public var tables: [[[Int]]] {
        let size = answers.categories
        return (0..<answers.questions).map { question in
            (0..<size).map { row in
                let start = (question * size + row) * size
                return Array(counts[start..<start + size])
            }
        }
    }

    /// The mean distance of what both say: half the sum of |Δp| of classes and the mean |Δp| of labels, from 0 to 1; of numbers the mean
    /// distance in tolerances, each at most 1,000.
    public var meanDifference: Double {
        let whole = answers.kind == .classes ? pairs : judgements
        return Double(counts[slots.difference]) * Self.unit / Double(max(1, whole))
    }

    /// A version's bins of confidence, in ascending order; empty ones of numbers, which have none.
    public func confidence(of side: Side) -> [ConfidenceBin] {
        (0..<Self.confidenceBins).map { bin in
            let slot = slots.bin(side, bin)
            return ConfidenceBin(
                count: counts[slot], agreeing: counts[slot + 1], confidence: Double(counts[slot + 2]) * Self.unit)
        }
    }

    /// How the examples are distributed; nil where they have no numbers.
    public var inputs: InputStatistics? {
        let counts = Array(counts[slots.inputs...])
        return counts.isEmpty ? nil : InputStatistics(features: counts.count / InputStatistics.bins, counts: counts)
    }

    /// By how much the agreements of whole units scatter more than those of single answers would (Kish 1965); at least 1.
    ///
    /// The examples of a unit are neighbours, on one sample's genome or in one file, and err together, as the answers of one example do: so
    /// many count as one. The variance is that of a ratio of unit totals.
    public var designEffect: Double {
        let (n, k) = (Double(judgements), Double(units))
        let p = Double(agreements) / max(1, n)
        guard k > 1, p > 0, p < 1 else { return 1 }
        let squares =
            Double(counts[slots.squaredAgreements]) - 2 * p * Double(counts[slots.products])
            + p * p * Double(counts[slots.squaredJudgements])
        let ofUnits = k / (k - 1) * squares / (n * n)
        return max(1, ofUnits / (p * (1 - p) / n))
    }

    /// The first of the most probable classes.
    private static func call(_ probabilities: [Float]) -> Int {
        probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
    }

    private static func fixed(_ probability: Float) -> Int {
        probability.isFinite ? Int((Double(min(1, max(0, probability))) / unit).rounded()) : 0
    }
}
