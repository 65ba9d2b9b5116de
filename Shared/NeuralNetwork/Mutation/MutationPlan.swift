/// Which part of a network's values a changed base reaches, and how each layer takes that in.
struct MutationPlan: Sendable {
    /// The positions of a value that may change, for each changed position of the input: `count` of them from `starts` on,
    /// a few more than it reaches where that makes their number the same for all.
    struct Extent: Sendable {
        var positions: Int
        /// Floats a position.
        var width: Int
        /// What each change reaches.
        var reached: [Range<Int>]
        var count: Int
        var starts: [Int]

        init(positions: Int, width: Int, reached: [Range<Int>]) {
            (self.positions, self.width, self.reached) = (positions, width, reached)
            let count = max(1, reached.map(\.count).max() ?? 1)
            self.count = count
            starts = reached.map { min($0.lowerBound, positions - count) }
        }

        /// The positions of a layer's input that these come from.
        func rows(_ reach: Reach) -> Int { (count - 1) * reach.stride + reach.span }
    }

    /// How a layer's output follows from a change.
    enum Step: Sendable {
        /// It does not change.
        case skip
        /// The positions that change are computed from those that they come from.
        case local(any Layer, Reach)
        /// The differences of the changed positions, times their rows of the weight, are added to the output.
        case dense(LinearLayer)
        /// The maximum or mean of what changes is joined with that of the rest.
        case pool(GlobalPoolLayer)
        /// All is computed again.
        case whole(any Layer)
    }

    let steps: [Step]
    /// Of each buffer, where a part of it changes; nil where it does not, or all of it may.
    let extents: [Extent?]
    /// The buffers all of which may change.
    let isWhole: [Bool]

    init(_ model: InferenceModel, input: Graph.Input) {
        let (nodes, buffers) = (model.plan.nodes, model.graph.buffers)
        var (steps, extents) = ([Step](), [Extent?](repeating: nil, count: buffers.count))
        var isWhole = Array(repeating: false, count: buffers.count)
        let length = input.specification.count
        extents[input.buffer] = Extent(positions: length, width: 1, reached: (0..<length).map { $0..<$0 + 1 })
        for node in nodes {
            let changed = node.inputs.filter { extents[$0] != nil || isWhole[$0] }
            if changed.isEmpty {
                steps.append(.skip)
            } else if let (extent, step) = Self.local(node, extents, isWhole) {
                extents[node.output] = extent
                steps.append(step)
            } else {
                isWhole[node.output] = true
                steps.append(Self.gathering(node, extents, isWhole))
            }
        }
        self.steps = steps
        self.extents = extents
        self.isWhole = isWhole
    }

    /// A local layer on inputs of which parts change, unless it would be most of them.
    private static func local(_ node: Node, _ extents: [Extent?], _ isWhole: [Bool]) -> (Extent, Step)? {
        guard let layer = node.layer as? any LocalLayer, let reach = layer.reach,
            !node.inputs.contains(where: { isWhole[$0] })
        else { return nil }
        let changed = node.inputs.compactMap { extents[$0] }
        let shape = layer.outputShape.suffix(2)
        guard let positions = shape.first, let width = shape.last, shape.count == 2,
            changed.allSatisfy({ $0.positions == changed[0].positions })
        else { return nil }
        let reached = changed[0].reached.indices.map { index in
            let ranges = changed.map { reach.outputs(of: $0.reached[index], count: positions) }.filter { !$0.isEmpty }
            guard let first = ranges.map(\.lowerBound).min(), let end = ranges.map(\.upperBound).max() else {
                // Nothing reads the position: any place will do, such as the nearest.
                let place = min(positions - 1, changed[0].reached[index].lowerBound / reach.stride)
                return place..<place
            }
            return first..<end
        }
        let extent = Extent(positions: positions, width: width, reached: reached)
        guard 2 * extent.count <= positions else { return nil }
        return (extent, .local(layer.cropped(to: extent.count), reach))
    }

    private static func gathering(_ node: Node, _ extents: [Extent?], _ isWhole: [Bool]) -> Step {
        if let linear = node.layer as? LinearLayer, linear.inputShape.count == 1, extents[node.inputs[0]] != nil {
            return .dense(linear)
        }
        if let pool = node.layer as? GlobalPoolLayer, !pool.hasLengths, pool.inputShape.count == 2,
            extents[node.inputs[0]] != nil
        {
            return .pool(pool)
        }
        return .whole(node.layer)
    }

    /// Floats that one change takes in each buffer.
    func count(_ buffer: Int, of buffers: [Int]) -> Int {
        if isWhole[buffer] { return buffers[buffer] }
        return extents[buffer].map { $0.count * $0.width } ?? 0
    }
}
