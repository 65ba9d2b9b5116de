/// A network's weights frozen and packed for prediction; share one among all threads, with a `Workspace` for each.
///
/// A record's output has the same bytes whatever batch it comes in, whichever thread or processor computes it: each
/// row of a batch is computed on its own, by one chain of fused multiply-adds an output.
///
/// `@unchecked Sendable`: both buffers are written only by `init`.
public final class InferenceModel: @unchecked Sendable {
    let stack: LayerStack
    let kernels: Kernels
    private let parameters: FloatBuffer
    private let packed: FloatBuffer

    /// Copies the network's present weights; `simd` forces an instruction set, else `SIMDLevel.current()` is used.
    public convenience init(_ network: Network, simd: SIMDLevel? = nil) throws(NeuralNetworkError) {
        try self.init(
            stack: network.stack, parameters: FloatBuffer(copying: network.storage), kernels: Kernels(simd))
    }

    /// The model of a package.
    public convenience init(_ package: ModelPackage, simd: SIMDLevel? = nil) throws(NeuralNetworkError) {
        try self.init(Network(package), simd: simd)
    }

    init(stack: LayerStack, parameters: FloatBuffer, kernels: Kernels) {
        self.stack = stack
        self.kernels = kernels
        self.parameters = parameters
        packed = FloatBuffer(count: stack.packedCount)
        stack.pack(parameters.pointer, into: packed.base)
    }

    /// The shape of one example.
    public var inputShape: [Int] { stack.inputShape }
    /// The shape of one output.
    public var outputShape: [Int] { stack.outputShape }
    /// Floats of one example.
    public var inputCount: Int { stack.inputCount }
    /// Floats of one output.
    public var outputCount: Int { stack.outputCount }

    /// The memory that one thread needs to call `predict`.
    public func makeWorkspace() -> Workspace { Workspace(stack) }

    /// The last layer's outputs (logits) of `count` examples; blocks the thread while it computes.
    ///
    /// - Parameters:
    ///   - input: `count × inputCount` floats, channels last.
    ///   - count: The number of examples, of any size.
    ///   - output: Receives `count × outputCount` floats.
    ///   - workspace: This thread's own, from `makeWorkspace()` of this model.
    public func predict(
        _ input: UnsafeBufferPointer<Float>, count: Int, into output: UnsafeMutableBufferPointer<Float>,
        workspace: Workspace
    ) {
        precondition(input.count == count * inputCount && output.count == count * outputCount)
        precondition(workspace.shapes == stack.stages.map(\.layer.outputShape))
        guard count > 0, let input = input.baseAddress, let output = output.baseAddress else { return }
        for first in stride(from: 0, to: count, by: workspace.capacity) {
            run(
                input + first * inputCount, count: min(workspace.capacity, count - first),
                into: output + first * outputCount, workspace: workspace)
        }
    }

    /// The logits of `count` examples, as an array, with a workspace of its own.
    public func predict(_ input: [Float], count: Int) -> [Float] {
        let workspace = makeWorkspace()
        return input.withUnsafeBufferPointer { input in
            Array(unsafeUninitializedCapacity: count * outputCount) { output, filled in
                let output = UnsafeMutableBufferPointer(rebasing: output.prefix(count * outputCount))
                predict(input, count: count, into: output, workspace: workspace)
                filled = count * outputCount
            }
        }
    }

    private func run(
        _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>, workspace: Workspace
    ) {
        let stages = stack.inferenceStages
        var from = input
        for (index, stage) in stages.enumerated() {
            let to = index == stages.count - 1 ? output : workspace.activations[index % 2].base
            stage.layer.forward(
                ForwardPass(
                    kernels: kernels, count: count, parameters: parameters.pointer + stage.parameterOffset,
                    packed: packed.pointer + stage.packedOffset, input: from, output: to,
                    scratch: workspace.scratch.base, kept: nil))
            from = UnsafePointer(to)
        }
        if stages.isEmpty { output.update(from: input, count: count * inputCount) }
    }
}

/// The working memory of one thread's predictions.
public final class Workspace {
    /// Examples that go through the layers together.
    let capacity: Int
    let shapes: [[Int]]
    let activations: [FloatBuffer]
    let scratch: FloatBuffer

    init(_ stack: LayerStack) {
        let layers = stack.inferenceStages.map(\.layer)
        shapes = stack.stages.map(\.layer.outputShape)
        let widest = layers.dropLast().map(\.outputCount).max() ?? 0
        let scratchOfOne = layers.map { $0.scratchCount(1, training: false) }.max() ?? 0
        // 48 rows fill the kernels' tiles; a network of long sequences has rows enough in fewer examples.
        let capacity = max(1, min(48, (1 << 22) / max(1, widest + scratchOfOne)))
        self.capacity = capacity
        activations = (0..<2).map { _ in FloatBuffer(count: capacity * widest) }
        scratch = FloatBuffer(count: layers.map { $0.scratchCount(capacity, training: false) }.max() ?? 0)
    }
}
