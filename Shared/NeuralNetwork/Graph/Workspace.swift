/// The working memory of one thread's predictions.
public final class Workspace {
    let plan: InferencePlan
    private let arena: FloatBuffer
    /// The pointers that a layer finds its inputs by.
    private let inputs: UnsafeMutablePointer<UnsafePointer<Float>>

    init(_ plan: InferencePlan) {
        self.plan = plan
        arena = FloatBuffer(count: plan.arenaCount)
        inputs = .allocate(capacity: max(1, plan.nodes.map(\.inputs.count).max() ?? 1))
        inputs.initialize(to: arena.pointer)
    }

    deinit { inputs.deallocate() }

    /// Runs up to `plan.capacity` examples.
    func run(
        _ model: InferenceModel, _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
    ) {
        let graph = model.graph
        if graph.inputs.count > 1 { gather(input, of: graph, count: count) }
        for segment in plan.segments {
            for first in stride(from: 0, to: count, by: segment.chunk) {
                let chunk = min(segment.chunk, count - first)
                for index in segment.nodes {
                    let node = plan.nodes[index]
                    for (position, buffer) in node.inputs.enumerated() {
                        inputs[position] = UnsafePointer(
                            place(of: buffer, graph, first, UnsafeMutablePointer(mutating: input), output))
                    }
                    node.layer.forward(
                        ForwardPass(
                            kernels: model.kernels, count: chunk,
                            parameters: model.parameters.pointer + node.parameterOffset,
                            prepared: model.prepared.pointer + model.preparedOffsets[index], inputs: inputs,
                            output: place(of: node.output, graph, first, output, output),
                            scratch: arena.base + plan.scratch[index], kept: nil))
                }
            }
        }
    }

    private func place(
        of buffer: Int, _ graph: Graph, _ first: Int, _ input: UnsafeMutablePointer<Float>,
        _ output: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        switch plan.places[buffer] {
        case .batch(let offset): arena.base + offset + first * graph.buffers[buffer]
        case .chunk(let offset): arena.base + offset
        case .output: output + first * graph.buffers[buffer]
        case .input: input + first * graph.buffers[buffer]
        }
    }

    /// Each input of all examples in a row of its own.
    private func gather(_ examples: UnsafePointer<Float>, of graph: Graph, count: Int) {
        let width = graph.inputCount
        for input in graph.inputs {
            guard case .batch(let offset) = plan.places[input.buffer] else { continue }
            let size = graph.buffers[input.buffer]
            for example in 0..<count {
                (arena.base + offset + example * size).update(
                    from: examples + example * width + input.offset, count: size)
            }
        }
    }
}
