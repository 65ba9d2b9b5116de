import Foundation

/// Student's t distribution.
public enum StudentT {
    /// The probability that a variable of so many degrees of freedom lies further from 0 than `statistic`, on either side; 1 without any degrees.
    ///
    /// The regularized incomplete beta function I(ν / (ν + t²); ν/2, 1/2) (Abramowitz and Stegun 1964, equation 26.7.1), by the continued
    /// fraction of equation 26.5.8 in Lentz's way. Below 1e-308 it is 0.
    public static func twoSided(_ statistic: Double, degreesOfFreedom: Int) -> Double {
        precondition(degreesOfFreedom >= 0, "degrees of freedom are no count")
        guard degreesOfFreedom > 0, !statistic.isNaN else { return 1 }
        let (freedom, square) = (Double(degreesOfFreedom), statistic * statistic)
        guard square > 0 else { return 1 }
        guard square.isFinite else { return 0 }
        let (a, b) = (freedom / 2, 0.5)
        let (x, rest) = (freedom / (freedom + square), square / (freedom + square))
        // xᵃ of x near 1 keeps its digits by log1p.
        let front = exp(-a * log1p(square / freedom) + b * log(rest) - logBeta(a))
        return x < (a + 1) / (a + b + 2)
            ? min(1, front * fraction(a, b, x) / a) : max(0, 1 - front * fraction(b, a, rest) / b)
    }

    /// The number that a variable exceeds in distance from 0 with this probability, between 0 and 1: 1.96 for 0.05 and many degrees.
    public static func quantile(twoSided probability: Double, degreesOfFreedom: Int) -> Double {
        precondition(probability > 0 && probability < 1 && degreesOfFreedom > 0, "a probability between 0 and 1")
        var (low, high) = (0.0, 1.0)
        while twoSided(high, degreesOfFreedom: degreesOfFreedom) > probability, high < 1e150 { high *= 2 }
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if twoSided(middle, degreesOfFreedom: degreesOfFreedom) > probability {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }

    /// log B(a, 1/2) for a multiple of 1/2, by Γ(a + 1) = a · Γ(a) down to 1/2 or 1 where it is small, else by Stirling's series.
    private static func logBeta(_ a: Double) -> Double {
        // B(1/2, 1/2) = π, B(1, 1/2) = 2, B(a + 1, 1/2) = B(a, 1/2) · a / (a + 1/2).
        if a < 32 {
            var (step, value) = (a.truncatingRemainder(dividingBy: 1) == 0 ? 1.0 : 0.5, 0.0)
            value = step == 1 ? log(2) : log(Double.pi)
            while step < a {
                value += log(step / (step + 0.5))
                step += 1
            }
            return value
        }
        func rest(_ x: Double) -> Double { 1 / (12 * x) - 1 / (360 * x * x * x) + 1 / (1260 * x * x * x * x * x) }
        let next = a + 0.5
        return 0.5 * log(Double.pi) + (a - 0.5) * log(a) - a + rest(a) - ((next - 0.5) * log(next) - next + rest(next))
    }

    private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / kept(1 - (a + b) * x / (a + 1))
        var value = d
        for step in 1...500 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / kept(1 + even * d)
            c = kept(1 + even / c)
            value *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / kept(1 + odd * d)
            c = kept(1 + odd / c)
            value *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return value
    }
}
