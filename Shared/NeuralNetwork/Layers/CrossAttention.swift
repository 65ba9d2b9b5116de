extension LayerSpecification {
    /// `(L, C)` to `(L, C)`: each position gathers from the positions of another value, such as a drug's atoms from a
    /// protein's residues.
    ///
    /// Parameters and result are those of PyTorch's `MultiheadAttention(batch_first=True)`, with `kdim` and `vdim`
    /// where the keys' channels are not C. Without layers in the branch, keys and values are its input itself.
    ///
    /// - Parameters:
    ///   - heads: How many ways of attending there are, each of `C / heads` channels.
    ///   - keys: What computes the positions that are attended to, of any number and width.
    ///   - lengths: An input of the network, `[1]`, with each example's valid positions among the keys, as in
    ///     `attention`.
    public static func crossAttention(heads: Int, keys: Branch, lengths: String? = nil) -> LayerSpecification {
        LayerSpecification(CrossAttention(heads: heads, keys: keys, lengths: lengths))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(CrossAttention.self, to: $0) }

struct CrossAttention: LayerDefinition {
    static let type = "crossAttention"

    var heads: Int
    var keys: LayerSpecification.Branch
    var lengths: String?

    init(heads: Int, keys: LayerSpecification.Branch, lengths: String?) {
        self.heads = heads
        self.keys = keys
        self.lengths = lengths
    }

    init(_ field: inout DocumentFields) throws {
        heads = try field("heads")
        keys = try field("keys")
        lengths = try field.optional("lengths")
    }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        let start = if let name = keys.input { try graph.input(named: name) } else { input }
        let keys = try graph.add(keys.layers, to: start, branch: 0)
        let lengths = try graph.lengths(named: lengths)
        try graph.checkAttention(queries: input, keys: keys, heads: heads)
        let layer = AttentionLayer(
            queries: input.shape, keys: keys.shape, heads: heads, hasLengths: !lengths.isEmpty)
        return try graph.apply(layer, to: [input, keys] + lengths)
    }
}
