extension LayerSpecification {
    /// `x + f(x)`: the layers' output added to their input, or to `shortcut`'s where their shapes differ (He and
    /// others, 2016).
    public static func residual(
        _ layers: [LayerSpecification], shortcut: [LayerSpecification] = []
    ) -> LayerSpecification {
        LayerSpecification(Residual(layers: layers, shortcut: shortcut))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Residual.self, to: $0) }

/// The layers' parameters are called `4.0.0.weight` (in `layers`) and `4.1.0.weight` (in `shortcut`).
struct Residual: LayerDefinition {
    static let type = "residual"

    var layers: [LayerSpecification]
    var shortcut: [LayerSpecification]

    init(layers: [LayerSpecification], shortcut: [LayerSpecification]) {
        self.layers = layers
        self.shortcut = shortcut
    }

    init(_ field: inout DocumentFields) throws {
        layers = try field("layers")
        shortcut = try field("shortcut", default: [])
    }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        let inner = try graph.add(layers, to: input, branch: 0)
        let outer = try graph.add(shortcut, to: input, branch: 1)
        guard inner.shape == outer.shape else {
            throw graph.invalid("adds an output of \(inner.shape) to \(outer.shape)")
        }
        try graph.checkNumbers(outer)
        return try graph.apply(JoinLayer(shapes: [inner.shape, outer.shape], join: .add), to: inner, outer)
    }
}
