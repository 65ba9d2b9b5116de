/// One direction's way through the sequences of a batch, of which each may end before the layer's length.
///
/// Step by step, and in a step example by example, the valid positions make rows without gaps. Beyond an example's length
/// its output and its state are 0, so that the reverse direction begins at the last valid position.
struct SequenceScan {
    let count: Int
    let length: Int
    let isReverse: Bool
    /// The valid positions of each example; null: all of them.
    let lengths: UnsafePointer<Float>?

    // MARK: Steps

    /// The position at which the direction is at a step.
    func position(_ step: Int) -> Int { isReverse ? length - 1 - step : step }

    /// The position that a step's state comes from; nil at the first.
    func before(_ step: Int) -> Int? { step == 0 ? nil : position(step - 1) }

    /// Blocks of steps whose products, but for the state's, are one.
    var blocks: Int { (length + blockLength - 1) / blockLength }
    func steps(_ block: Int) -> Range<Int> { block * blockLength..<min(length, (block + 1) * blockLength) }
    private var blockLength: Int { min(length, max(1, Self.blockRows / count)) }

    /// A bound of a block's rows for up to `count` examples.
    static func mostRows(count: Int, length: Int) -> Int { min(length * count, max(blockRows, count)) }

    /// Some register tiles' rows, few enough that their gates stay in the second-level cache.
    private static let blockRows = 128

    // MARK: Lengths

    /// Valid positions of an example, whatever number stands for them.
    func validCount(_ example: Int) -> Int {
        guard let lengths else { return length }
        let value = lengths[example]
        return value < Float(length) ? Int(max(0, value.rounded(.up))) : value.isNaN ? 0 : length
    }

    private func isValid(_ example: Int, at position: Int) -> Bool {
        guard let lengths else { return true }
        return Float(position) < lengths[example]
    }

    /// Valid rows of some steps.
    func rows(_ steps: Range<Int>) -> Int {
        guard lengths != nil else { return steps.count * count }
        var rows = 0
        for step in steps { forEachRun(step) { examples, _ in rows += examples.count } }
        return rows
    }

    /// Runs of examples that are valid at a step, and how many valid ones come before each.
    func forEachRun(_ step: Int, _ body: (_ examples: Range<Int>, _ row: Int) -> Void) {
        guard lengths != nil else { return body(0..<count, 0) }
        let position = position(step)
        var (first, row) = (0, 0)
        for example in 0..<count where !isValid(example, at: position) {
            if first < example { body(first..<example, row) }
            row += example - first
            first = example + 1
        }
        if first < count { body(first..<count, row) }
    }

    /// Writes zeros at all invalid positions of `values[count][length][width]`.
    func clearInvalid(_ values: UnsafeMutablePointer<Float>, width: Int) {
        guard lengths != nil else { return }
        for example in 0..<count {
            let valid = validCount(example)
            (values + (example * length + valid) * width).update(repeating: 0, count: (length - valid) * width)
        }
    }

    // MARK: Rows

    /// Gathers columns of `values[count][length][stride]` at the valid positions of some steps, or with `before` at those
    /// that their states come from: zeros at the first.
    func gather(
        _ values: UnsafePointer<Float>, stride: Int, columns: Int, steps: Range<Int>, before: Bool = false,
        into rows: UnsafeMutablePointer<Float>
    ) {
        var row = rows
        for step in steps {
            let position = before ? self.before(step) : self.position(step)
            forEachRun(step) { examples, _ in
                for example in examples {
                    if let position {
                        row.update(from: values + (example * length + position) * stride, count: columns)
                    } else {
                        row.update(repeating: 0, count: columns)
                    }
                    row += columns
                }
            }
        }
    }

    /// The inverse of `gather`, for all columns.
    func scatter(
        _ rows: UnsafePointer<Float>, columns: Int, steps: Range<Int>, into values: UnsafeMutablePointer<Float>
    ) {
        var row = rows
        for step in steps {
            let position = position(step)
            forEachRun(step) { examples, _ in
                for example in examples {
                    (values + (example * length + position) * columns).update(from: row, count: columns)
                    row += columns
                }
            }
        }
    }
}
