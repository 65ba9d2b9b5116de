/// How inference runs a graph: in segments that each take as many examples at a time as stay in the cache.
///
/// A convolution over a long sequence has rows enough in one example; a recurrent layer or a product over a whole
/// example wants many examples at once. What passes from segment to segment is kept for all examples of a batch.
struct InferencePlan: Sendable {
    /// Consecutive nodes that take `chunk` examples at a time.
    struct Segment: Sendable {
        var nodes: Range<Int>
        var chunk: Int
    }

    /// Where a value is.
    enum Place: Sendable {
        /// In the arena, for all examples of the batch.
        case batch(Int)
        /// In the arena, for the examples of a chunk.
        case chunk(Int)
        /// Where the caller wants the output.
        case output
        /// The caller's examples.
        case input
    }

    /// All that run: no layer of training only.
    let nodes: [Node]
    /// Batch norms that become part of the layer before them, with that layer's index in `nodes`.
    let folds: [(norm: Node, into: Int)]
    let segments: [Segment]
    let places: [Place]
    let scratch: [Int]
    let arenaCount: Int
    /// Examples that go through the network together.
    let capacity: Int

    init(_ graph: Graph) {
        var nodes: [Node] = []
        var renamed = Array(graph.buffers.indices)
        let readersOfGraph = graph.readers
        var folds: [(norm: Node, into: Int)] = []
        for var node in graph.nodes {
            let input = node.inputs[0]
            node.inputs = node.inputs.map { renamed[$0] }
            if node.layer.isTrainingOnly {
                renamed[node.output] = node.inputs[0]
            } else if node.layer is BatchNormLayer, readersOfGraph[input] == 1,
                let producer = nodes.firstIndex(where: { $0.output == input }),
                nodes[producer].layer.outputShape == node.layer.inputShape,
                (nodes[producer].layer as? any ScalableColumns)?.canScaleColumns == true
            {
                folds.append((node, producer))
                renamed[node.output] = input
            } else {
                nodes.append(node)
            }
        }
        self.folds = folds
        let output = renamed[graph.output]
        let wantsBatch = nodes.map { $0.layer.rowsPerExample < Self.fewRows }
        let memory = graph.buffers.reduce(0, +)
        let capacity =
            wantsBatch.contains(true) ? max(1, min(Self.batch, Self.memoryLimit / max(1, memory))) : 1

        var segments: [Segment] = []
        for index in nodes.indices {
            if let last = segments.last, wantsBatch[index] == wantsBatch[last.nodes.lowerBound] {
                segments[segments.count - 1].nodes = last.nodes.lowerBound..<index + 1
            } else {
                segments.append(Segment(nodes: index..<index + 1, chunk: 1))
            }
        }
        for index in segments.indices {
            let nodesOfSegment = segments[index].nodes
            let widest =
                nodesOfSegment.map { node in
                    nodes[node].inputs.reduce(graph.buffers[nodes[node].output]) { $0 + graph.buffers[$1] }
                        + nodes[node].layer.scratchCount(1, training: false)
                }.max() ?? 1
            let isBatch = wantsBatch[nodesOfSegment.lowerBound]
            segments[index].chunk = isBatch ? capacity : max(1, min(Self.batch, Self.cache / max(1, widest)))
        }
        // Without a layer that wants a batch, the batch is one chunk.
        let whole = wantsBatch.contains(true) ? capacity : segments.map(\.chunk).max() ?? 1
        for index in segments.indices { segments[index].chunk = min(segments[index].chunk, whole) }

        var segmentOf = Array(repeating: -1, count: graph.buffers.count)
        var isBoundary = Array(repeating: false, count: graph.buffers.count)
        var readers = Array(repeating: 0, count: graph.buffers.count)
        for (index, segment) in segments.enumerated() {
            for node in segment.nodes {
                segmentOf[nodes[node].output] = index
                for input in nodes[node].inputs {
                    readers[input] += 1
                    if segmentOf[input] != index { isBoundary[input] = true }
                }
            }
        }
        isBoundary[output] = true
        // A layer that may works over its input, where both are alike and nobody else reads it.
        var root = Array(graph.buffers.indices)
        let isInput = Set(graph.inputs.map(\.buffer))
        for node in nodes where node.layer.worksInPlace {
            let input = node.inputs[0]
            guard readers[input] == 1, !isInput.contains(input), isBoundary[input] == isBoundary[node.output],
                segmentOf[input] == segmentOf[node.output]
            else { continue }
            root[node.output] = root[input]
        }
        var blocks: [MemoryPlan.Block] = []
        var blockOf = [Int: Int]()
        for (index, segment) in segments.enumerated() {
            for node in segment.nodes {
                for buffer in nodes[node].inputs + [nodes[node].output] where !isInput.contains(buffer) {
                    let key = root[buffer]
                    // What other segments see lives as long as the whole segment, which comes back for each chunk.
                    let (from, to) =
                        isBoundary[buffer] ? (segment.nodes.lowerBound, segment.nodes.upperBound - 1) : (node, node)
                    if let block = blockOf[key] {
                        blocks[block].from = min(blocks[block].from, from)
                        blocks[block].to = max(blocks[block].to, to)
                    } else {
                        let examples = isBoundary[buffer] ? whole : segments[index].chunk
                        blockOf[key] = blocks.count
                        blocks.append(.init(count: examples * graph.buffers[buffer], from: from, to: to))
                    }
                }
            }
        }
        // Of several inputs each is gathered from the examples first.
        var inputBlock = [Int: Int]()
        if graph.inputs.count > 1 {
            for input in graph.inputs {
                inputBlock[input.buffer] = blocks.count
                blocks.append(.init(count: whole * graph.buffers[input.buffer], from: -1, to: nodes.count))
            }
        }
        let firstScratch = blocks.count
        for segment in segments {
            for node in segment.nodes {
                blocks.append(
                    .init(
                        count: nodes[node].layer.scratchCount(segment.chunk, training: false), from: node, to: node))
            }
        }
        let plan = MemoryPlan(blocks)
        places = graph.buffers.indices.map { buffer in
            if isInput.contains(buffer) { return inputBlock[buffer].map { .batch(plan.offsets[$0]) } ?? .input }
            if root[buffer] == root[output] { return .output }
            guard let block = blockOf[root[buffer]] else { return .chunk(0) }
            return isBoundary[buffer] ? .batch(plan.offsets[block]) : .chunk(plan.offsets[block])
        }
        scratch = nodes.indices.map { plan.offsets[firstScratch + $0] }
        arenaCount = plan.count
        self.nodes = nodes
        self.segments = segments
        self.capacity = whole
    }

    /// Below so many rows an example, a product over one example wastes the kernels' tiles.
    private static let fewRows = 24
    /// Examples of a batch: rows enough for the tiles.
    private static let batch = 64
    /// Floats that a chunk's widest step may touch: most of a second-level cache.
    private static let cache = 192 << 10
    /// Floats that a batch may take.
    private static let memoryLimit = 1 << 25
}
