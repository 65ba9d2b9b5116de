/// Spearman's correlation: that of ranks, where equal numbers share the mean of theirs.
///
/// Ranks once, so that a bootstrap need not.
public struct RankCorrelation: Sendable {
    private let count: Int
    private let first: Ranking?
    private let second: Ranking?

    /// Ranks two rows of numbers of the same examples.
    public init(_ first: [Float], _ second: [Float]) {
        precondition(first.count == second.count)
        count = first.count
        self.first = Ranking(first)
        self.second = Ranking(second)
    }

    /// The correlation, of examples counted once or as their weights say; nil where one row does not vary or has a
    /// number that is not one.
    public func spearman(weights: [Double]? = nil) -> Double? {
        precondition(weights == nil || weights?.count == count)
        guard let first, let second else { return nil }
        return PairedNumbers.correlation(first.ranks(weights), second.ranks(weights), weights)
    }
}

/// The order of numbers, and which of them are equal.
private struct Ranking {
    let order: [Int]
    /// Ends in `order` of runs of equal numbers.
    let ends: [Int]

    init?(_ values: [Float]) {
        guard !values.contains(where: \.isNaN) else { return nil }
        let order = values.indices.sorted { values[$0] < values[$1] }
        self.order = order
        ends = order.indices.filter {
            $0 == order.count - 1 || values[order[$0]] != values[order[$0 + 1]]
        }.map { $0 + 1 }
    }

    /// Each example's rank, as if there were as many of it as its weight says.
    func ranks(_ weights: [Double]?) -> [Double] {
        var ranks = Array(repeating: 0.0, count: order.count)
        var (before, next) = (0.0, 0)
        for end in ends {
            let run = order[next..<end]
            let weight =
                weights.map { weights in run.reduce(0) { $0 + weights[$1] } } ?? Double(run.count)
            for example in run { ranks[example] = before + 0.5 * (weight + 1) }
            before += weight
            next = end
        }
        return ranks
    }
}
