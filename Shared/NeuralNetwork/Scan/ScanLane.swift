/// One thread's memory for a stretch of bases, and how its windows go through the layers.
final class ScanLane {
    let model: InferenceModel
    let plan: ScanPlan
    let input: Graph.Input
    /// Bases of a stretch.
    let bases: Int
    /// Windows that go through the network together.
    let capacity: Int
    /// Of each buffer what windows share, a row a base: that of position i of the window that begins at base b is b + i · spacing.
    let shared: [FloatBuffer]
    /// Of a pool of all positions, what it makes of the shared ones of each window.
    var running: [Int: FloatBuffer] = [:]
    /// Of each buffer the positions at the begin and end of windows, one window after the other.
    let edges: [[FloatBuffer]]
    /// Of each buffer without shared values all of it, one window after the other.
    let whole: [FloatBuffer]
    let gathered: [FloatBuffer]
    let scratch: FloatBuffer
    let inputs: UnsafeMutablePointer<UnsafePointer<Float>>
    /// For each step, the layer over the stretch by the number of its positions.
    var slides: [[Int: any Layer]]
    let edgeLayers: [[any Layer]]

    init(_ model: InferenceModel, _ plan: ScanPlan, input: Graph.Input, bases: Int) {
        (self.model, self.plan, self.input, self.bases) = (model, plan, input, bases)
        let (buffers, nodes) = (model.graph.buffers, model.plan.nodes)
        // What windows have for themselves should stay in a cache.
        let own = buffers.indices.map { buffer in
            plan.strips[buffer].map { $0.edges.reduce(0) { $0 + $1.count } * $0.width } ?? buffers[buffer]
        }
        let capacity = max(min(8, bases), min(64, bases, Self.cache / max(1, own.max() ?? 1)))
        self.capacity = capacity
        shared = buffers.indices.map { FloatBuffer(count: (plan.strips[$0]?.width ?? 0) * bases) }
        edges = buffers.indices.map { buffer in
            guard let strip = plan.strips[buffer] else { return [] }
            return strip.edges.map { FloatBuffer(count: capacity * $0.count * strip.width) }
        }
        whole = buffers.indices.map { FloatBuffer(count: plan.strips[$0] == nil ? capacity * buffers[$0] : 0) }
        let most = max(1, nodes.map(\.inputs.count).max() ?? 1)
        var widest = Array(repeating: 0, count: most)
        var working = 0
        var slides: [[Int: any Layer]] = []
        var edgeLayers: [[any Layer]] = []
        for (step, node) in zip(plan.steps, nodes) {
            var (own, ends): ([Int: any Layer], [any Layer]) = ([:], [])
            for (place, buffer) in node.inputs.enumerated() {
                widest[place] = max(widest[place], capacity * buffers[buffer])
            }
            switch step {
            case .whole(let layer): working = max(working, layer.scratchCount(capacity, training: false))
            case .pool: break
            case .local(let layer, let reach):
                guard let strip = plan.strips[node.output] else { break }
                let spacing = strip.spacing / reach.stride
                for (place, buffer) in node.inputs.enumerated() {
                    widest[place] = max(widest[place], (plan.strips[buffer]?.width ?? 0) * (bases / spacing + 1))
                }
                for count in Self.counts(bases, plan, node, reach, spacing: spacing) where count > 0 {
                    let slide = layer.sliding(over: count)
                    working = max(working, slide.scratchCount(1, training: false))
                    own[count] = slide
                }
                for range in strip.edges {
                    let edge = layer.cropped(to: max(1, range.count))
                    working = max(working, edge.scratchCount(capacity, training: false))
                    ends.append(edge)
                    for (place, buffer) in node.inputs.enumerated() {
                        let rows = (max(1, range.count) - 1) * reach.stride + reach.span
                        widest[place] = max(widest[place], capacity * rows * (plan.strips[buffer]?.width ?? 0))
                    }
                }
            }
            slides.append(own)
            edgeLayers.append(ends)
        }
        self.slides = slides
        self.edgeLayers = edgeLayers
        gathered = widest.map { FloatBuffer(count: $0) }
        scratch = FloatBuffer(count: working)
        inputs = .allocate(capacity: most)
        inputs.initialize(repeating: scratch.pointer, count: most)
        for (index, step) in plan.steps.enumerated() {
            if case .pool = step, let strip = plan.strips[nodes[index].inputs[0]] {
                running[index] = FloatBuffer(count: bases * strip.width)
            }
        }
    }

    deinit { inputs.deallocate() }

    private static let cache = 1 << 17

    /// Scores the windows that begin at the first `windows` bases.
    func run(_ codes: UnsafeBufferPointer<UInt8>, windows: Int, into result: UnsafeMutablePointer<Float>) {
        let first = shared[input.buffer].base
        for base in 0..<bases { first[base] = base < codes.count ? Float(codes[base]) : 0 }
        for index in plan.steps.indices { share(index) }
        let output = model.plan.nodes.last?.output ?? input.buffer
        let width = model.outputCount
        for begin in stride(from: 0, to: windows, by: capacity) {
            let count = min(capacity, windows - begin)
            for index in plan.steps.indices { score(index, begin, count) }
            (result + begin * width).update(from: whole[output].base, count: count * width)
        }
    }

    var loose = FloatBuffer(count: 0)

    /// Memory for what is not in its place yet.
    func slots(_ count: Int) -> UnsafeMutablePointer<Float> {
        if loose.count < count { loose = FloatBuffer(count: count) }
        return loose.base
    }

    /// Runs a layer on `inputs`.
    func forward(_ layer: any Layer, _ index: Int, count: Int, into output: UnsafeMutablePointer<Float>) {
        layer.forward(
            ForwardPass(
                kernels: model.kernels, count: count,
                parameters: model.parameters.pointer + model.plan.nodes[index].parameterOffset,
                prepared: model.prepared.pointer + model.preparedOffsets[index], inputs: inputs, output: output,
                scratch: scratch.base, kept: nil))
    }
}
