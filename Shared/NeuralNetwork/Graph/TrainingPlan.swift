/// Where forward and backward passes over so many examples keep their values.
///
/// Times are those of the nodes: node i runs forward at i and backward at 2n - i; the loss is between, at n.
struct TrainingPlan {
    /// Each buffer's place in the arena.
    let values: [Int]
    /// The place of each buffer's gradient; nil where nobody needs it.
    let gradients: [Int?]
    let kept: [Int]
    let scratch: [Int]
    /// Where a node puts the gradients of inputs that another node has written already; nil elsewhere.
    let addends: [[Int?]]
    let preparedOffsets: [Int]
    let preparedCount: Int
    let arenaCount: Int

    /// A plan for shards of `capacity` examples; `inputGradients` asks for the gradients of the examples too.
    init(_ graph: Graph, capacity: Int, inputGradients: Bool = false) {
        let nodes = graph.nodes
        let end = nodes.count
        func backward(_ node: Int) -> Int { 2 * end - node }
        let readers = graph.readers
        var producer = [Int?](repeating: nil, count: graph.buffers.count)
        for (index, node) in nodes.enumerated() { producer[node.output] = index }
        let isInput = Set(graph.inputs.map(\.buffer))

        // What shares a place: a value with the one it is computed over, and their gradients the other way round.
        var valueRoot = Array(graph.buffers.indices)
        var gradientRoot = valueRoot
        for node in nodes where node.layer.worksInPlace {
            let input = node.inputs[0]
            guard readers[input] == 1, !isInput.contains(input) || inputGradients else { continue }
            gradientRoot[input] = gradientRoot[node.output]
            let writer = producer[input].map { nodes[$0].layer.needs.contains(.output) } ?? true
            if !isInput.contains(input), !node.layer.needs.contains(.input), !writer {
                valueRoot[node.output] = valueRoot[input]
            }
        }
        // An earlier node's output may itself be shared with a later one's: follow to the end.
        for buffer in graph.buffers.indices {
            while gradientRoot[gradientRoot[buffer]] != gradientRoot[buffer] {
                gradientRoot[buffer] = gradientRoot[gradientRoot[buffer]]
            }
        }

        var blocks: [MemoryPlan.Block] = []
        func add(_ count: Int, _ from: Int, _ to: Int) -> Int {
            blocks.append(MemoryPlan.Block(count: count, from: from, to: to))
            return blocks.count - 1
        }
        func extend(_ block: Int, to time: Int) {
            blocks[block].to = max(blocks[block].to, time)
            blocks[block].from = min(blocks[block].from, time)
        }

        var valueBlock = [Int: Int]()
        for buffer in graph.buffers.indices where valueRoot[buffer] == buffer {
            let from = producer[buffer] ?? -1
            valueBlock[buffer] = add(graph.buffers[buffer] * capacity, from, from)
        }
        for (index, node) in nodes.enumerated() {
            let needs = node.layer.needs
            for input in node.inputs {
                guard let block = valueBlock[valueRoot[input]] else { continue }
                extend(block, to: needs.contains(.input) ? backward(index) : index)
            }
            if let block = valueBlock[valueRoot[node.output]] {
                extend(block, to: needs.contains(.output) ? backward(index) : index)
            }
        }
        if let block = valueBlock[valueRoot[graph.output]] { extend(block, to: end) }

        let kept = nodes.indices.map { add(nodes[$0].layer.keptCount(capacity), $0, backward($0)) }
        let scratch = nodes.indices.map { index in
            // One place serves both passes; it lives at two moments, so it is two blocks of the same size.
            let count = nodes[index].layer.scratchCount(capacity, training: true)
            return (add(count, index, index), add(count, backward(index), backward(index)))
        }

        var needsGradient = Array(repeating: inputGradients, count: graph.buffers.count)
        for node in nodes { needsGradient[node.output] = true }
        if !inputGradients {
            // A gradient that would reach no parameter is not computed.
            for node in nodes where node.isFixed || node.layer.parameters.isEmpty {
                needsGradient[node.output] = node.inputs.contains { needsGradient[$0] }
            }
        }
        var gradientBlock = [Int: Int]()
        var written = Set<Int>()
        var addends = nodes.map { $0.inputs.map { _ in Int?.none } }
        if needsGradient[graph.output] {
            gradientBlock[gradientRoot[graph.output]] = add(graph.buffers[graph.output] * capacity, end, end)
        }
        for index in nodes.indices.reversed() {
            for (position, input) in nodes[index].inputs.enumerated() where needsGradient[input] {
                let root = gradientRoot[input]
                if written.contains(input) {
                    addends[index][position] = add(
                        graph.buffers[input] * capacity, backward(index), backward(index))
                }
                written.insert(input)
                if let block = gradientBlock[root] {
                    extend(block, to: backward(index))
                } else {
                    gradientBlock[root] = add(graph.buffers[input] * capacity, backward(index), backward(index))
                }
            }
            if let block = gradientBlock[gradientRoot[nodes[index].output]] { extend(block, to: backward(index)) }
        }
        if inputGradients {
            for input in graph.inputs {
                if let block = gradientBlock[gradientRoot[input.buffer]] { extend(block, to: 2 * end + 1) }
            }
        }

        let plan = MemoryPlan(blocks)
        values = graph.buffers.indices.map { valueBlock[valueRoot[$0]].map { plan.offsets[$0] } ?? 0 }
        gradients = graph.buffers.indices.map { buffer in
            needsGradient[buffer] ? gradientBlock[gradientRoot[buffer]].map { plan.offsets[$0] } : nil
        }
        self.kept = kept.map { plan.offsets[$0] }
        self.scratch = scratch.flatMap { [plan.offsets[$0.0], plan.offsets[$0.1]] }
        self.addends = addends.map { $0.map { $0.map { plan.offsets[$0] } } }
        arenaCount = plan.count
        (preparedOffsets, preparedCount) = graph.preparedOffsets(training: true)
    }
}

extension Graph {
    /// Where each node's part of what `prepare` derives begins, and floats in all.
    func preparedOffsets(training: Bool) -> ([Int], Int) {
        var (offsets, total) = ([Int](), 0)
        for node in nodes {
            offsets.append(total)
            total += (node.layer.preparedCount(training: training) + 15) & ~15
        }
        return (offsets, total)
    }

    /// Lets every layer derive what its passes need.
    func prepare(
        _ parameters: UnsafePointer<Float>, into prepared: UnsafeMutablePointer<Float>, offsets: [Int], training: Bool,
        kernels: Kernels
    ) {
        for (node, offset) in zip(nodes, offsets) {
            node.layer.prepare(
                Preparation(
                    kernels: kernels, training: training, parameters: parameters + node.parameterOffset,
                    prepared: prepared + offset))
        }
    }
}
