import NeuralNetwork

/// Percentile intervals from resampled examples (Efron 1979): how far a figure would move with other examples of the kind.
///
/// The resamples follow from the seed alone, so they are the same for every metric and, in pairs, for two versions.
struct Bootstrap {
    /// How often examples are drawn.
    static let resamples = 1000
    /// The share of resamples inside an interval.
    static let level = 0.95
    private static let seed: UInt64 = 1

    /// A metric of examples; nil where it is not defined on all of them.
    static func interval(of metric: EvaluationMetric, on examples: ScoredExamples) -> MetricInterval? {
        interval(of: metric.value(examples), count: examples.count) { metric.value(examples.examples($0)) }
    }

    /// By how much `version` is better than `production` on the same examples: above 0 whatever the metric's direction.
    static func advantage(
        of version: ScoredExamples, over production: ScoredExamples, in metric: EvaluationMetric
    ) -> MetricInterval? {
        precondition(version.targets == production.targets, "versions are compared on the same examples")
        let sign = metric.direction == .higher ? 1.0 : -1
        func advantage(_ version: ScoredExamples, _ production: ScoredExamples) -> Double {
            sign * (metric.value(version) - metric.value(production))
        }
        return interval(of: advantage(version, production), count: version.count) {
            advantage(version.examples($0), production.examples($0))
        }
    }

    private static func interval(
        of value: Double, count: Int, resampled: ([Int]) -> Double
    ) -> MetricInterval? {
        guard value.isFinite else { return nil }
        var values: [Double] = []
        for resample in 0..<resamples {
            var random = SplitMix64(keys: seed, UInt64(resample))
            let indices = (0..<count).map { _ in Int(random.next().multipliedFullWidth(by: UInt64(count)).high) }
            // A resample without a single example of a class says nothing of the recall of the class.
            let figure = resampled(indices)
            if figure.isFinite { values.append(figure) }
        }
        values.sort()
        let tail = (1 - level) / 2
        func quantile(_ share: Double) -> Double {
            values.isEmpty ? value : values[Int((share * Double(values.count - 1)).rounded())]
        }
        return MetricInterval(value: value, low: quantile(tail), high: quantile(1 - tail))
    }
}
