import Foundation

/// What a correlation of so many pairs says.
public struct CorrelationTest: Sendable, Hashable {
    /// The correlation, -1 to 1.
    public let value: Double
    /// The 95 % interval, by Fisher's transformation (1921).
    public let interval: ClosedRange<Double>
    /// The probability of one as far from 0 where there is none, by Student's t distribution.
    public let probability: Double

    /// Takes a correlation and its degrees of freedom: pairs less 2, and less each other variable that both sides are adjusted for.
    ///
    /// Nil below two degrees.
    public init?(_ correlation: Double, degreesOfFreedom: Int) {
        guard degreesOfFreedom >= 2, correlation.isFinite else { return nil }
        value = max(-1, min(1, correlation))
        let freedom = Double(degreesOfFreedom)
        let half = NormalDistribution.quantile(exceededWith: 0.025) / (freedom - 1).squareRoot()
        let middle = atanh(max(-1 + 1e-15, min(1 - 1e-15, value)))
        interval = tanh(middle - half)...tanh(middle + half)
        let rest = 1 - value * value
        probability =
            rest > 0 ? StudentT.twoSided(value * (freedom / rest).squareRoot(), degreesOfFreedom: degreesOfFreedom) : 0
    }
}
