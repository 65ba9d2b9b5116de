/// One layer of an architecture, named and parameterized as in PyTorch.
///
/// Shapes are without the batch, channels last: `(L, C)` is L positions of C channels. As JSON:
/// `{"type": "conv1d", "filters": 64, "kernel": 3, "padding": 1}`; what has a default may be left out. Each layer's
/// file declares its own, such as ``conv1d(filters:kernel:stride:padding:dilation:groups:bias:reverseComplement:)``.
public struct LayerSpecification: Sendable {
    let definition: any LayerDefinition

    init(_ definition: some LayerDefinition) { self.definition = definition }
}

extension LayerSpecification: Hashable {
    /// Whether both are the same layer with the same parameters.
    public static func == (a: LayerSpecification, b: LayerSpecification) -> Bool {
        AnyHashable(a.definition) == AnyHashable(b.definition)
    }

    /// Adds the layer's parameters.
    public func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(definition)) }
}

extension LayerSpecification: Codable {
    /// Reads a layer; an unknown type or field is an error, so that a misspelt one is not taken for a default.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let type: String = try field("type")
        guard let definition = LayerCatalog.types[type] else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "there is no layer '\(type)'; there are: "
                        + LayerCatalog.types.keys.sorted().joined(separator: ", ")))
        }
        self.definition = try definition.init(&field)
        try field.end()
    }

    /// Writes a layer with all of its fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        try fields.encode(type(of: definition).type, forKey: "type")
        try definition.encode(to: encoder)
    }
}
