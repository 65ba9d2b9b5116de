import CKernels

extension LayerSpecification {
    /// `(…, C)` to `(…, outputs)`: `y = x Wᵀ + b` on the last dimension.
    public static func linear(outputs: Int, bias: Bool = true) -> LayerSpecification {
        LayerSpecification(Linear(outputs: outputs, bias: bias))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Linear.self, to: $0) }

struct Linear: LayerDefinition {
    static let type = "linear"

    var outputs: Int
    var bias: Bool

    init(outputs: Int, bias: Bool = true) {
        self.outputs = outputs
        self.bias = bias
    }

    init(_ field: inout DocumentFields) throws {
        outputs = try field("outputs")
        bias = try field("bias", default: true)
    }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkNumbers(input)
        try graph.check(outputs, "outputs")
        return try graph.apply(LinearLayer(inputShape: input.shape, outputs: outputs, hasBias: bias), to: input)
    }
}

/// Weight `(outputs, inputs)`, in panels.
struct LinearLayer: Layer {
    let inputShape: [Int]
    let outputShape: [Int]
    let inputs: Int
    let outputs: Int
    let hasBias: Bool

    init(inputShape: [Int], outputs: Int, hasBias: Bool) {
        self.inputShape = inputShape
        self.outputs = outputs
        self.hasBias = hasBias
        outputShape = inputShape.dropLast() + [outputs]
        inputs = inputShape.last ?? 1
    }

    var panels: PanelLayout { .transposed(outputs: outputs, inputs: inputs) }

    var rowsPerExample: Int { inputShape.dropLast().reduce(1, *) }
    var multiplierRule: MultiplierRule { .linear }

    var parameters: [ParameterDescription] {
        let start = ParameterDescription.Start.uniform(1 / Float(inputs).squareRoot())
        let weight = ParameterDescription(name: "weight", shape: [outputs, inputs], start: start, panels: panels)
        return hasBias ? [weight, ParameterDescription(name: "bias", shape: [outputs], start: start)] : [weight]
    }

    func forward(_ pass: ForwardPass) {
        pass.product(
            pass.input, stride: inputs, packed: pass.parameters, bias: hasBias ? pass.parameters + weightCount : nil,
            into: pass.output, stride: outputs, m: pass.count * rowsPerExample, k: inputs, n: outputs)
    }

    /// The weight's transpose is made a block of inputs at a time, so that no second copy of a large one is needed.
    func scratchCount(_ count: Int, training: Bool) -> Int {
        training ? ck_packed_count(outputs, min(inputs, Self.block)) : 0
    }

    func backward(_ pass: BackwardPass) {
        let (m, functions) = (pass.count * rowsPerExample, pass.kernels.functions)
        if pass.wantsParameters {
            functions.product_gradient(
                pass.input, inputs, pass.dOutput, outputs, pass.dParameters, m, inputs, outputs, false)
        }
        if hasBias, pass.wantsParameters {
            let dBias = pass.dParameters + weightCount
            dBias.update(repeating: 0, count: outputs)
            functions.add_rows(pass.dOutput, dBias, m, outputs)
        }
        guard let dInput = pass.dInput else { return }
        for first in Swift.stride(from: 0, to: inputs, by: Self.block) {
            let columns = min(Self.block, inputs - first)
            ck_pack_transposed(pass.parameters, inputs, outputs, first, columns, pass.scratch)
            functions.product(
                pass.dOutput, outputs, pass.scratch, nil, dInput + first, inputs, m, outputs, columns)
        }
    }

    private var weightCount: Int { ck_packed_count(inputs, outputs) }
    private static let block = 256
}

extension LinearLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        let x = graph.name(of: inputs[0])
        let bias = hasBias ? [graph.initializer("bias")] : []
        if inputShape.count == 1 {
            let output = graph.node("Gemm", [x, graph.initializer("weight")] + bias, [.integer("transB", 1)])
            return graph.value(output, shape: outputShape)
        }
        let weight = graph.initializer("weight", [graph.parameter("weight").transposed(1, 0)])
        let product = graph.node("MatMul", [x, weight])
        return graph.value(hasBias ? graph.node("Add", [product] + bias) : product, shape: outputShape)
    }
}

extension LinearLayer: ScalableColumns {
    var canScaleColumns: Bool { hasBias }

    func scaleColumns(
        _ parameters: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>
    ) { panels.scaleColumns(parameters, scale: scale, shift: shift) }
}
