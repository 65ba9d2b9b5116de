extension LayerSpecification {
    /// `(L, C)` to `(L, C)`: each position gathers from all, by several heads (Vaswani and others 2017).
    ///
    /// Parameters and result are those of PyTorch's `MultiheadAttention(batch_first=True)`. `heads` divides C.
    ///
    /// - Parameters:
    ///   - heads: How many ways of attending there are, each of `C / heads` channels.
    ///   - maximumDistance: Adds to the scaled score of query i and key j a learned number of each head and distance
    ///     j - i, of which those beyond ±`maximumDistance` share the last (Shaw and others 2018, in the form of T5): the
    ///     parameter `relative_bias` `(heads, 2 · maximumDistance + 1)`, which starts at 0. Without it the layer does
    ///     not know positions.
    ///   - lengths: An input of the network, `[1]`, with each example's valid positions. Nothing attends to those
    ///     beyond; they themselves attend like all others, and what lies in them must be finite. With no valid position
    ///     at all, what is gathered is 0.
    public static func attention(
        heads: Int, maximumDistance: Int? = nil, lengths: String? = nil
    ) -> LayerSpecification {
        LayerSpecification(Attention(heads: heads, maximumDistance: maximumDistance, lengths: lengths))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Attention.self, to: $0) }

struct Attention: LayerDefinition {
    static let type = "attention"

    var heads: Int
    var maximumDistance: Int?
    var lengths: String?

    init(heads: Int, maximumDistance: Int?, lengths: String?) {
        self.heads = heads
        self.maximumDistance = maximumDistance
        self.lengths = lengths
    }

    init(_ field: inout DocumentFields) throws {
        heads = try field("heads")
        maximumDistance = try field.optional("maximumDistance")
        lengths = try field.optional("lengths")
    }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        if let maximumDistance { try graph.check(maximumDistance, "maximumDistance") }
        let lengths = try graph.lengths(named: lengths)
        try graph.checkAttention(queries: input, keys: input, heads: heads)
        let layer = AttentionLayer(
            queries: input.shape, heads: heads, maximumDistance: maximumDistance, hasLengths: !lengths.isEmpty)
        return try graph.apply(layer, to: [input] + lengths)
    }
}

extension GraphBuilder {
    /// Throws unless values fit together as those that attend and those that are attended to.
    func checkAttention(queries: Value, keys: Value, heads: Int) throws(NeuralNetworkError) {
        try checkPositions(queries)
        try checkPositions(keys)
        try check(heads, "heads")
        guard queries.shape[1].isMultiple(of: heads) else {
            throw invalid("\(heads) heads do not divide the input's \(queries.shape[1]) channels")
        }
        guard heads * queries.shape[0] <= Limit.values / keys.shape[0] else {
            throw invalid("\(heads) × \(queries.shape[0]) × \(keys.shape[0]) scores are more than \(Limit.values)")
        }
    }
}
