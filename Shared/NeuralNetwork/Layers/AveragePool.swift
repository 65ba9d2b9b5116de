extension LayerSpecification {
    /// `(L, C)` to `(C)`: the mean over all positions.
    public static let averagePool = LayerSpecification(AveragePool())
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(AveragePool.self, to: $0) }

struct AveragePool: LayerDefinition {
    static let type = "averagePool"

    init() {}
    init(_ field: inout DocumentFields) throws {}

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkPositions(input)
        return try graph.apply(AveragePoolLayer(inputShape: input.shape), to: input)
    }
}

/// The mean over all positions, a channel at a time.
struct AveragePoolLayer: Layer {
    let inputShape: [Int]

    var outputShape: [Int] { [inputShape[1]] }
    var needs: BackwardNeeds { [] }

    private var channels: Int { inputShape[1] }

    func forward(_ pass: ForwardPass) {
        let length = inputShape[0]
        pass.output.update(repeating: 0, count: pass.count * channels)
        for example in 0..<pass.count {
            let output = pass.output + example * channels
            pass.kernels.functions.add_rows(pass.input + example * inputCount, output, length, channels)
            for channel in 0..<channels { output[channel] /= Float(length) }
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        let length = inputShape[0]
        for row in 0..<pass.count * length {
            let dOutput = pass.dOutput + row / length * channels
            for channel in 0..<channels { dInput[row * channels + channel] = dOutput[channel] / Float(length) }
        }
    }
}

extension AveragePoolLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        graph.reduce(inputs[0]) { graph, x, positions in
            graph.node("ReduceMean", [x], [.integers("axes", positions), .integer("keepdims", 0)])
        }
    }
}
