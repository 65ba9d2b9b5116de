/// What is explained: a weighted sum of a network's outputs (logits).
public struct AttributionTarget: Sendable, Hashable {
    /// One number an output.
    public let weights: [Float]

    /// A weighted sum.
    public init(weights: [Float]) { self.weights = weights }

    /// One output of so many.
    public static func output(_ index: Int, of count: Int) -> AttributionTarget {
        AttributionTarget(weights: (0..<count).map { $0 == index ? 1 : 0 })
    }

    /// One class of so many that exclude each other: its logit less the mean of the others', which is what moves its
    /// probability.
    public static func classOutput(_ index: Int, of count: Int) -> AttributionTarget {
        guard count > 1 else { return output(index, of: count) }
        return AttributionTarget(weights: (0..<count).map { $0 == index ? 1 : -1 / Float(count - 1) })
    }

    /// The value for one example's outputs.
    func score(_ outputs: ArraySlice<Float>) -> Double {
        zip(outputs, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
