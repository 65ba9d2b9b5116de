import Foundation

/// One step of DP-SGD as its privacy sees it: every record takes part with a probability (Poisson sampling), the sum of
/// what each gives, clipped to norm 1, gets Gaussian noise.
///
/// Neighbors are data sets that differ by one record, added or removed.
public struct SampledGaussianMechanism: Sendable, Hashable, Codable {
    /// The probability with which a record takes part, above 0 and at most 1.
    public let samplingRate: Double
    /// The noise's standard deviation in units of the clipping norm, above 0.
    public let noiseMultiplier: Double

    /// Makes a mechanism.
    ///
    /// - Throws: ``PrivacyError`` for a rate outside of (0, 1] or a noise outside of [0.05, 10 000].
    public init(samplingRate: Double, noiseMultiplier: Double) throws(PrivacyError) {
        guard samplingRate > 0, samplingRate <= 1 else {
            throw PrivacyError(
                .invalidParameter, "the sampling rate is \(samplingRate); it must be above 0 and at most 1")
        }
        guard Self.noiseMultipliers.contains(noiseMultiplier) else {
            throw PrivacyError(
                .invalidParameter,
                "the noise multiplier is \(noiseMultiplier); this accountant knows \(Self.noiseMultipliers.lowerBound) to "
                    + "\(Self.noiseMultipliers.upperBound)")
        }
        self.samplingRate = samplingRate
        self.noiseMultiplier = noiseMultiplier
    }

    /// The noise multipliers that are accepted; less than the least gives no guarantee that anyone would call one.
    public static let noiseMultipliers = 0.05...10_000.0

    /// The Rényi divergence of a step at an order above 1, in nats.
    ///
    /// log(A) / (order − 1) with A the order's moment of the likelihood ratio (Mironov, Talwar and Zhang 2019, section 3): their binomial sum
    /// where the order is whole, and the integral itself by the trapezoidal rule where it is not. On a Gaussian's
    /// tails that rule is exact to rounding, and it has no orders at which a series does not converge.
    public func divergence(order: Double) -> Double {
        precondition(order > 1 && order.isFinite, "an order of a Rényi divergence is above 1")
        let variance = noiseMultiplier * noiseMultiplier
        if samplingRate == 1 { return order / (2 * variance) }
        let moment = order == order.rounded() ? wholeMoment(Int(order)) : integratedMoment(order)
        return max(0, moment / (order - 1))
    }

    /// log Σ_k C(α, k) (1−q)^(α−k) q^k exp((k² − k) / 2σ²).
    private func wholeMoment(_ order: Int) -> Double {
        let (taken, left) = (log(samplingRate), log1p(-samplingRate))
        let halfPrecision = 1 / (2 * noiseMultiplier * noiseMultiplier)
        var sum = LogSum()
        var logChoices = 0.0
        for k in 0...order {
            let number = Double(k)
            sum.add(
                logChoices + number * taken + Double(order - k) * left + (number * number - number) * halfPrecision)
            logChoices += log(Double(order - k)) - log(number + 1)
        }
        return sum.logarithm
    }

    /// log ∫ N(z; 0, σ²) (1 − q + q exp((2z − 1) / 2σ²))^α dz.
    private func integratedMoment(_ order: Double) -> Double {
        let (taken, left) = (log(samplingRate), log1p(-samplingRate))
        let (deviation, variance) = (noiseMultiplier, noiseMultiplier * noiseMultiplier)
        // The integrand's singularities lie πσ² off the real axis: far more steps than a quarter of that change nothing.
        let step = min(deviation, variance) / 4
        let first = -12 * deviation
        let count = Int(((order + 24 * deviation) / step).rounded(.up))
        var sum = LogSum()
        for index in 0...count {
            let z = first + Double(index) * step
            let shifted = taken + (2 * z - 1) / (2 * variance)
            let ratio = max(left, shifted) + log1p(exp(-abs(left - shifted)))
            sum.add(-z * z / (2 * variance) + order * ratio)
        }
        return sum.logarithm + log(step) - log(deviation) - log(2 * Double.pi) / 2
    }
}

/// A sum of positive numbers by their logarithms, which neither overflows nor loses the small ones to a first large one.
private struct LogSum {
    private var largest = -Double.infinity
    private var scaled = 0.0

    mutating func add(_ logarithm: Double) {
        if logarithm <= largest {
            scaled += exp(logarithm - largest)
        } else {
            scaled = scaled * exp(largest - logarithm) + 1
            largest = logarithm
        }
    }

    var logarithm: Double { largest + log(scaled) }
}
