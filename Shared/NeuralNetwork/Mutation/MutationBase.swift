/// Every value of a network for the sequence that is changed; written by `init` only.
final class MutationBase {
    let values: [FloatBuffer]
    let output: Int
    /// Of each pool of the maximum: the greatest of the positions before each one, and from each one on.
    private(set) var before: [Int: FloatBuffer] = [:]
    private(set) var after: [Int: FloatBuffer] = [:]

    init(_ model: InferenceModel, _ example: [Float], _ plan: MutationPlan) {
        let (graph, nodes) = (model.graph, model.plan.nodes)
        output = nodes.last?.output ?? graph.inputs[0].buffer
        let values = graph.buffers.map { FloatBuffer(count: $0) }
        self.values = values
        for input in graph.inputs {
            example.withUnsafeBufferPointer { example in
                guard let from = example.baseAddress else { return }
                values[input.buffer].base.update(from: from + input.offset, count: input.specification.count)
            }
        }
        let scratch = FloatBuffer(count: nodes.map { $0.layer.scratchCount(1, training: false) }.max() ?? 0)
        for (index, node) in nodes.enumerated() {
            let inputs = node.inputs.map { values[$0].pointer }
            inputs.withUnsafeBufferPointer { inputs in
                guard let inputs = inputs.baseAddress else { return }
                node.layer.forward(
                    ForwardPass(
                        kernels: model.kernels, count: 1, parameters: model.parameters.pointer + node.parameterOffset,
                        prepared: model.prepared.pointer + model.preparedOffsets[index], inputs: inputs,
                        output: values[node.output].base, scratch: scratch.base, kept: nil))
            }
            if case .pool(let pool) = plan.steps[index], pool.operation == .maximum { gather(node.inputs[0], pool) }
        }
    }

    private func gather(_ buffer: Int, _ pool: GlobalPoolLayer) {
        guard before[buffer] == nil else { return }
        let (positions, channels) = (pool.inputShape[0], pool.inputShape[1])
        let (before, after) = (
            FloatBuffer(count: (positions + 1) * channels), FloatBuffer(count: (positions + 1) * channels)
        )
        before.base.update(repeating: -.infinity, count: channels)
        (after.base + positions * channels).update(repeating: -.infinity, count: channels)
        let value = values[buffer].base
        for i in 0..<positions * channels { before.base[i + channels] = max(before.base[i], value[i]) }
        for i in stride(from: positions * channels - 1, through: 0, by: -1) {
            after.base[i] = max(after.base[i + channels], value[i])
        }
        (self.before[buffer], self.after[buffer]) = (before, after)
    }
}
