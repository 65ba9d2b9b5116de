/// A network's architecture as a document: the shape of one example, and the layers in order.
public struct Architecture: Codable, Sendable, Hashable {
    /// The shape of one example, channels last: `[33, 28]` is 33 positions of 28 channels.
    public var input: [Int]
    /// The layers, first to last; the last one's output are the logits.
    public var layers: [LayerSpecification]

    /// Describes a network; `Network` checks that the layers fit.
    public init(input: [Int], layers: [LayerSpecification]) {
        self.input = input
        self.layers = layers
    }

    /// The shape of one output, if the layers fit each other.
    public func outputShape() throws(NeuralNetworkError) -> [Int] { try LayerStack(self).outputShape }
}
