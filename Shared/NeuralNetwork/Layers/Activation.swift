extension LayerSpecification {
    /// max(0, x).
    public static let relu = LayerSpecification(ReLU())
    /// PyTorch's `GELU(approximate='tanh')`.
    public static let gelu = LayerSpecification(GELU())
    /// The scaled exponential linear unit (Klambauer and others, 2017).
    public static let selu = LayerSpecification(SELU())
    /// Hyperbolic tangent.
    public static let tanh = LayerSpecification(Tanh())
    /// 1 / (1 + exp(-x)).
    public static let sigmoid = LayerSpecification(Sigmoid())
}

@section("helicase_layers") @used
private let relu: LayerCatalog.Entry = { LayerCatalog.add(ReLU.self, to: $0) }
@section("helicase_layers") @used
private let gelu: LayerCatalog.Entry = { LayerCatalog.add(GELU.self, to: $0) }
@section("helicase_layers") @used
private let selu: LayerCatalog.Entry = { LayerCatalog.add(SELU.self, to: $0) }
@section("helicase_layers") @used
private let tanh: LayerCatalog.Entry = { LayerCatalog.add(Tanh.self, to: $0) }
@section("helicase_layers") @used
private let sigmoid: LayerCatalog.Entry = { LayerCatalog.add(Sigmoid.self, to: $0) }

/// A layer without parameters that computes a function of each number.
protocol ActivationDefinition: LayerDefinition {
    static var function: ActivationLayer.Function { get }
    init()
}

extension ActivationDefinition {
    init(_ field: inout DocumentFields) throws { self.init() }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkNumbers(input)
        return try graph.apply(ActivationLayer(inputShape: input.shape, function: Self.function), to: input)
    }
}

struct ReLU: ActivationDefinition {
    static let (type, function) = ("relu", ActivationLayer.Function.relu)
}

struct GELU: ActivationDefinition {
    static let (type, function) = ("gelu", ActivationLayer.Function.gelu)
}

struct SELU: ActivationDefinition {
    static let (type, function) = ("selu", ActivationLayer.Function.selu)
}

struct Tanh: ActivationDefinition {
    static let (type, function) = ("tanh", ActivationLayer.Function.tanh)
}

struct Sigmoid: ActivationDefinition {
    static let (type, function) = ("sigmoid", ActivationLayer.Function.sigmoid)
}

struct ActivationLayer: Layer {
    enum Function: Sendable { case relu, gelu, selu, tanh, sigmoid }

    let inputShape: [Int]
    let function: Function

    var outputShape: [Int] { inputShape }
    var worksInPlace: Bool { true }
    /// All but one have a slope that follows from the output.
    var needs: BackwardNeeds { function == .gelu ? .input : .output }
    var multiplierRule: MultiplierRule { .rescale(smooth: function != .relu) }

    func forward(_ pass: ForwardPass) {
        let functions = pass.kernels.functions
        let map =
            switch function {
            case .relu: functions.relu
            case .gelu: functions.gelu
            case .selu: functions.selu
            case .tanh: functions.tanh
            case .sigmoid: functions.sigmoid
            }
        map(pass.input, pass.output, pass.count * inputCount)
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        let functions = pass.kernels.functions
        let map =
            switch function {
            case .relu: functions.relu_backward
            case .gelu: functions.gelu_backward
            case .selu: functions.selu_backward
            case .tanh: functions.tanh_backward
            case .sigmoid: functions.sigmoid_backward
            }
        // Each reads one of `input` and `output`; the other may be gone.
        map(function == .gelu ? pass.input : pass.output, pass.output, pass.dOutput, dInput, pass.count * inputCount)
    }
}

extension ActivationLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        graph.map(inputs[0]) { graph, x in
            switch function {
            case .relu: return graph.node("Relu", [x])
            case .selu: return graph.node("Selu", [x])
            case .tanh: return graph.node("Tanh", [x])
            case .sigmoid: return graph.node("Sigmoid", [x])
            case .gelu:
                // x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))); operator set 17 has no node for it.
                let cube = graph.node("Mul", [graph.node("Mul", [x, x]), x])
                let bent = graph.node("Add", [x, graph.node("Mul", [cube, graph.scalar(0.044715)])])
                let tanh = graph.node("Tanh", [graph.node("Mul", [bent, graph.scalar(0.797_884_56)])])
                let gate = graph.node("Add", [tanh, graph.scalar(1)])
                return graph.node("Mul", [graph.node("Mul", [x, graph.scalar(0.5)]), gate])
            }
        }
    }
}
