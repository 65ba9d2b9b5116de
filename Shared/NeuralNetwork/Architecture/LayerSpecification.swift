/// One layer of an architecture, named and parameterized as in PyTorch.
///
/// Shapes are without the batch, channels last: `(L, C)` is L positions of C channels. As JSON:
/// `{"type": "conv1d", "filters": 64, "kernel": 3, "padding": 1}`; what has a default may be left out.
public enum LayerSpecification: Sendable, Hashable {
    /// `(…, C)` to `(…, outputs)`.
    case linear(outputs: Int)
    /// `(L, C)` to `(L', filters)`.
    case conv1d(filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1)
    /// `(L, C)` to `(L, hidden)`, or `(L, 2·hidden)` if bidirectional: the state after each position.
    case gru(hidden: Int, bidirectional: Bool = false)
    /// max(0, x).
    case relu
    /// PyTorch's `GELU(approximate='tanh')`.
    case gelu
    /// Hyperbolic tangent.
    case tanh
    /// 1 / (1 + exp(-x)).
    case sigmoid
    /// `(L, C)` to `(L', C)`: the greatest of each window.
    case maxPool1d(kernel: Int, stride: Int)
    /// `(L, C)` to `(C)`: the mean over all positions.
    case averagePool
    /// `(L, C)` to `(C)`: one position, such as the centre of a window.
    case select(position: Int)
    /// Any shape to one dimension.
    case flatten
    /// Zeros a share of the values in training, scaling the rest; nothing in inference.
    case dropout(rate: Float)
    /// Normalizes the last dimension, with learned weight and bias.
    case layerNorm(epsilon: Float = 1e-5)
}

extension LayerSpecification: Codable {
    private enum Kind: String, Codable, CaseIterable {
        case linear, conv1d, gru, relu, gelu, tanh, sigmoid, maxPool1d, averagePool, select, flatten, dropout, layerNorm
    }

    /// Reads a layer; an unknown type or field is an error, so that a misspelt one is not taken for a default.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let kind: Kind = try field.kind()
        switch kind {
        case .linear: self = .linear(outputs: try field("outputs"))
        case .conv1d:
            self = .conv1d(
                filters: try field("filters"), kernel: try field("kernel"), stride: try field("stride", default: 1),
                padding: try field("padding", default: 0), dilation: try field("dilation", default: 1))
        case .gru:
            self = .gru(hidden: try field("hidden"), bidirectional: try field("bidirectional", default: false))
        case .relu: self = .relu
        case .gelu: self = .gelu
        case .tanh: self = .tanh
        case .sigmoid: self = .sigmoid
        case .maxPool1d:
            let kernel: Int = try field("kernel")
            self = .maxPool1d(kernel: kernel, stride: try field("stride", default: kernel))
        case .averagePool: self = .averagePool
        case .select: self = .select(position: try field("position"))
        case .flatten: self = .flatten
        case .dropout: self = .dropout(rate: try field("rate"))
        case .layerNorm: self = .layerNorm(epsilon: try field("epsilon", default: 1e-5))
        }
        try field.end()
    }

    /// Writes a layer with all of its fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        func type(_ kind: Kind) throws { try fields.encode(kind, forKey: "type") }
        switch self {
        case .linear(let outputs):
            try type(.linear)
            try fields.encode(outputs, forKey: "outputs")
        case .conv1d(let filters, let kernel, let stride, let padding, let dilation):
            try type(.conv1d)
            try fields.encode(filters, forKey: "filters")
            try fields.encode(kernel, forKey: "kernel")
            try fields.encode(stride, forKey: "stride")
            try fields.encode(padding, forKey: "padding")
            try fields.encode(dilation, forKey: "dilation")
        case .gru(let hidden, let bidirectional):
            try type(.gru)
            try fields.encode(hidden, forKey: "hidden")
            try fields.encode(bidirectional, forKey: "bidirectional")
        case .maxPool1d(let kernel, let stride):
            try type(.maxPool1d)
            try fields.encode(kernel, forKey: "kernel")
            try fields.encode(stride, forKey: "stride")
        case .select(let position):
            try type(.select)
            try fields.encode(position, forKey: "position")
        case .dropout(let rate):
            try type(.dropout)
            try fields.encode(rate, forKey: "rate")
        case .layerNorm(let epsilon):
            try type(.layerNorm)
            try fields.encode(epsilon, forKey: "epsilon")
        case .relu: try type(.relu)
        case .gelu: try type(.gelu)
        case .tanh: try type(.tanh)
        case .sigmoid: try type(.sigmoid)
        case .averagePool: try type(.averagePool)
        case .flatten: try type(.flatten)
        }
    }
}
