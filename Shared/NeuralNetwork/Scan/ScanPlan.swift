/// Which values of a network are the same in all windows that hold them, so that a scan computes them once.
///
/// A convolution's value depends on the bases that it sees and not on the window, but where it sees over the window's edge:
/// there it reads zeros. What of each value lies far enough from the edges is computed once for a whole stretch of bases; the rest
/// is computed a window.
struct ScanPlan: Sendable {
    /// A value of positions, some of which windows share.
    struct Strip: Sendable, Hashable {
        /// Positions in a window, and floats a position.
        var positions: Int
        var width: Int
        /// Bases from one position of a window to the next: the product of the strides before.
        var spacing: Int
        /// The positions of a window that windows share.
        var shared: Range<Int>
        /// Of a stretch of bases, those for which there is a shared value: all but so many at its begin and end.
        var before: Int
        var after: Int

        /// Positions at a window's begin and end that it does not share.
        var edges: [Range<Int>] { [0..<shared.lowerBound, shared.upperBound..<positions] }
    }

    /// How a layer's output is computed.
    enum Step: Sendable {
        /// Once for a stretch, but for the edges of windows.
        case local(any LocalLayer, Reach)
        /// The maximum or mean of all positions of each window, from running ones of what is shared.
        case pool(GlobalPoolLayer)
        /// For each window.
        case whole(any Layer)
    }

    let steps: [Step]
    /// Of each buffer; nil where windows share nothing of it.
    let strips: [Strip?]

    init(_ model: InferenceModel, input: Graph.Input) {
        var strips = [Strip?](repeating: nil, count: model.graph.buffers.count)
        let length = input.specification.count
        strips[input.buffer] = Strip(
            positions: length, width: 1, spacing: 1, shared: 0..<length, before: 0, after: 0)
        var steps: [Step] = []
        for node in model.plan.nodes {
            let inputs = node.inputs.map { strips[$0] }
            if let layer = node.layer as? any LocalLayer, let reach = layer.reach,
                let strip = Self.strip(of: layer, reach, inputs)
            {
                strips[node.output] = strip
                steps.append(.local(layer, reach))
            } else if let pool = node.layer as? GlobalPoolLayer, !pool.hasLengths, pool.inputShape.count == 2,
                inputs[0]?.positions == pool.inputShape[0]
            {
                steps.append(.pool(pool))
            } else {
                steps.append(.whole(node.layer))
            }
        }
        self.steps = steps
        self.strips = strips
    }

    /// What windows share of a local layer's output; nil where that is little.
    private static func strip(of layer: any LocalLayer, _ reach: Reach, _ inputs: [Strip?]) -> Strip? {
        let known = inputs.compactMap { $0 }
        guard let first = known.first, known.count == inputs.count,
            known.allSatisfy({ $0.positions == first.positions && $0.spacing == first.spacing })
        else { return nil }
        let shape = layer.outputShape.suffix(2)
        guard shape.count == 2, let positions = shape.first, let width = shape.last else { return nil }
        let low = known.map(\.shared.lowerBound).max() ?? 0
        let high = known.map(\.shared.upperBound).min() ?? 0
        // The positions that come from shared ones alone.
        let shared = (0..<positions).filter { position in
            let from = position * reach.stride - reach.padding
            return from >= low && from + reach.span <= high
        }
        guard let begin = shared.first, let end = shared.last, 4 * shared.count >= positions else { return nil }
        return Strip(
            positions: positions, width: width, spacing: first.spacing * reach.stride, shared: begin..<(end + 1),
            before: (known.map(\.before).max() ?? 0) + reach.padding * first.spacing,
            after: (known.map(\.after).max() ?? 0) + (reach.span - 1 - reach.padding) * first.spacing)
    }
}
