extension LayerSpecification {
    /// Normalizes the last dimension, with learned weight and bias.
    public static func layerNorm(epsilon: Float = 1e-5) -> LayerSpecification {
        LayerSpecification(LayerNorm(epsilon: epsilon))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(LayerNorm.self, to: $0) }

struct LayerNorm: LayerDefinition {
    static let type = "layerNorm"

    var epsilon: Float

    init(epsilon: Float) { self.epsilon = epsilon }
    init(_ field: inout DocumentFields) throws { epsilon = try field("epsilon", default: 1e-5) }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkNumbers(input)
        guard epsilon > 0, epsilon < 1 else { throw graph.invalid("epsilon \(epsilon) is not between 0 and 1") }
        return try graph.apply(LayerNormLayer(inputShape: input.shape, epsilon: epsilon), to: input)
    }
}

/// Mean 0 and variance 1 over the last dimension, then scale and shift (Ba, Kiros and Hinton 2016).
struct LayerNormLayer: Layer {
    let inputShape: [Int]
    let epsilon: Float

    var outputShape: [Int] { inputShape }

    private var width: Int { inputShape.last ?? 1 }
    private var rows: Int { inputShape.dropLast().reduce(1, *) }

    var parameters: [ParameterDescription] {
        [
            ParameterDescription(name: "weight", shape: [width], start: .constant(1)),
            ParameterDescription(name: "bias", shape: [width], start: .constant(0)),
        ]
    }

    /// Mean and inverse deviation of each row.
    func keptCount(_ count: Int) -> Int { 2 * count * rows }

    /// The input's gradient, where nobody asks for it.
    func scratchCount(_ count: Int, training: Bool) -> Int { training ? count * inputCount : 0 }

    func forward(_ pass: ForwardPass) {
        pass.kernels.functions.layer_norm(
            pass.input, pass.parameters, pass.parameters + width, epsilon, pass.output, pass.kept, pass.count * rows,
            width)
    }

    func backward(_ pass: BackwardPass) {
        pass.dParameters.update(repeating: 0, count: 2 * width)
        pass.kernels.functions.layer_norm_backward(
            pass.input, pass.parameters, pass.kept, pass.dOutput, pass.dInput ?? pass.scratch, pass.dParameters,
            pass.dParameters + width, pass.count * rows, width)
    }
}

extension LayerNormLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        let output = graph.node(
            "LayerNormalization",
            [graph.name(of: inputs[0]), graph.initializer("weight"), graph.initializer("bias")],
            [.integer("axis", -1), .float("epsilon", epsilon)])
        return graph.value(output, shape: outputShape)
    }
}
