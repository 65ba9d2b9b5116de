/// How often each true class was called each class; counts may be weights.
public struct ConfusionMatrix: Sendable, Hashable {
    /// By true class (row) and called class (column).
    public let counts: [[Double]]

    /// A matrix that was counted elsewhere; it must be square.
    public init(_ counts: [[Int]]) {
        precondition(counts.allSatisfy { $0.count == counts.count })
        self.counts = counts.map { $0.map(Double.init) }
    }

    /// Counts examples, each once or as its weight says; classes are in `0..<classes`.
    public init(labels: [Int], calls: [Int], classes: Int, weights: [Double]? = nil) {
        precondition(labels.count == calls.count && (weights == nil || weights?.count == labels.count))
        var counts = Array(repeating: Array(repeating: 0.0, count: classes), count: classes)
        for (example, label) in labels.enumerated() {
            counts[label][calls[example]] += weights?[example] ?? 1
        }
        self.counts = counts
    }

    /// Examples.
    public var total: Double { counts.reduce(0) { $0 + $1.reduce(0, +) } }
    /// Share of examples that were called rightly, or nil without examples.
    public var accuracy: Double? { total > 0 ? right / total : nil }

    /// Matthews' correlation coefficient, for several classes as Gorodkin (2004).
    ///
    /// It is nil where all examples are of one class or are called one class, where scikit-learn says 0.
    public var matthewsCorrelation: Double? {
        let (called, labelled, total) = (calledTotals, labelledTotals, total)
        func product(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let spread =
            (total * total - product(called, called)) * (total * total - product(labelled, labelled))
        return spread > 0 ? (right * total - product(called, labelled)) / spread.squareRoot() : nil
    }

    /// Of the examples called `index`, the share that is; nil where there are none.
    public func precision(of index: Int) -> Double? {
        let called = calledTotals[index]
        return called > 0 ? counts[index][index] / called : nil
    }

    /// Of the examples of class `index`, the share called so; nil where there are none.
    public func recall(of index: Int) -> Double? {
        let labelled = labelledTotals[index]
        return labelled > 0 ? counts[index][index] / labelled : nil
    }

    /// The harmonic mean of precision and recall; nil where the class neither is nor is called.
    public func f1(of index: Int) -> Double? {
        let sum = calledTotals[index] + labelledTotals[index]
        return sum > 0 ? 2 * counts[index][index] / sum : nil
    }

    private var right: Double { counts.indices.reduce(0) { $0 + counts[$1][$1] } }
    private var labelledTotals: [Double] { counts.map { $0.reduce(0, +) } }
    private var calledTotals: [Double] {
        counts.indices.map { called in counts.reduce(0) { $0 + $1[called] } }
    }
}
