/// The noise that a training needs for a guarantee.
public enum NoiseCalibration {
    /// The least noise multiplier, to a relative 1e-6 and never below what is needed, with which a training keeps ε at δ.
    ///
    /// - Parameters:
    ///   - epsilon: The ε that must not be exceeded.
    ///   - delta: Its δ.
    ///   - samplingRate: The probability with which a record takes part in a step.
    ///   - steps: The number of steps.
    ///   - spent: What the data set has behind it; the guarantee is for all together.
    /// - Throws: ``PrivacyError`` `unreachable` where no noise is enough (what is spent exceeds ε already) and for numbers outside of their ranges.
    public static func noiseMultiplier(
        epsilon: Double, delta: Double, samplingRate: Double, steps: Int, after spent: RenyiAccountant = .init()
    ) throws(PrivacyError) -> Double {
        guard epsilon > 0, epsilon.isFinite else {
            throw PrivacyError(.invalidParameter, "ε is \(epsilon); it must be above 0")
        }
        guard steps > 0 else {
            throw PrivacyError(.invalidParameter, "the number of steps is \(steps); it must be above 0")
        }
        func holds(_ noise: Double) throws(PrivacyError) -> Bool {
            var accountant = spent
            try accountant.compose(
                SampledGaussianMechanism(samplingRate: samplingRate, noiseMultiplier: noise), steps: steps)
            return try accountant.epsilon(delta: delta) <= epsilon
        }
        let range = SampledGaussianMechanism.noiseMultipliers
        if try holds(range.lowerBound) { return range.lowerBound }
        var (low, high) = (range.lowerBound, 1.0)
        while try !holds(high) {
            guard high < range.upperBound else {
                let before = try spent.epsilon(delta: delta)
                throw PrivacyError(
                    .unreachable,
                    "no noise keeps ε = \(epsilon) at δ = \(delta) over \(steps) steps: what was done before has ε = \(before) already"
                )
            }
            (low, high) = (high, min(high * 2, range.upperBound))
        }
        while high - low > 1e-6 * high {
            let middle = (low + high) / 2
            if try holds(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
