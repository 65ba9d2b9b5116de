/// A recurrent layer as documents say it.
protocol RecurrentDefinition: LayerDefinition {
    associatedtype Arithmetic: RecurrentLayer
    /// Gates of a state.
    static var gates: Int { get }

    var options: RecurrentOptions { get }
    init(options: RecurrentOptions)
}

extension RecurrentDefinition {
    init(_ field: inout DocumentFields) throws { self.init(options: try RecurrentOptions(&field)) }

    func encode(to encoder: any Encoder) throws { try options.encode(to: encoder) }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try options.add(to: &graph, input: input, gates: Self.gates) { Arithmetic(geometry: $0) }
    }
}

/// What documents say about a recurrent layer.
struct RecurrentOptions: Encodable, Hashable {
    var hidden: Int
    var bidirectional = false
    var layers = 1
    /// The input of the network that has each example's valid positions.
    var lengths: String?

    init(hidden: Int, bidirectional: Bool, layers: Int, lengths: String?) {
        self.hidden = hidden
        self.bidirectional = bidirectional
        self.layers = layers
        self.lengths = lengths
    }

    init(_ field: inout DocumentFields) throws {
        hidden = try field("hidden")
        bidirectional = try field("bidirectional", default: false)
        layers = try field("layers", default: 1)
        lengths = try field.optional("lengths")
    }

    /// Adds a node for each of the stacked layers, whose arithmetic is `make`'s.
    func add<L: RecurrentLayer>(
        to graph: inout GraphBuilder, input: Value, gates: Int, _ make: (RecurrentGeometry) -> L
    ) throws(NeuralNetworkError) -> Value {
        try graph.check(hidden, "hidden")
        guard (1...Self.mostLayers).contains(layers) else {
            throw graph.invalid("layers \(layers) is not in 1...\(Self.mostLayers)")
        }
        try graph.checkPositions(input)
        let lengths = try graph.lengths(named: lengths)
        var value = input
        for layer in 0..<layers {
            let geometry = RecurrentGeometry(
                length: value.shape[0], channels: value.shape[1], hidden: hidden, gates: gates * hidden,
                directions: bidirectional ? 2 : 1, layer: layer, isPacked: !lengths.isEmpty)
            value = try graph.apply(make(geometry), to: [value] + lengths)
        }
        return value
    }

    private static let mostLayers = 64
}
