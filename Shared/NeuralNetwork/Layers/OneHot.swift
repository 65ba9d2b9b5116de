extension LayerSpecification {
    /// Bases `(L)` to numbers `(L, 4)`: for each base the share of A, C, G and T; 0 for padding.
    ///
    /// A convolution reads bases as they are, and faster; this is for other layers.
    public static let oneHot = LayerSpecification(OneHot())
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(OneHot.self, to: $0) }

struct OneHot: LayerDefinition {
    static let type = "oneHot"

    init() {}
    init(_ field: inout DocumentFields) throws {}

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        guard input.kind == .bases else { throw graph.invalid("needs bases, and its input is of \(input.kind)") }
        return try graph.apply(OneHotLayer(length: input.shape[0]), to: input)
    }
}

struct OneHotLayer: Layer {
    let length: Int

    var inputShape: [Int] { [length] }
    var outputShape: [Int] { [length, 4] }
    var needs: BackwardNeeds { [] }

    func forward(_ pass: ForwardPass) {
        for position in 0..<pass.count * length {
            RelaxedInput.shares(of: pass.input[position], into: pass.output + position * 4)
        }
    }

    func backward(_ pass: BackwardPass) {
        pass.dInput?.update(repeating: 0, count: pass.count * length)
    }
}

extension OneHotLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue { graph.letters(of: inputs[0]) }
}
