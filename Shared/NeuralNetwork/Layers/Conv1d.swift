extension LayerSpecification {
    /// `(L, C)` to `(L', filters)`: cross-correlation over positions; on bases, filter columns are added and nothing is
    /// multiplied.
    ///
    /// `groups` filters see only their share of the channels. `reverseComplement` makes half of the filters, those that
    /// read the opposite strand with the same weights (Shrikumar and others, 2017): output channel `filters - 1 - i` at
    /// a position is what channel `i` would be on the reverse complement, so that reversing positions and channels of
    /// the input reverses those of the output.
    public static func conv1d(
        filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
        bias: Bool = true, reverseComplement: Bool = false
    ) -> LayerSpecification {
        LayerSpecification(
            Conv1d(
                filters: filters, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
                bias: bias, reverseComplement: reverseComplement))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Conv1d.self, to: $0) }

struct Conv1d: LayerDefinition {
    static let type = "conv1d"

    var filters: Int
    var kernel: Int
    var stride = 1
    var padding = 0
    var dilation = 1
    var groups = 1
    var bias = true
    var reverseComplement = false

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.check(filters, "filters")
        try graph.check(kernel, "kernel")
        try graph.check(stride, "stride")
        try graph.check(padding, "padding", from: 0)
        try graph.check(dilation, "dilation")
        try graph.check(groups, "groups")
        let span = dilation * (kernel - 1) + 1
        guard span <= GraphBuilder.Limit.dimension, padding <= span else {
            throw graph.invalid("a kernel that spans \(span) positions with padding \(padding) is out of range")
        }
        let geometry: ConvolutionGeometry
        if input.kind == .bases {
            geometry = ConvolutionGeometry(length: input.shape[0], channels: 4, self)
        } else {
            try graph.checkPositions(input)
            geometry = ConvolutionGeometry(length: input.shape[0], channels: input.shape[1], self)
        }
        try graph.checkSpan(input, max(1, span - 2 * padding))
        guard filters % groups == 0, geometry.channels % groups == 0 else {
            throw graph.invalid("\(groups) groups do not divide \(geometry.channels) channels and \(filters) filters")
        }
        guard !reverseComplement || filters % 2 == 0 && groups == 1 else {
            throw graph.invalid("sharing between strands needs an even number of filters and no groups")
        }
        guard input.kind == .bases else {
            return try graph.apply(Conv1dLayer(geometry), to: input)
        }
        guard groups == 1 else { throw graph.invalid("there are no groups of bases") }
        return try graph.apply(BaseConv1dLayer(geometry), to: input)
    }
}

extension Conv1d {
    init(_ field: inout DocumentFields) throws {
        self.init(
            filters: try field("filters"), kernel: try field("kernel"), stride: try field("stride", default: 1),
            padding: try field("padding", default: 0), dilation: try field("dilation", default: 1),
            groups: try field("groups", default: 1), bias: try field("bias", default: true),
            reverseComplement: try field("reverseComplement", default: false))
    }
}
