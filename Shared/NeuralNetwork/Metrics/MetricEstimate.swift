/// A measure with a confidence interval from a bootstrap: the percentiles of its values over examples drawn with
/// replacement (Efron 1979).
///
/// The same seed gives the same interval. A draw on which the measure is not defined, such as one without positives, is
/// left out.
public struct MetricEstimate: Codable, Sendable, Hashable {
    /// A measure of examples, given how often each one counts; nil stands for once each.
    public typealias Metric = (_ weights: [Double]?) -> Double?

    /// The measure of the examples as they are.
    public var value: Double
    /// The lower end of the interval.
    public var low: Double
    /// Its upper end.
    public var high: Double
    /// The draws that counted.
    public var resamples: Int
    /// The share of draws within the interval.
    public var level: Double

    /// Whether the interval is on one side of zero: what is asked of a difference.
    public var excludesZero: Bool { low > 0 || high < 0 }

    /// Estimates a measure of `count` examples, or returns nil where it is not defined.
    ///
    /// - Parameters:
    ///   - count: The examples.
    ///   - groups: Which of them belong together, such as those of one patient: whole groups are drawn, for examples that
    ///     are not independent of each other would make the interval too narrow.
    ///   - resamples: Draws.
    ///   - level: The share of draws within the interval.
    ///   - seed: The seed of the draws.
    ///   - metric: The measure, given how often each example is drawn; nil stands for once each.
    public static func bootstrap(
        count: Int, groups: ExampleGroups? = nil, resamples: Int = 1000, level: Double = 0.95, seed: UInt64 = 1,
        _ metric: Metric
    ) -> MetricEstimate? {
        withoutActuallyEscaping(metric) {
            bootstrap(count: count, groups: groups, resamples: resamples, level: level, seed: seed, ["": $0])[""]
        }
    }

    /// Estimates several measures by name on the same draws; those that are not defined are left out.
    public static func bootstrap(
        count: Int, groups: ExampleGroups? = nil, resamples: Int = 1000, level: Double = 0.95, seed: UInt64 = 1,
        _ metrics: [String: Metric]
    ) -> [String: MetricEstimate] {
        precondition(count >= 0 && resamples > 0 && level > 0 && level < 1)
        precondition(groups?.indices.map { $0.count == count } ?? true)
        guard count > 0 else { return [:] }
        let values = metrics.compactMapValues { $0(nil) }.filter(\.value.isFinite)
        var draws = values.mapValues { _ in [Double]() }
        let units = groups?.count ?? count
        var drawn = Array(repeating: 0.0, count: units)
        for resample in 0..<resamples {
            var random = SplitMix64(keys: seed, RandomStream.bootstrap, UInt64(resample))
            for i in 0..<units { drawn[i] = 0 }
            for _ in 0..<units { drawn[random.index(below: units)] += 1 }
            let weights = groups?.indices.map { $0.map { drawn[$0] } } ?? drawn
            for name in values.keys {
                if let value = metrics[name]?(weights), value.isFinite { draws[name]?.append(value) }
            }
        }
        return draws.reduce(into: [:]) { estimates, next in
            guard let value = values[next.key], !next.value.isEmpty else { return }
            let sorted = next.value.sorted()
            estimates[next.key] = MetricEstimate(
                value: value, low: percentile(sorted, (1 - level) / 2), high: percentile(sorted, (1 + level) / 2),
                resamples: sorted.count, level: level)
        }
    }

    /// Estimates how much greater the measure of a second model is than a first one's on the same examples: both
    /// see the same draws, so what is hard for both cancels out.
    public static func difference(
        count: Int, groups: ExampleGroups? = nil, resamples: Int = 1000, level: Double = 0.95, seed: UInt64 = 1,
        from first: Metric, to second: Metric
    ) -> MetricEstimate? {
        bootstrap(count: count, groups: groups, resamples: resamples, level: level, seed: seed) { weights in
            guard let before = first(weights), let after = second(weights) else { return nil }
            return after - before
        }
    }

    /// A percentile of sorted values, between two of them linearly.
    private static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        let position = share * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
}
