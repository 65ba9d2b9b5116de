/// A figure with the bounds of its bootstrap interval.
public struct MetricInterval: Sendable, Codable, Hashable {
    /// The figure of all examples.
    public var value: Double
    /// The lower bound.
    public var low: Double
    /// The upper bound.
    public var high: Double

    /// Makes an interval.
    public init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }
}
