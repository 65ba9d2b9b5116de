extension LayerSpecification {
    /// `(L, C)` to `(C)`: the greatest over all positions.
    public static func maxPool() -> LayerSpecification { LayerSpecification(MaxPool()) }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(MaxPool.self, to: $0) }

struct MaxPool: LayerDefinition {
    static let type = "maxPool"

    init() {}
    init(_ field: inout DocumentFields) throws {}

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkPositions(input)
        let positions = input.shape[0]
        let pooled = try graph.apply(
            MaxPool1dLayer(inputShape: input.shape, kernel: positions, stride: positions), to: input)
        return Value(buffer: pooled.buffer, shape: [input.shape[1]])
    }
}
