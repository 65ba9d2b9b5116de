/// Harrell's concordance index: how probably of two examples the one with the greater prediction lasts longer.
///
/// Ties of predictions count half. Of two equal times only one that was observed and one that was not can be compared,
/// of which the latter lasts longer, as lifelines has it; where all are observed, it is the index of DeepDTA.
public struct Concordance: Sendable {
    /// Examples by falling time; of equal times those not observed come first.
    private let order: [Int]
    /// Each example's place among the distinct predictions, from 1.
    private let ranks: [Int]
    private let distinct: Int
    private let times: [Float]
    private let observed: [Bool]?

    /// Ranks predictions, of which the greater ones mean longer times (or stronger bonds); `observed` is false where
    /// the time is only a lower bound.
    public init(predictions: [Float], times: [Float], observed: [Bool]? = nil) {
        precondition(
            predictions.count == times.count && (observed == nil || observed?.count == times.count))
        self.times = times
        self.observed = observed
        guard !predictions.contains(where: \.isNaN), !times.contains(where: \.isNaN) else {
            (order, ranks, distinct) = ([], [], 0)
            return
        }
        func isObserved(_ example: Int) -> Bool { observed?[example] ?? true }
        order = times.indices.sorted { a, b in
            times[a] != times[b] ? times[a] > times[b] : !isObserved(a) && isObserved(b)
        }
        var ranks = Array(repeating: 0, count: predictions.count)
        var rank = 0
        var last: Float?
        for example in predictions.indices.sorted(by: { predictions[$0] < predictions[$1] }) {
            if predictions[example] != last { rank += 1 }
            last = predictions[example]
            ranks[example] = rank
        }
        self.ranks = ranks
        distinct = rank
    }

    /// The index, of examples counted once or as their weights say; nil where no two examples can be compared, or a
    /// number is not one.
    public func index(weights: [Double]? = nil) -> Double? {
        precondition(weights == nil || weights?.count == times.count)
        // Sums of the weights of all that last longer, by rank: a Fenwick tree, and each rank's own.
        var tree = Array(repeating: 0.0, count: distinct + 1)
        var own = tree
        var total = 0.0
        func insert(_ example: Int) {
            let weight = weights?[example] ?? 1
            own[ranks[example]] += weight
            total += weight
            var i = ranks[example]
            while i <= distinct {
                tree[i] += weight
                i += i & -i
            }
        }
        func sum(upTo rank: Int) -> Double {
            var (i, sum) = (rank, 0.0)
            while i > 0 {
                sum += tree[i]
                i -= i & -i
            }
            return sum
        }
        var (concordant, pairs) = (0.0, 0.0)
        var next = 0
        while next < order.count {
            var end = next
            while end < order.count, times[order[end]] == times[order[next]] { end += 1 }
            let firstObserved = order[next..<end].firstIndex { observed?[$0] ?? true } ?? end
            for example in order[next..<firstObserved] { insert(example) }
            for example in order[firstObserved..<end] {
                let weight = weights?[example] ?? 1
                let greater = total - sum(upTo: ranks[example])
                concordant += weight * (greater + 0.5 * own[ranks[example]])
                pairs += weight * total
            }
            for example in order[firstObserved..<end] { insert(example) }
            next = end
        }
        return pairs > 0 ? concordant / pairs : nil
    }
}
