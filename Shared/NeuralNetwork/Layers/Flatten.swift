extension LayerSpecification {
    /// Any shape to one dimension.
    public static let flatten = LayerSpecification(Flatten())
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Flatten.self, to: $0) }

/// Changes the shape alone: nothing is computed.
struct Flatten: LayerDefinition {
    static let type = "flatten"

    init() {}
    init(_ field: inout DocumentFields) throws {}

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkNumbers(input)
        return Value(buffer: input.buffer, shape: [input.count])
    }
}
