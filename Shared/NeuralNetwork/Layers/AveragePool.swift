extension LayerSpecification {
    /// `(L, C)` or `(H, W, C)` to `(C)`: the mean over all positions.
    ///
    /// `lengths` names an input of the network, of the shape `[1]`: so many positions of the first dimension are valid, and
    /// the rest is left out. Of none the mean is 0.
    public static func averagePool(lengths: String? = nil) -> LayerSpecification {
        LayerSpecification(AveragePool(lengths: lengths))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(AveragePool.self, to: $0) }

struct AveragePool: LayerDefinition {
    static let type = "averagePool"

    var lengths: String?

    init(lengths: String?) { self.lengths = lengths }
    init(_ field: inout DocumentFields) throws { lengths = try field.optional("lengths") }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.pool(input, .mean, lengths: lengths)
    }
}
