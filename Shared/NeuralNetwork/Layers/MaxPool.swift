extension LayerSpecification {
    /// `(L, C)` or `(H, W, C)` to `(C)`: the greatest over all positions.
    ///
    /// `lengths` names an input of the network, of the shape `[1]`: so many positions of the first dimension are valid, and
    /// the rest is left out. Of none the greatest is 0.
    public static func maxPool(lengths: String? = nil) -> LayerSpecification {
        LayerSpecification(MaxPool(lengths: lengths))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(MaxPool.self, to: $0) }

struct MaxPool: LayerDefinition {
    static let type = "maxPool"

    var lengths: String?

    init(lengths: String?) { self.lengths = lengths }
    init(_ field: inout DocumentFields) throws { lengths = try field.optional("lengths") }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.pool(input, .maximum, lengths: lengths)
    }
}
