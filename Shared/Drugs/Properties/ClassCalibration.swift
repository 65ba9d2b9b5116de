import LinearAlgebra
import NeuralNetwork
import Statistics

/// From scores to probabilities of a class, with intervals, fitted to scores of molecules that were held out.
struct ClassCalibration: Sendable, Hashable, Codable {
    /// Log-odds: `intercept` + `slope` · score (Platt 1999).
    var intercept: Double
    var slope: Double
    /// The held-out scores, ascending, and whether each was of class 1.
    var scores: [Double]
    var isPositive: [Bool]

    /// Molecules around a score whose classes say how sure its probability is.
    private static let neighbors = 60
    /// The normal deviate of a 90 % interval.
    private static let deviate = 1.6448536269514722

    init(scores: [Double], positives: [Bool]) throws {
        let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
        self.scores = order.map { scores[$0] }
        isPositive = order.map { positives[$0] }
        let fit = try LogisticRegression(
            features: Matrix(rows: scores.count, columns: 1, elements: scores), labels: positives.map { $0 ? 1 : 0 },
            classes: 2, penalty: 1e-3)
        slope = fit.coefficients[0, 1] - fit.coefficients[0, 0]
        intercept = fit.coefficients[1, 1] - fit.coefficients[1, 0]
    }

    func probability(_ score: Double) -> Double { 1 / (1 + PortableMath.exp(-(intercept + slope * score))) }

    /// Wilson's interval of the share of class 1 among the held-out molecules of the nearest scores, with the probability in it.
    func interval(_ score: Double) -> ClosedRange<Double> {
        let own = probability(score)
        let width = min(Self.neighbors, scores.count)
        guard width > 0 else { return 0...1 }
        var low = min(max(0, scores.count { $0 < score } - width / 2), scores.count - width)
        while low > 0, score - scores[low - 1] < scores[low + width - 1] - score { low -= 1 }
        while low + width < scores.count, scores[low + width] - score < score - scores[low] { low += 1 }
        let share = Double(isPositive[low..<(low + width)].count { $0 }) / Double(width)
        let interval = WilsonInterval.of(share: share, trials: Double(width), z: Self.deviate)
        return min(own, interval.lowerBound)...max(own, interval.upperBound)
    }
}
