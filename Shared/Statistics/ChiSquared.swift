import Foundation

/// The χ² distribution.
public enum ChiSquared {
    /// The probability that a variable of so many degrees of freedom exceeds `statistic`; 1 without any.
    ///
    /// The finite sums of Abramowitz and Stegun (1964), equations 26.4.4 and 26.4.5.
    public static func tail(_ statistic: Double, degreesOfFreedom: Int) -> Double {
        precondition(degreesOfFreedom >= 0, "degrees of freedom are no count")
        guard degreesOfFreedom > 0, statistic > 0 else { return 1 }
        let half = statistic / 2
        var (sum, term): (Double, Double)
        if degreesOfFreedom.isMultiple(of: 2) {
            (sum, term) = (0, exp(-half))
            for k in 1...(degreesOfFreedom / 2) {
                sum += term
                term *= half / Double(k)
            }
        } else {
            sum = erfc(half.squareRoot())
            term = exp(-half) * half.squareRoot() / (Double.pi.squareRoot() / 2)
            for k in 0..<((degreesOfFreedom - 1) / 2) {
                sum += term
                term *= half / (Double(k) + 1.5)
            }
        }
        return min(1, sum)
    }
}
