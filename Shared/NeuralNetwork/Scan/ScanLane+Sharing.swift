/// What is computed once for a stretch of bases.
extension ScanLane {
    /// The bases of a stretch for which a layer's inputs are known.
    static func known(_ bases: Int, _ plan: ScanPlan, _ node: Node) -> Range<Int> {
        let strips = node.inputs.compactMap { plan.strips[$0] }
        let (low, high) = (strips.map(\.before).max() ?? 0, bases - (strips.map(\.after).max() ?? 0))
        return low..<max(low, high)
    }

    /// The positions of a layer's output over a stretch, of each of the places from which it may start.
    static func counts(
        _ bases: Int, _ plan: ScanPlan, _ node: Node, _ reach: Reach, spacing: Int
    ) -> Set<Int> {
        let known = known(bases, plan, node)
        return Set((0..<spacing).map { (known.count - $0 + spacing - 1) / spacing - reach.span + 1 })
    }

    /// Computes what windows share of a layer's output.
    func share(_ index: Int) {
        let node = model.plan.nodes[index]
        switch plan.steps[index] {
        case .whole: return
        case .pool(let pool): accumulate(pool, index)
        case .local(_, let reach):
            guard let strip = plan.strips[node.output] else { return }
            let spacing = strip.spacing / reach.stride
            let known = Self.known(bases, plan, node)
            let output = shared[node.output].base
            for phase in 0..<spacing {
                let rows = (known.count - phase + spacing - 1) / spacing
                let count = rows - reach.span + 1
                guard count > 0, let layer = slides[index][count] else { continue }
                let start = known.lowerBound + phase
                for (place, buffer) in node.inputs.enumerated() {
                    let (from, width) = (shared[buffer].base, plan.strips[buffer]?.width ?? 0)
                    if spacing == 1 {
                        inputs[place] = UnsafePointer(from + start * width)
                    } else {
                        let to = gathered[place].base
                        for row in 0..<rows {
                            (to + row * width).update(from: from + (start + row * spacing) * width, count: width)
                        }
                        inputs[place] = UnsafePointer(to)
                    }
                }
                let begin = start + reach.padding * spacing
                if spacing == 1 {
                    forward(layer, index, count: 1, into: output + begin * strip.width)
                } else {
                    let dense = slots(count * strip.width)
                    forward(layer, index, count: 1, into: dense)
                    for row in 0..<count {
                        (output + (begin + row * spacing) * strip.width).update(
                            from: dense + row * strip.width, count: strip.width)
                    }
                }
            }
        }
    }

    /// The maximum or sum of the shared positions of every window, by running ones from the begin and the end of blocks of as
    /// many positions: a window is the end of one block and the begin of the next.
    private func accumulate(_ pool: GlobalPoolLayer, _ index: Int) {
        let buffer = model.plan.nodes[index].inputs[0]
        guard let strip = plan.strips[buffer], let running = running[index] else { return }
        let (width, spacing, size) = (strip.width, strip.spacing, strip.shared.count)
        let functions = model.kernels.functions
        let join = pool.operation == .maximum ? functions.greatest_of_rows : functions.sum_of_rows
        let (values, result) = (shared[buffer].base, running.base)
        let known = strip.before..<(bases - strip.after)
        let ends = slots(2 * width * ((known.count + spacing - 1) / spacing))
        for phase in 0..<spacing {
            let rows = (known.count - phase + spacing - 1) / spacing
            guard rows >= size else { continue }
            let begins = ends + rows * width
            func row(_ row: Int) -> UnsafeMutablePointer<Float> {
                values + (known.lowerBound + phase + row * spacing) * width
            }
            for at in 0..<rows {
                let (value, to) = (row(at), begins + at * width)
                if at % size == 0 {
                    to.update(from: value, count: width)
                } else {
                    join(to - width, value, to, width)
                }
            }
            for at in stride(from: rows - 1, through: 0, by: -1) {
                let (value, to) = (row(at), ends + at * width)
                if at % size == size - 1 || at == rows - 1 {
                    to.update(from: value, count: width)
                } else {
                    join(value, to + width, to, width)
                }
            }
            for at in 0...(rows - size) {
                let to = result + (known.lowerBound + phase + at * spacing) * width
                if at % size == 0 {
                    to.update(from: ends + at * width, count: width)
                } else {
                    join(ends + at * width, begins + (at + size - 1) * width, to, width)
                }
            }
        }
    }
}
