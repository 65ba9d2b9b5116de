/// Where a share lies of which a number of trials is known: Wilson's score interval (Wilson, 1927, JASA 22, 209–212).
public enum WilsonInterval {
    /// The interval of a share among `trials`, `z` standard deviations to each side; `trials` need not be whole, and without any
    /// everything is possible.
    public static func of(share: Double, trials: Double, z: Double) -> ClosedRange<Double> {
        guard trials > 0 else { return 0...1 }
        let middle = share + z * z / (2 * trials)
        let spread = z * ((share * (1 - share) + z * z / (4 * trials)) / trials).squareRoot()
        let scale = 1 + z * z / trials
        // Rounding may put them on the wrong sides of a share of 0 or 1.
        let low = max(0, (middle - spread) / scale)
        return low...max(low, min(1, (middle + spread) / scale))
    }
}
