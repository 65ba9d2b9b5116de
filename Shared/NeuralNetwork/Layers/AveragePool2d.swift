extension LayerSpecification {
    /// `(H, W, C)` to `(H', W', C)`: the mean of each window; lists are `[vertical, horizontal]`, and `stride` is that
    /// of PyTorch, `kernel` if left out.
    public static func averagePool2d(kernel: [Int], stride: [Int]? = nil) -> LayerSpecification {
        LayerSpecification(AveragePool2d(kernel: kernel, stride: stride ?? kernel))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(AveragePool2d.self, to: $0) }

struct AveragePool2d: WindowPool {
    static let type = "averagePool2d"

    var kernel: [Int]
    var stride: [Int]

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        let windows = try graph.imageWindows(input, kernel: kernel, stride: stride)
        return try graph.apply(AveragePool2dLayer(windows: windows), to: input)
    }
}

/// The mean of each window of an image, a channel at a time: the sum line by line, then one division.
struct AveragePool2dLayer: Layer {
    let windows: ImageWindows

    var inputShape: [Int] { windows.inputShape }
    var outputShape: [Int] { [windows.rows, windows.columns, windows.channels] }
    var needs: BackwardNeeds { [] }
    var multiplierRule: MultiplierRule { .linear }

    func forward(_ pass: ForwardPass) {
        let add_rows = pass.kernels.functions.add_rows
        let (channels, total) = (windows.channels, pass.count * outputCount)
        pass.output.update(repeating: 0, count: total)
        forEachLine(pass.count) { output, input in
            add_rows(pass.input + input, pass.output + output, windows.kernel.width, channels)
        }
        let taps = Float(windows.taps)
        for index in 0..<total { pass.output[index] /= taps }
    }

    /// One position's share of its window's gradient.
    func scratchCount(_ count: Int, training: Bool) -> Int { training ? windows.channels : 0 }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        let add_rows = pass.kernels.functions.add_rows
        let (channels, taps) = (windows.channels, Float(windows.taps))
        dInput.update(repeating: 0, count: pass.count * inputCount)
        forEachLine(pass.count) { output, input in
            for channel in 0..<channels { pass.scratch[channel] = pass.dOutput[output + channel] / taps }
            for tap in 0..<windows.kernel.width { add_rows(pass.scratch, dInput + input + tap * channels, 1, channels) }
        }
    }

    /// The places of each window in the output, and of each of its lines in the input.
    private func forEachLine(_ count: Int, _ body: (_ output: Int, _ input: Int) -> Void) {
        let channels = windows.channels
        var output = 0
        for row in 0..<count * windows.rows {
            let (example, y) = row.quotientAndRemainder(dividingBy: windows.rows)
            for x in 0..<windows.columns {
                for tap in 0..<windows.kernel.height {
                    let line = example * windows.height + y * windows.stride.height + tap
                    body(output, (line * windows.width + x * windows.stride.width) * channels)
                }
                output += channels
            }
        }
    }
}

extension AveragePool2dLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        windows.pool("AveragePool", inputs[0], &graph)
    }
}
