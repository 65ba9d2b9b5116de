/// Windows of an image `(H, W, C)` at regular distances, as convolutions and pools read them.
///
/// An example has `rows` × `columns` of them; rows of several examples are numbered one example after the other.
struct ImageWindows: Sendable {
    let height: Int
    let width: Int
    let channels: Int
    let kernel: (height: Int, width: Int)
    let stride: (height: Int, width: Int)
    let padding: (height: Int, width: Int)
    let dilation: (height: Int, width: Int)
    let rows: Int
    let columns: Int

    /// Each parameter is `[vertical, horizontal]`; `GraphBuilder.imageWindows` checks them first.
    init(_ shape: [Int], kernel: [Int], stride: [Int], padding: [Int] = [0, 0], dilation: [Int] = [1, 1]) {
        (height, width, channels) = (shape[0], shape[1], shape[2])
        self.kernel = (kernel[0], kernel[1])
        self.stride = (stride[0], stride[1])
        self.padding = (padding[0], padding[1])
        self.dilation = (dilation[0], dilation[1])
        rows = (height + 2 * padding[0] - dilation[0] * (kernel[0] - 1) - 1) / stride[0] + 1
        columns = (width + 2 * padding[1] - dilation[1] * (kernel[1] - 1) - 1) / stride[1] + 1
    }

    var inputShape: [Int] { [height, width, channels] }
    var inputCount: Int { height * width * channels }
    /// Positions of a window.
    var taps: Int { kernel.height * kernel.width }
    /// Whether a window is a position, and its number the position's.
    var arePositions: Bool {
        taps == 1 && stride == (1, 1) && padding == (0, 0)
    }

    /// Calls `body` for each run of floats that lie together in a window and in the input, where padding has none: with
    /// its place among the windows of these rows, each `taps · channels.count` floats, its place in the input and its
    /// length.
    @inline(__always)
    func forEachRun(
        rows range: Range<Int>, channels part: Range<Int>, _ body: (_ window: Int, _ input: Int, _ count: Int) -> Void
    ) {
        let isWhole = part.count == channels && dilation.width == 1
        var window = 0
        for row in range {
            let (example, y) = row.quotientAndRemainder(dividingBy: rows)
            for x in 0..<columns {
                let left = x * stride.width - padding.width
                for tap in 0..<kernel.height {
                    let line = y * stride.height - padding.height + tap * dilation.height
                    let place = window
                    window += kernel.width * part.count
                    guard line >= 0, line < height else { continue }
                    let start = (example * height + line) * width
                    if isWhole {
                        let first = max(0, -left)
                        let count = min(kernel.width, width - left) - first
                        guard count > 0 else { continue }
                        body(place + first * channels, (start + left + first) * channels, count * channels)
                    } else {
                        for column in 0..<kernel.width {
                            let position = left + column * dilation.width
                            guard position >= 0, position < width else { continue }
                            body(
                                place + column * part.count, (start + position) * channels + part.lowerBound,
                                part.count)
                        }
                    }
                }
            }
        }
    }
}

extension GraphBuilder {
    /// The windows of an image; throws where they do not fit it.
    func imageWindows(
        _ input: Value, kernel: [Int], stride: [Int], padding: [Int] = [0, 0], dilation: [Int] = [1, 1]
    ) throws(NeuralNetworkError) -> ImageWindows {
        try checkNumbers(input)
        guard input.shape.count == 3 else {
            throw invalid("needs an input of height × width × channels, not \(input.shape)")
        }
        for (values, name, least) in [
            (kernel, "kernel", 1), (stride, "stride", 1), (padding, "padding", 0), (dilation, "dilation", 1),
        ] {
            guard values.count == 2 else { throw invalid("\(name) is \(values), not [vertical, horizontal]") }
            for value in values { try check(value, name, from: least) }
        }
        for axis in 0..<2 {
            let span = dilation[axis] * (kernel[axis] - 1) + 1
            guard padding[axis] <= span, span <= input.shape[axis] + 2 * padding[axis] else {
                throw invalid(
                    "a kernel that spans \(span) with padding \(padding[axis]) does not fit \(input.shape[axis])")
            }
        }
        guard kernel[0] * kernel[1] <= Limit.dimension else { throw invalid("the kernel \(kernel) is too large") }
        return ImageWindows(input.shape, kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    }
}
