extension LayerSpecification {
    /// `(L, C)` to `(L', C)`: the greatest of each window; `stride` is that of PyTorch, `kernel` if left out.
    public static func maxPool1d(kernel: Int, stride: Int? = nil) -> LayerSpecification {
        LayerSpecification(MaxPool1d(kernel: kernel, stride: stride ?? kernel))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(MaxPool1d.self, to: $0) }

struct MaxPool1d: WindowPool {
    static let type = "maxPool1d"

    var kernel: Int
    var stride: Int

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.check(kernel, "kernel")
        try graph.check(stride, "stride")
        try graph.checkPositions(input, atLeast: kernel)
        return try graph.apply(MaxPool1dLayer(inputShape: input.shape, kernel: kernel, stride: stride), to: input)
    }
}

/// The greatest of each window of positions, a channel at a time; the first one where several are equal.
struct MaxPool1dLayer: Layer {
    let inputShape: [Int]
    let outputShape: [Int]
    let kernel: Int
    let stride: Int

    init(inputShape: [Int], kernel: Int, stride: Int) {
        self.inputShape = inputShape
        self.kernel = kernel
        self.stride = stride
        outputShape = [(inputShape[0] - kernel) / stride + 1, inputShape[1]]
    }

    var needs: BackwardNeeds { [.input, .output] }
    var multiplierRule: MultiplierRule { .maximum }

    func forward(_ pass: ForwardPass) {
        for example in 0..<pass.count {
            pass.kernels.functions.max_pool(
                pass.input + example * inputCount, pass.output + example * outputCount, outputShape[0], kernel, stride,
                inputShape[1])
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        dInput.update(repeating: 0, count: pass.count * inputCount)
        for example in 0..<pass.count {
            pass.kernels.functions.max_pool_backward(
                pass.input + example * inputCount, pass.output + example * outputCount,
                pass.dOutput + example * outputCount, dInput + example * inputCount, outputShape[0], kernel, stride,
                inputShape[1])
        }
    }
}

extension MaxPool1dLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        let output = graph.node(
            "MaxPool", [graph.name(of: inputs[0], .channelsFirst)],
            [.integers("kernel_shape", [kernel]), .integers("strides", [stride])])
        return graph.value(output, shape: outputShape, .channelsFirst)
    }
}
