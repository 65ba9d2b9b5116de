/// One worker's memory for forward and backward passes over shards.
final class ShardPass {
    private let stack: LayerStack
    private let kernels: Kernels
    let input: FloatBuffer
    let dLogits: FloatBuffer
    private var labels: [Float]
    private let outputs: [FloatBuffer]
    private let kept: [FloatBuffer]
    private let gradients: [FloatBuffer]
    private let scratch: FloatBuffer

    init(_ stack: LayerStack, kernels: Kernels, capacity: Int) {
        self.stack = stack
        self.kernels = kernels
        let layers = stack.stages.map(\.layer)
        input = FloatBuffer(count: capacity * stack.inputCount)
        dLogits = FloatBuffer(count: capacity * stack.outputCount)
        labels = Array(repeating: 0, count: capacity)
        outputs = layers.map { FloatBuffer(count: capacity * $0.outputCount) }
        kept = layers.map { FloatBuffer(count: capacity * $0.keptCount) }
        let widest = layers.map(\.inputCount).max() ?? 0
        gradients = (0..<2).map { _ in FloatBuffer(count: capacity * widest) }
        scratch = FloatBuffer(count: layers.map { $0.scratchCount(capacity, training: true) }.max() ?? 0)
    }

    var logits: UnsafePointer<Float> { outputs[outputs.count - 1].pointer }

    /// Reads the examples, and adds the gradient of their summed loss to `dParameters`.
    func run(
        _ source: some ExampleSource, indices: ArraySlice<Int>, parameters: FloatBuffer, packed: FloatBuffer,
        loss: Loss, dParameters: UnsafeMutablePointer<Float>, random: (seed: UInt64, step: UInt64, shard: UInt64)
    ) throws -> Loss.Total {
        for (row, index) in indices.enumerated() {
            labels[row] = Float(try source.fill(index, into: input.buffer, row: row, of: stack))
        }
        forward(count: indices.count, parameters: parameters, packed: packed, random: random)
        let total = loss.evaluate(
            outputs: logits, targets: labels, count: indices.count, width: stack.outputCount, dOutputs: dLogits.base)
        backward(count: indices.count, parameters: parameters, dParameters: dParameters)
        return total
    }

    func forward(
        count: Int, parameters: FloatBuffer, packed: FloatBuffer, random: (seed: UInt64, step: UInt64, shard: UInt64)
    ) {
        for (index, stage) in stack.stages.enumerated() {
            stage.layer.forward(
                ForwardPass(
                    kernels: kernels, count: count, parameters: parameters.pointer + stage.parameterOffset,
                    packed: packed.pointer + stage.packedOffset, input: inputOfStage(index),
                    output: outputs[index].base, scratch: scratch.base, kept: kept[index].base,
                    random: SplitMix64(
                        keys: random.seed, RandomStream.dropout, random.step, random.shard, UInt64(index))))
        }
    }

    /// From `dLogits` back; `dInput`, where given, receives the gradient of the examples themselves.
    func backward(
        count: Int, parameters: FloatBuffer, dParameters: UnsafeMutablePointer<Float>,
        dInput: UnsafeMutablePointer<Float>? = nil
    ) {
        var dOutput = dLogits.pointer
        for (index, stage) in stack.stages.enumerated().reversed() {
            let to = index == 0 ? dInput : gradients[index % 2].base
            stage.layer.backward(
                BackwardPass(
                    kernels: kernels, count: count, parameters: parameters.pointer + stage.parameterOffset,
                    input: inputOfStage(index), output: outputs[index].pointer, kept: kept[index].pointer,
                    dOutput: dOutput, dInput: to, dParameters: dParameters + stage.parameterOffset,
                    scratch: scratch.base))
            if let to { dOutput = UnsafePointer(to) }
        }
    }

    private func inputOfStage(_ index: Int) -> UnsafePointer<Float> {
        index == 0 ? input.pointer : outputs[index - 1].pointer
    }
}

extension ExampleSource {
    /// Fills one row of a batch and checks the label.
    func fill(
        _ index: Int, into batch: UnsafeMutableBufferPointer<Float>, row: Int, of stack: LayerStack
    ) throws -> Int {
        let range = row * stack.inputCount..<(row + 1) * stack.inputCount
        let label = try fill(index, into: UnsafeMutableBufferPointer(rebasing: batch[range]))
        guard (0..<stack.outputCount).contains(label) else {
            throw NeuralNetworkError(
                .mismatch, "the label \(label) is not in 0..<\(stack.outputCount)", place: "example \(index)")
        }
        return label
    }
}
