import CKernels

/// One thread's memory for changes of a sequence, and how they go through the layers.
final class MutationLane {
    /// Another letter at a position.
    struct Change {
        var position: Int
        var letter: Int
    }

    /// Changes that go through the network together.
    let capacity: Int
    private let model: InferenceModel
    private let plan: MutationPlan
    private let base: MutationBase
    private let input: Graph.Input
    /// What changes of each buffer, one change after the other: a part of it, or all.
    private let values: [FloatBuffer]
    /// The inputs of a layer, gathered, and its working memory.
    private let gathered: [FloatBuffer]
    private let scratch: FloatBuffer
    private let inputs: UnsafeMutablePointer<UnsafePointer<Float>>
    private var changes: ArraySlice<Change> = []

    init(_ model: InferenceModel, _ plan: MutationPlan, _ base: MutationBase, input: Graph.Input) {
        (self.model, self.plan, self.base, self.input) = (model, plan, base, input)
        let (buffers, nodes) = (model.graph.buffers, model.plan.nodes)
        let sizes = buffers.indices.map { plan.count($0, of: buffers) }
        let most = max(1, nodes.map(\.inputs.count).max() ?? 1)
        var widest = Array(repeating: 0, count: most)
        for (step, node) in zip(plan.steps, nodes) {
            for (position, buffer) in node.inputs.enumerated() {
                let count = Self.gatheredCount(step, plan, buffer, output: node.output, buffers)
                widest[position] = max(widest[position], count)
            }
        }
        let capacity = max(1, min(Self.most, Self.memory / max(1, sizes.reduce(0, +) + widest.reduce(0, +))))
        self.capacity = capacity
        values = sizes.map { FloatBuffer(count: $0 * capacity) }
        gathered = widest.map { FloatBuffer(count: $0 * capacity) }
        scratch = FloatBuffer(
            count: plan.steps.map { step in
                switch step {
                case .local(let layer, _), .whole(let layer): layer.scratchCount(capacity, training: false)
                default: 0
                }
            }.max() ?? 0)
        inputs = .allocate(capacity: most)
        inputs.initialize(repeating: scratch.pointer, count: most)
    }

    deinit { inputs.deallocate() }

    private static let most = 96
    /// Floats that changes may take.
    private static let memory = 1 << 21

    private static func gatheredCount(
        _ step: MutationPlan.Step, _ plan: MutationPlan, _ buffer: Int, output: Int, _ buffers: [Int]
    ) -> Int {
        switch step {
        case .skip: 0
        // The maximum of the rest on both sides is two positions more.
        case .pool: plan.extents[buffer].map { ($0.count + 2) * $0.width } ?? 0
        case .dense: plan.extents[buffer].map { $0.count * $0.width } ?? 0
        case .whole: buffers[buffer]
        case .local(_, let reach):
            plan.extents[output].map { $0.rows(reach) * buffers[buffer] / (plan.extents[buffer] ?? $0).positions } ?? 0
        }
    }

    /// The outputs of the changes, valid until the next call.
    func run(_ changes: ArraySlice<Change>) -> UnsafePointer<Float> {
        self.changes = changes
        for (row, change) in changes.enumerated() { values[input.buffer].base[row] = Float(1 << change.letter) }
        for (index, node) in model.plan.nodes.enumerated() {
            switch plan.steps[index] {
            case .skip: continue
            case .local(let layer, let reach):
                guard let extent = plan.extents[node.output] else { continue }
                for (position, buffer) in node.inputs.enumerated() {
                    inputs[position] = window(of: buffer, position, extent, reach, node: node)
                }
                forward(layer, index)
            case .whole(let layer):
                for (position, buffer) in node.inputs.enumerated() { inputs[position] = whole(buffer, position) }
                forward(layer, index)
            case .dense(let layer): dense(layer, node)
            case .pool(let pool): self.pool(pool, node)
            }
        }
        return values[base.output].pointer
    }

    private func forward(_ layer: any Layer, _ index: Int) {
        let node = model.plan.nodes[index]
        layer.forward(
            ForwardPass(
                kernels: model.kernels, count: changes.count,
                parameters: model.parameters.pointer + node.parameterOffset,
                prepared: model.prepared.pointer + model.preparedOffsets[index], inputs: inputs,
                output: values[node.output].base, scratch: scratch.base, kept: nil))
    }

    // MARK: Inputs

    /// The positions that a layer reads for those of its output that change, one change after the other.
    private func window(
        of buffer: Int, _ position: Int, _ output: MutationPlan.Extent, _ reach: Reach, node: Node
    ) -> UnsafePointer<Float> {
        let whole = base.values[buffer].pointer
        let extent = plan.extents[buffer]
        let positions = extent?.positions ?? output.positions
        let width = model.graph.buffers[buffer] / positions
        let rows = output.rows(reach)
        let gathered = gathered[position].base
        for (row, change) in changes.enumerated() {
            let to = gathered + row * rows * width
            let first = output.starts[change.position] * reach.stride - reach.padding
            let (low, high) = (min(rows, max(0, -first)), max(0, min(rows, positions - first)))
            to.update(repeating: 0, count: low * width)
            if high > low {
                (to + low * width).update(from: whole + (first + low) * width, count: (high - low) * width)
            }
            (to + high * width).update(repeating: 0, count: (rows - high) * width)
            guard let extent else { continue }
            let start = extent.starts[change.position]
            let (from, end) = (max(start, first + low), min(start + extent.count, first + high))
            if end > from {
                (to + (from - first) * width).update(
                    from: values[buffer].base + (row * extent.count + from - start) * width, count: (end - from) * width
                )
            }
        }
        return UnsafePointer(gathered)
    }

    /// All of an input for each change.
    private func whole(_ buffer: Int, _ position: Int) -> UnsafePointer<Float> {
        if plan.isWhole[buffer] { return values[buffer].pointer }
        let (count, gathered) = (model.graph.buffers[buffer], gathered[position].base)
        let extent = plan.extents[buffer]
        for (row, change) in changes.enumerated() {
            let to = gathered + row * count
            to.update(from: base.values[buffer].base, count: count)
            guard let extent else { continue }
            let size = extent.count * extent.width
            (to + extent.starts[change.position] * extent.width).update(
                from: values[buffer].base + row * size, count: size)
        }
        return UnsafePointer(gathered)
    }

    // MARK: Layers over all positions

    private func dense(_ layer: LinearLayer, _ node: Node) {
        guard let extent = plan.extents[node.inputs[0]] else { return }
        let (size, differences) = (extent.count * extent.width, gathered[0].base)
        let (whole, own) = (base.values[node.inputs[0]].base, base.values[node.output].base)
        for (row, change) in changes.enumerated() {
            let from = values[node.inputs[0]].base + row * size
            let old = whole + extent.starts[change.position] * extent.width
            for i in 0..<size { differences[row * size + i] = from[i] - old[i] }
        }
        let weight = model.parameters.pointer + node.parameterOffset
        let (outputs, output) = (layer.outputs, values[node.output].base)
        // Changes of one place read the same rows of the weight.
        var (row, index) = (0, changes.startIndex)
        while index < changes.endIndex {
            let start = extent.starts[changes[index].position]
            var end = index
            while end < changes.endIndex, extent.starts[changes[end].position] == start { end += 1 }
            for panel in stride(from: 0, to: outputs, by: ck_panel) {
                model.kernels.product(
                    differences + row * size, stride: size,
                    packed: weight + panel * layer.inputs + start * extent.width * ck_panel, bias: own + panel,
                    into: output + row * outputs + panel, stride: outputs, m: end - index, k: size,
                    n: min(ck_panel, outputs - panel))
            }
            row += end - index
            index = end
        }
    }

    private func pool(_ pool: GlobalPoolLayer, _ node: Node) {
        guard let extent = plan.extents[node.inputs[0]] else { return }
        let (channels, functions) = (extent.width, model.kernels.functions)
        let (whole, own) = (base.values[node.inputs[0]].base, base.values[node.output].base)
        let rows = gathered[0].base
        for (row, change) in changes.enumerated() {
            let changed = values[node.inputs[0]].base + row * extent.count * channels
            let (output, start) = (values[node.output].base + row * channels, extent.starts[change.position])
            switch pool.operation {
            case .maximum:
                guard let before = base.before[node.inputs[0]], let after = base.after[node.inputs[0]] else { continue }
                rows.update(from: before.base + start * channels, count: channels)
                (rows + channels).update(from: after.base + (start + extent.count) * channels, count: channels)
                (rows + 2 * channels).update(from: changed, count: extent.count * channels)
                functions.max_pool(rows, output, 1, extent.count + 2, extent.count + 2, channels)
            case .mean:
                rows.update(repeating: 0, count: 2 * channels)
                functions.add_rows(changed, rows, extent.count, channels)
                functions.add_rows(whole + start * channels, rows + channels, extent.count, channels)
                for c in 0..<channels { output[c] = own[c] + (rows[c] - rows[channels + c]) / Float(extent.positions) }
            }
        }
    }
}
