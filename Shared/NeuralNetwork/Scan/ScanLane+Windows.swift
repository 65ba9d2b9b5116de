/// What is computed for each window.
extension ScanLane {
    /// Computes what each of some windows has for itself of a layer's output.
    func score(_ index: Int, _ begin: Int, _ count: Int) {
        let node = model.plan.nodes[index]
        switch plan.steps[index] {
        case .whole(let layer):
            for (place, buffer) in node.inputs.enumerated() {
                guard let strip = plan.strips[buffer] else {
                    inputs[place] = whole[buffer].pointer
                    continue
                }
                for window in 0..<count {
                    copy(
                        0..<strip.positions, of: buffer, strip, window, begin,
                        to: gathered[place].base + window * strip.positions * strip.width)
                }
                inputs[place] = gathered[place].pointer
            }
            forward(layer, index, count: count, into: whole[node.output].base)
        case .pool(let pool): join(pool, index, begin, count)
        case .local(_, let reach):
            guard let strip = plan.strips[node.output] else { return }
            for (side, range) in strip.edges.enumerated() where !range.isEmpty {
                let low = range.lowerBound * reach.stride - reach.padding
                let rows = low..<(low + (range.count - 1) * reach.stride + reach.span)
                for (place, buffer) in node.inputs.enumerated() {
                    guard let from = plan.strips[buffer] else { continue }
                    for window in 0..<count {
                        copy(
                            rows, of: buffer, from, window, begin,
                            to: gathered[place].base + window * rows.count * from.width)
                    }
                    inputs[place] = gathered[place].pointer
                }
                forward(edgeLayers[index][side], index, count: count, into: edges[node.output][side].base)
            }
        }
    }

    /// Copies rows of a window's value, zeros where it has none.
    private func copy(
        _ rows: Range<Int>, of buffer: Int, _ strip: ScanPlan.Strip, _ window: Int, _ begin: Int,
        to target: UnsafeMutablePointer<Float>
    ) {
        let width = strip.width
        func part(_ range: Range<Int>, _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void) {
            let own = rows.clamped(to: range)
            if !own.isEmpty { body(own, target + (own.lowerBound - rows.lowerBound) * width) }
        }
        let outside = [min(0, rows.lowerBound)..<0, strip.positions..<max(strip.positions, rows.upperBound)]
        for range in outside { part(range) { $1.update(repeating: 0, count: $0.count * width) } }
        for (side, range) in strip.edges.enumerated() {
            part(range) { own, to in
                let from = edges[buffer][side].base + (window * range.count + own.lowerBound - range.lowerBound) * width
                to.update(from: from, count: own.count * width)
            }
        }
        part(strip.shared) { own, to in
            let from = shared[buffer].base + (begin + window) * width
            if strip.spacing == 1 {
                to.update(from: from + own.lowerBound * width, count: own.count * width)
            } else {
                for (place, row) in own.enumerated() {
                    (to + place * width).update(from: from + row * strip.spacing * width, count: width)
                }
            }
        }
    }

    private func join(_ pool: GlobalPoolLayer, _ index: Int, _ begin: Int, _ count: Int) {
        let node = model.plan.nodes[index]
        guard let strip = plan.strips[node.inputs[0]], let running = running[index] else { return }
        let (width, functions) = (strip.width, model.kernels.functions)
        let join = pool.operation == .maximum ? functions.greatest_of_rows : functions.sum_of_rows
        for window in 0..<count {
            let to = whole[node.output].base + window * width
            to.update(
                from: running.base + (begin + window + strip.shared.lowerBound * strip.spacing) * width, count: width)
            for (side, range) in strip.edges.enumerated() {
                let from = edges[node.inputs[0]][side].base + window * range.count * width
                for row in 0..<range.count { join(to, from + row * width, to, width) }
            }
            if pool.operation == .mean { for c in 0..<width { to[c] /= Float(strip.positions) } }
        }
    }
}
