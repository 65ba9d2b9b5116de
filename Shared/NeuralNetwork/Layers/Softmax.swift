extension LayerSpecification {
    /// `exp(x) / Σ exp(x)` over the last dimension.
    ///
    /// Losses take logits and make their own: this one is for within a network, such as weights of positions.
    public static let softmax = LayerSpecification(Softmax())
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Softmax.self, to: $0) }

struct Softmax: LayerDefinition {
    static let type = "softmax"

    init() {}
    init(_ field: inout DocumentFields) throws {}

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkNumbers(input)
        return try graph.apply(SoftmaxLayer(inputShape: input.shape), to: input)
    }
}

struct SoftmaxLayer: Layer {
    let inputShape: [Int]

    var outputShape: [Int] { inputShape }
    var needs: BackwardNeeds { .output }
    var worksInPlace: Bool { true }

    private var width: Int { inputShape.last ?? 1 }

    func forward(_ pass: ForwardPass) {
        pass.kernels.functions.softmax(pass.input, pass.output, pass.count * inputCount / width, width)
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        pass.kernels.functions.softmax_backward(
            pass.output, pass.dOutput, dInput, pass.count * inputCount / width, width)
    }
}

extension SoftmaxLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        graph.combine([inputs[0]], shape: inputShape) { graph, names, channels in
            graph.node("Softmax", names, [.integer("axis", channels)])
        }
    }
}
