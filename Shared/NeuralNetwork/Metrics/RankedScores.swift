/// Scores of examples that are positive or negative, ranked once, for the measures that only depend on the ranking.
///
/// Measures take weights of examples, in their given order, as scikit-learn's `sample_weight`; they are nil where they
/// are not defined: without positives, without negatives, or with a score that is not a number.
public struct RankedScores: Sendable {
    /// Examples by falling score.
    let order: [Int]
    /// Ends in `order` of runs of equal scores.
    let ends: [Int]
    let scores: [Float]
    let positives: [Bool]
    let isValid: Bool

    /// Ranks scores, of which the greater ones speak for a positive.
    public init(scores: [Float], positives: [Bool]) {
        precondition(scores.count == positives.count)
        self.scores = scores
        self.positives = positives
        isValid = !scores.contains(where: \.isNaN)
        order = isValid ? scores.indices.sorted { scores[$0] > scores[$1] } : []
        let order = order
        ends = order.indices.filter {
            $0 == order.count - 1 || scores[order[$0]] != scores[order[$0 + 1]]
        }.map { $0 + 1 }
    }

    /// The area under the receiver operating characteristic: how probably a positive is ranked above a negative, ties
    /// counted half (Mann and Whitney 1947).
    public func auroc(weights: [Double]? = nil) -> Double? {
        var (above, pairs, negatives) = (0.0, 0.0, 0.0)
        forEachRun(weights) { positive, negative in
            pairs += negative * (above + 0.5 * positive)
            above += positive
            negatives += negative
        }
        return above > 0 && negatives > 0 ? pairs / (above * negatives) : nil
    }

    /// The area under the precision-recall curve as steps, scikit-learn's `average_precision_score`.
    public func averagePrecision(weights: [Double]? = nil) -> Double? {
        var (above, all, sum, negatives) = (0.0, 0.0, 0.0, 0.0)
        forEachRun(weights) { positive, negative in
            above += positive
            negatives += negative
            all += positive + negative
            if positive > 0 { sum += positive * above / all }
        }
        return above > 0 && negatives > 0 ? sum / above : nil
    }

    /// Calls `body` with the weights of positives and negatives of each run of equal scores, from the greatest on.
    func forEachRun(_ weights: [Double]?, _ body: (_ positive: Double, _ negative: Double) -> Void) {
        precondition(weights == nil || weights?.count == scores.count)
        var next = 0
        for end in ends {
            var (positive, negative) = (0.0, 0.0)
            for example in order[next..<end] {
                let weight = weights?[example] ?? 1
                if positives[example] { positive += weight } else { negative += weight }
            }
            next = end
            body(positive, negative)
        }
    }
}
