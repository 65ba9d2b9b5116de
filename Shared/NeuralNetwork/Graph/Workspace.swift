/// The working memory of one caller's predictions, and the threads that work for it.
public final class Workspace {
    let plan: InferencePlan
    private let team: WorkerTeam
    private let lanes: [Lane]

    init(_ plan: InferencePlan, workers: Int) {
        self.plan = plan
        let team = WorkerTeam(workers: workers)
        self.team = team
        lanes = (0..<team.workers).map { _ in Lane(plan) }
    }

    /// Runs any number of examples: many are dealt out to the threads, of few each is shared by all of them.
    func run(
        _ model: InferenceModel, _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
    ) {
        let deals = lanes.count > 1 && count >= Self.fewExamples * lanes.count
        let parts = max(deals ? lanes.count : 1, (count + plan.capacity - 1) / plan.capacity)
        let deal = Deal(
            model: model, lanes: lanes, input: input, count: count, output: output, parts: parts,
            size: (count + parts - 1) / parts, team: deals || lanes.count == 1 ? nil : team)
        if deals { team.run(lanes.count, deal) } else { deal.work(0) }
    }

    /// A batch in parts of equal size, dealt out to the lanes.
    private struct Deal: TeamWork {
        let model: InferenceModel
        let lanes: [Lane]
        let input: UnsafePointer<Float>
        let count: Int
        let output: UnsafeMutablePointer<Float>
        let parts, size: Int
        /// The threads that share each example, where they are not dealt out.
        let team: WorkerTeam?

        func work(_ lane: Int) {
            for part in stride(from: lane, to: parts, by: team == nil ? lanes.count : 1) {
                let first = part * size
                guard first < count else { return }
                lanes[lane].run(
                    model, input + first * model.inputCount, count: min(size, count - first),
                    into: output + first * model.outputCount, team: team)
            }
        }
    }

    /// Below so many examples a thread, threads share each example's work.
    private static let fewExamples = 2
}

/// The memory of one thread.
private final class Lane {
    private let plan: InferencePlan
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
        _ model: InferenceModel, _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>,
        team: WorkerTeam?
    ) {
        let graph = model.graph
        if plan.nodes.isEmpty { output.update(from: input, count: count * graph.outputCount) }
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
                            scratch: arena.base + plan.scratch[index], kept: nil, team: team))
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
