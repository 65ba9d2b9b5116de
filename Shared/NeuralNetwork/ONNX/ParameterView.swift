/// Some of a network's parameters in another order: ONNX's filters, gates and axes among ours, without copying.
struct ParameterView: Hashable {
    private(set) var shape: [Int]
    private var strides: [Int]
    private var offset: Int

    /// All of a row-major array that begins at `offset` of the parameters.
    init(offset: Int, shape: [Int]) {
        self.shape = shape
        self.offset = offset
        strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    }

    /// The number of elements.
    var count: Int { shape.reduce(1, *) }

    /// With axes in another order: axis `i` of the result is axis `axes[i]` of this.
    func transposed(_ axes: Int...) -> ParameterView {
        precondition(axes.sorted() == Array(shape.indices))
        var view = self
        view.shape = axes.map { shape[$0] }
        view.strides = axes.map { strides[$0] }
        return view
    }

    /// With one axis read backwards.
    func reversed(axis: Int) -> ParameterView {
        var view = self
        view.offset += (shape[axis] - 1) * strides[axis]
        view.strides[axis].negate()
        return view
    }

    /// A part of an axis.
    func sliced(axis: Int = 0, _ range: Range<Int>) -> ParameterView {
        precondition(0 <= range.lowerBound && range.upperBound <= shape[axis])
        var view = self
        view.offset += range.lowerBound * strides[axis]
        view.shape[axis] = range.count
        return view
    }

    /// The first axis in `parts` equal parts, in the order of their numbers: gates.
    func parts(_ order: [Int], of parts: Int) -> [ParameterView] {
        let size = shape[0] / parts
        return order.map { sliced($0 * size..<($0 + 1) * size) }
    }

    /// Hands on the elements of `weights` in the view's order, in pieces.
    func read(_ weights: [Float], _ body: (UnsafeBufferPointer<Float>) -> Void) {
        weights.withUnsafeBufferPointer { weights in
            var row: [Float] = []
            forEachRow { start, count, stride in
                if stride == 1 {
                    body(UnsafeBufferPointer(rebasing: weights[start..<start + count]))
                } else {
                    row.removeAll(keepingCapacity: true)
                    for index in 0..<count { row.append(weights[start + index * stride]) }
                    row.withUnsafeBufferPointer(body)
                }
            }
        }
    }

    /// Puts elements that come in the view's order to their places among `weights`.
    ///
    /// Returns false where there already is another number than NaN: two views of a parameter contradict each other.
    func write(_ elements: UnsafeRawBufferPointer, into weights: inout [Float]) -> Bool {
        precondition(elements.count == count * MemoryLayout<Float>.size)
        var agrees = true
        var next = 0
        weights.withUnsafeMutableBufferPointer { weights in
            forEachRow { start, count, stride in
                for index in 0..<count {
                    let element = elements.loadUnaligned(fromByteOffset: next, as: Float.self)
                    let place = start + index * stride
                    agrees = agrees && (weights[place].isNaN || weights[place].bitPattern == element.bitPattern)
                    weights[place] = element
                    next += MemoryLayout<Float>.size
                }
            }
        }
        return agrees
    }

    /// Calls `body` with the index, among the parameters, of the first element of each row along the last axis, the
    /// row's length and the distance of its elements.
    private func forEachRow(_ body: (_ start: Int, _ count: Int, _ stride: Int) -> Void) {
        guard let length = shape.last, let stride = strides.last else { return body(offset, 1, 1) }
        guard count > 0 else { return }
        var position = Array(repeating: 0, count: shape.count - 1)
        var start = offset
        while true {
            body(start, length, stride)
            var axis = position.count - 1
            while axis >= 0 {
                position[axis] += 1
                start += strides[axis]
                if position[axis] < shape[axis] { break }
                start -= shape[axis] * strides[axis]
                position[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}
