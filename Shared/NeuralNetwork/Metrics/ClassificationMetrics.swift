import Foundation

/// How well predicted class probabilities fit the true classes.
public struct ClassificationMetrics: Codable, Sendable, Hashable {
    /// Examples.
    public var count: Int
    /// Share of examples whose most probable class is the true one.
    public var accuracy: Double
    /// Mean of -ln p(true class).
    public var crossEntropy: Double
    /// Expected calibration error (Naeini and others, 2015).
    ///
    /// The mean distance of confidence and accuracy over bins of equal width.
    public var calibrationError: Double
    /// Examples by true class (row) and predicted class (column).
    public var confusion: [[Int]]

    /// Compares `probabilities`, `[labels.count][classes]`, with the labels.
    public init(probabilities: [Float], labels: [Int], classes: Int, bins: Int = 15) {
        precondition(probabilities.count == labels.count * classes && bins > 0)
        precondition(labels.allSatisfy((0..<classes).contains))
        var confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes)
        var (correct, loss) = (0, 0.0)
        var binned = Array(repeating: (confidence: 0.0, correct: 0.0), count: bins)
        for (example, label) in labels.enumerated() {
            let p = probabilities[example * classes..<(example + 1) * classes]
            let first = p.startIndex
            let best = p.indices.dropFirst().reduce(first) { p[$1] > p[$0] ? $1 : $0 }
            let hit = best - first == label
            confusion[label][best - first] += 1
            correct += hit ? 1 : 0
            loss -= log(Double(max(p[first + label], .leastNormalMagnitude)))
            let bin = p[best].isFinite ? min(bins - 1, max(0, Int(p[best] * Float(bins)))) : 0
            binned[bin].confidence += Double(p[best])
            binned[bin].correct += hit ? 1 : 0
        }
        let total = Double(max(labels.count, 1))
        count = labels.count
        accuracy = Double(correct) / total
        crossEntropy = loss / total
        calibrationError = binned.reduce(0) { $0 + abs($1.confidence - $1.correct) } / total
        self.confusion = confusion
    }
}
