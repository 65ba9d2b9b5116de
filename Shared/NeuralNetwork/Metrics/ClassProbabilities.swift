/// Predicted class probabilities beside the true classes, for the measures of a classification.
///
/// One column is the probability of class 1 of two. Measures take weights of examples, and are nil without examples.
public struct ClassProbabilities: Sendable {
    /// `[count][classes]`, both columns where one was given.
    public let probabilities: [Float]
    /// The true classes.
    public let labels: [Int]
    /// Classes.
    public let classes: Int
    /// The most probable class of each example, the first of equals.
    public let calls: [Int]

    /// Takes `probabilities`, `[labels.count][classes]`, and labels in `0..<max(2, classes)`.
    public init(probabilities: [Float], labels: [Int], classes: Int) {
        precondition(classes > 0 && probabilities.count == labels.count * classes)
        let columns = max(2, classes)
        precondition(labels.allSatisfy((0..<columns).contains))
        let both = classes == 1 ? probabilities.flatMap { [1 - $0, $0] } : probabilities
        self.probabilities = both
        self.labels = labels
        self.classes = columns
        calls = labels.indices.map { example in
            (1..<columns).reduce(0) {
                both[example * columns + $1] > both[example * columns + $0] ? $1 : $0
            }
        }
    }

    /// Share of examples whose most probable class is the true one.
    public func accuracy(weights: [Double]? = nil) -> Double? {
        mean(weights) { calls[$0] == labels[$0] ? 1 : 0 }
    }

    /// Mean of -ln p(true class), at most 87.
    public func crossEntropy(weights: [Double]? = nil) -> Double? {
        mean(weights) {
            -PortableMath.log(
                Double(max(probabilities[$0 * classes + labels[$0]], .leastNormalMagnitude)))
        }
    }

    /// The mean squared distance of probabilities and truth (Brier 1950); of two classes only one is counted, so that
    /// it is in 0...1 there, and in 0...2 for more.
    public func brierScore(weights: [Double]? = nil) -> Double? {
        mean(weights) { example in
            let columns = classes == 2 ? 1..<2 : 0..<classes
            return columns.reduce(0) { sum, c in
                let distance = Double(probabilities[example * classes + c]) - (labels[example] == c ? 1 : 0)
                return sum + distance * distance
            }
        }
    }

    /// Counts of true and called classes.
    public func confusion(weights: [Double]? = nil) -> ConfusionMatrix {
        ConfusionMatrix(labels: labels, calls: calls, classes: classes, weights: weights)
    }

    /// Confidence and accuracy of the calls.
    public func reliability(weights: [Double]? = nil, bins: Int = 15) -> ReliabilityDiagram {
        ReliabilityDiagram(
            confidences: calls.indices.map { probabilities[$0 * classes + calls[$0]] },
            hits: calls.indices.map { calls[$0] == labels[$0] }, weights: weights, bins: bins)
    }

    /// The examples ranked by the probability of one class against all others.
    public func ranked(class index: Int) -> RankedScores {
        RankedScores(
            scores: labels.indices.map { probabilities[$0 * classes + index] },
            positives: labels.map { $0 == index })
    }

    private func mean(_ weights: [Double]?, _ value: (Int) -> Double) -> Double? {
        precondition(weights == nil || weights?.count == labels.count)
        var (sum, total) = (0.0, 0.0)
        for example in labels.indices {
            let weight = weights?[example] ?? 1
            sum += weight * value(example)
            total += weight
        }
        return total > 0 ? sum / total : nil
    }
}
