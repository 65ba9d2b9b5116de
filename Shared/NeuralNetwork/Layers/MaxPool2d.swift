extension LayerSpecification {
    /// `(H, W, C)` to `(H', W', C)`: the greatest of each window; lists are `[vertical, horizontal]`, and `stride` is
    /// that of PyTorch, `kernel` if left out.
    public static func maxPool2d(kernel: [Int], stride: [Int]? = nil) -> LayerSpecification {
        LayerSpecification(MaxPool2d(kernel: kernel, stride: stride ?? kernel))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(MaxPool2d.self, to: $0) }

struct MaxPool2d: WindowPool {
    static let type = "maxPool2d"

    var kernel: [Int]
    var stride: [Int]

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        let windows = try graph.imageWindows(input, kernel: kernel, stride: stride)
        return try graph.apply(MaxPool2dLayer(windows: windows), to: input)
    }
}

/// The greatest of each window of an image, a channel at a time.
///
/// First the greatest of each line of a window, then of the lines: windows that overlap share the first step. Where
/// several are equal, both steps take the first, which is the window's first line by line.
struct MaxPool2dLayer: Layer {
    let windows: ImageWindows

    var inputShape: [Int] { windows.inputShape }
    var outputShape: [Int] { [windows.rows, windows.columns, windows.channels] }
    var needs: BackwardNeeds { [.input, .output] }
    var multiplierRule: MultiplierRule { .maximum }

    /// Floats of a row of the output, and of the lines' greatest beside it.
    private var rowCount: Int { windows.columns * windows.channels }
    private var linesCount: Int { windows.height * rowCount }

    /// One example's lines; in training also their gradients.
    func scratchCount(_ count: Int, training: Bool) -> Int { training ? 2 * linesCount : linesCount }

    func forward(_ pass: ForwardPass) {
        for example in 0..<pass.count {
            poolLines(pass.input + example * inputCount, into: pass.scratch, pass.kernels)
            pass.kernels.functions.max_pool(
                pass.scratch, pass.output + example * outputCount, windows.rows, windows.kernel.height,
                windows.stride.height, rowCount)
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        let (functions, lines, dLines) = (pass.kernels.functions, pass.scratch, pass.scratch + linesCount)
        dInput.update(repeating: 0, count: pass.count * inputCount)
        for example in 0..<pass.count {
            let input = pass.input + example * inputCount
            poolLines(input, into: lines, pass.kernels)
            dLines.update(repeating: 0, count: linesCount)
            functions.max_pool_backward(
                lines, pass.output + example * outputCount, pass.dOutput + example * outputCount, dLines, windows.rows,
                windows.kernel.height, windows.stride.height, rowCount)
            for line in 0..<windows.height {
                let place = line * windows.width * windows.channels
                functions.max_pool_backward(
                    input + place, lines + line * rowCount, dLines + line * rowCount,
                    dInput + example * inputCount + place, windows.columns, windows.kernel.width, windows.stride.width,
                    windows.channels)
            }
        }
    }

    private func poolLines(
        _ input: UnsafePointer<Float>, into lines: UnsafeMutablePointer<Float>, _ kernels: Kernels
    ) {
        for line in 0..<windows.height {
            kernels.functions.max_pool(
                input + line * windows.width * windows.channels, lines + line * rowCount, windows.columns,
                windows.kernel.width, windows.stride.width, windows.channels)
        }
    }
}

extension MaxPool2dLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        windows.pool("MaxPool", inputs[0], &graph)
    }
}

extension ImageWindows {
    /// A pool of the windows by an operator.
    func pool(_ operation: String, _ input: ONNXValue, _ graph: inout ONNXGraphBuilder) -> ONNXValue {
        let output = graph.node(
            operation, [graph.name(of: input, .channelsFirst)],
            [
                .integers("kernel_shape", [kernel.height, kernel.width]),
                .integers("strides", [stride.height, stride.width]),
            ])
        return graph.value(output, shape: [rows, columns, channels], .channelsFirst)
    }
}
