/// A network's architecture as a document: its inputs, and the layers in order.
///
/// As JSON, one input of numbers is its shape, `{"input": [33, 28], "layers": […]}`; one of another kind is
/// `{"input": {"kind": "bases", "shape": [1000]}, …}`, and several are a list,
/// `{"inputs": [{"name": "sequence", "kind": "bases", "shape": [1000]}, {"name": "age", "shape": [1]}], …}`.
public struct Architecture: Sendable, Hashable {
    /// What an example is made of; its floats lie one input after the other.
    public var inputs: [InputSpecification]
    /// The layers, first to last; the first reads the first input, and the last one's output are the logits.
    public var layers: [LayerSpecification]

    /// Describes a network of several inputs; `Network` checks that the layers fit.
    public init(inputs: [InputSpecification], layers: [LayerSpecification]) {
        self.inputs = inputs
        self.layers = layers
    }

    /// Describes a network on numbers, channels last: `[33, 28]` is 33 positions of 28 channels.
    public init(input: [Int], layers: [LayerSpecification]) {
        self.init(inputs: [InputSpecification(shape: input)], layers: layers)
    }

    /// Describes a network on a sequence of so many bases.
    public init(bases: Int, layers: [LayerSpecification]) {
        self.init(inputs: [InputSpecification(kind: .bases, shape: [bases])], layers: layers)
    }

    /// The shape of one output, if the layers fit each other.
    public func outputShape() throws(NeuralNetworkError) -> [Int] { try Graph(self).outputShape }
}

extension Architecture: Codable {
    /// Reads the document; an unknown field is an error.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        if let inputs: [InputSpecification] = try field.optional("inputs") {
            self.inputs = inputs
        } else {
            inputs = [try field("input")]
        }
        layers = try field("layers")
        try field.end()
    }

    /// Writes the document.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        if inputs.count == 1, inputs[0].name == InputSpecification.defaultName {
            try fields.encode(inputs[0], forKey: "input")
        } else {
            try fields.encode(inputs, forKey: "inputs")
        }
        try fields.encode(layers, forKey: "layers")
    }
}
