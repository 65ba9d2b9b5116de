extension LayerSpecification {
    /// Tokens `(L)` to numbers `(L, width)`: each token's row of a table.
    ///
    /// The row `padding` starts with zeros and gets no gradient, so that it stays what it is. A token that is not one of
    /// 0 to `vocabulary - 1` counts as `padding`, or as 0 where there is none; ``InputCheck`` refuses examples with such.
    public static func embedding(vocabulary: Int, width: Int, padding: Int? = nil) -> LayerSpecification {
        LayerSpecification(Embedding(vocabulary: vocabulary, width: width, padding: padding))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Embedding.self, to: $0) }

struct Embedding: LayerDefinition {
    static let type = "embedding"

    var vocabulary: Int
    var width: Int
    var padding: Int?

    init(vocabulary: Int, width: Int, padding: Int?) {
        self.vocabulary = vocabulary
        self.width = width
        self.padding = padding
    }

    init(_ field: inout DocumentFields) throws {
        vocabulary = try field("vocabulary")
        width = try field("width")
        padding = try field.optional("padding")
    }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        guard input.kind == .tokens else { throw graph.invalid("needs tokens, and its input is of \(input.kind)") }
        try graph.check(vocabulary, "vocabulary")
        try graph.check(width, "width")
        if let padding, !(0..<vocabulary).contains(padding) {
            throw graph.invalid("padding \(padding) is not in 0..<\(vocabulary)")
        }
        return try graph.apply(
            EmbeddingLayer(length: input.shape[0], vocabulary: vocabulary, width: width, padding: padding), to: input)
    }
}

/// Weight `(vocabulary, width)`; its gradient is added up in the order of examples and positions.
struct EmbeddingLayer: Layer {
    let length: Int
    let vocabulary: Int
    let width: Int
    let padding: Int?

    var inputShape: [Int] { [length] }
    var outputShape: [Int] { [length, width] }

    var parameters: [ParameterDescription] {
        [ParameterDescription(name: "weight", shape: [vocabulary, width], start: .normal(1), zeroRow: padding)]
    }

    func forward(_ pass: ForwardPass) {
        for position in 0..<pass.count * length {
            let row = pass.parameters + row(pass.input[position]) * width
            (pass.output + position * width).update(from: row, count: width)
        }
    }

    func backward(_ pass: BackwardPass) {
        let add_rows = pass.kernels.functions.add_rows
        pass.dParameters.update(repeating: 0, count: vocabulary * width)
        for position in 0..<pass.count * length {
            let row = row(pass.input[position])
            if row != padding { add_rows(pass.dOutput + position * width, pass.dParameters + row * width, 1, width) }
        }
        pass.dInput?.update(repeating: 0, count: pass.count * length)
    }

    private func row(_ token: Float) -> Int { Self.row(token, vocabulary: vocabulary, padding: padding) }

    static func row(_ token: Float, vocabulary: Int, padding: Int?) -> Int {
        let isRow = token >= 0 && token < Float(vocabulary) && token == token.rounded(.down)
        return isRow ? Int(token) : padding ?? 0
    }
}

extension EmbeddingLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        func token(_ value: Int) -> String {
            graph.constant("int64 \(value)", .int64, shape: [], [Int64(value)])
        }
        let tokens = graph.name(of: inputs[0])
        let known = graph.node("Clip", [tokens, token(0), token(vocabulary - 1)])
        let rows = graph.node("Where", [graph.node("Equal", [tokens, known]), tokens, token(padding ?? 0)])
        return graph.value(graph.node("Gather", [graph.initializer("weight"), rows]), shape: outputShape)
    }
}
