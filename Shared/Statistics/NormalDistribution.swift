import Foundation

/// The standard normal distribution.
public enum NormalDistribution {
    /// The probability that a variable exceeds `z`.
    public static func tail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

    /// The number that a variable exceeds with this probability, between 0 and 1.
    public static func quantile(exceededWith probability: Double) -> Double {
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if tail(middle) > probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
