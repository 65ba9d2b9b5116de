/// A network's architecture as a document: its inputs, and the layers in order.
///
/// As JSON, one input of numbers is its shape, `{"input": [33, 28], "layers": […]}`; one of another kind is
/// `{"input": {"kind": "bases", "shape": [1000]}, …}`, and several are a list,
/// `{"inputs": [{"name": "sequence", "kind": "bases", "shape": [1000]}, {"name": "age", "shape": [1]}], …}`. Several outputs
/// are heads on the common layers: `{"input": …, "layers": […], "heads": [{"name": "profile", "layers": […]}, …]}`.
public struct Architecture: Sendable, Hashable {
    /// What an example is made of; its floats lie one input after the other.
    public var inputs: [InputSpecification]
    /// The layers, first to last; the first reads the first input, and the last one's output are the logits.
    public var layers: [LayerSpecification]
    /// The outputs where there are several, each with layers on the output of `layers`; without any that is the output.
    ///
    /// What the network says of an example is that of the heads one after the other, in one dimension.
    public var heads: [Head]

    /// Describes a network of several inputs or outputs; `Network` checks that the layers fit.
    public init(inputs: [InputSpecification], layers: [LayerSpecification], heads: [Head] = []) {
        self.inputs = inputs
        self.layers = layers
        self.heads = heads
    }

    /// Describes a network on numbers, channels last: `[33, 28]` is 33 positions of 28 channels.
    public init(input: [Int], layers: [LayerSpecification], heads: [Head] = []) {
        self.init(inputs: [InputSpecification(shape: input)], layers: layers, heads: heads)
    }

    /// Describes a network on a sequence of so many bases.
    public init(bases: Int, layers: [LayerSpecification], heads: [Head] = []) {
        self.init(inputs: [InputSpecification(kind: .bases, shape: [bases])], layers: layers, heads: heads)
    }

    /// The outputs by head, if the layers fit each other; one without a name where there are no heads.
    public func outputs() throws(NeuralNetworkError) -> [(name: String?, shape: [Int])] {
        try Graph(self).outputs.map { ($0.name, $0.shape) }
    }

    /// The shape of one output, if the layers fit each other; of heads the floats of all.
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
        heads = try field("heads", default: [])
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
        if !heads.isEmpty { try fields.encode(heads, forKey: "heads") }
    }
}
