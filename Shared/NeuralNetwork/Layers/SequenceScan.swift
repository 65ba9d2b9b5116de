/// One direction's way through the sequences of a batch, of which each may be shorter than the layer's length.
///
/// Working memory is time-major: row `position · count + example`. Beyond an example's length its rows are left out of
/// all work; there its output and its state are 0, so that the reverse direction begins at the last valid position.
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

    /// Steps that are made together, so that the product of their inputs has rows enough.
    var blockLength: Int { min(length, max(1, Self.blockRows / count)) }

    /// The positions of the block of steps that begins at one.
    func block(from step: Int) -> Range<Int> {
        let end = min(length, step + blockLength)
        return isReverse ? length - end..<length - step : step..<end
    }

    /// A bound of a block's rows for up to `count` examples.
    static func mostRows(count: Int, length: Int) -> Int { min(length * count, max(blockRows, count)) }

    // MARK: Lengths

    /// Valid positions of an example, whatever number stands for them.
    func validCount(_ example: Int) -> Int {
        guard let lengths else { return length }
        let value = lengths[example]
        return value < Float(length) ? Int(max(0, value.rounded(.up))) : value.isNaN ? 0 : length
    }

    private func isValid(_ position: Int, _ example: Int) -> Bool {
        guard let lengths else { return true }
        return Float(position) < lengths[example]
    }

    /// Runs of valid rows among the rows of some positions, longest first come.
    func forEachRun(_ positions: Range<Int>, _ body: (_ rows: Range<Int>) -> Void) {
        let end = positions.upperBound * count
        guard lengths != nil else {
            body(positions.lowerBound * count..<end)
            return
        }
        var first = positions.lowerBound * count
        var row = first
        for position in positions {
            for example in 0..<count {
                if !isValid(position, example) {
                    if first < row { body(first..<row) }
                    first = row + 1
                }
                row += 1
            }
        }
        if first < end { body(first..<end) }
    }

    /// Runs of examples that are valid at a position.
    func forEachRun(at position: Int, _ body: (_ examples: Range<Int>) -> Void) {
        forEachRun(position..<position + 1) { rows in
            body(rows.lowerBound - position * count..<rows.upperBound - position * count)
        }
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

    /// Copies columns of `values[count][length][stride]` at some positions to their time-major rows.
    func copy(
        _ values: UnsafePointer<Float>, stride: Int, columns: Int, positions: Range<Int>,
        to rows: UnsafeMutablePointer<Float>
    ) {
        forEachRun(positions) { run in
            for row in run {
                let (position, example) = row.quotientAndRemainder(dividingBy: count)
                (rows + (row - positions.lowerBound * count) * columns).update(
                    from: values + (example * length + position) * stride, count: columns)
            }
        }
    }

    /// Gathers columns of `values[count][length][stride]` of all valid positions, without gaps; returns how many rows.
    @discardableResult
    func gather(
        _ values: UnsafePointer<Float>, stride: Int, columns: Int, into rows: UnsafeMutablePointer<Float>
    ) -> Int {
        var to = rows
        forEachRun(0..<length) { run in
            for row in run {
                let (position, example) = row.quotientAndRemainder(dividingBy: count)
                to.update(from: values + (example * length + position) * stride, count: columns)
                to += columns
            }
        }
        return (to - rows) / columns
    }

    /// The same of the positions before the valid ones, in the direction; there are zeros before the first.
    func gatherBefore(
        _ values: UnsafePointer<Float>, stride: Int, columns: Int, into rows: UnsafeMutablePointer<Float>
    ) {
        var to = rows
        let first = position(0)
        forEachRun(0..<length) { run in
            for row in run {
                let (position, example) = row.quotientAndRemainder(dividingBy: count)
                if position == first {
                    to.update(repeating: 0, count: columns)
                } else {
                    let before = isReverse ? position + 1 : position - 1
                    to.update(from: values + (example * length + before) * stride, count: columns)
                }
                to += columns
            }
        }
    }

    /// The inverse of `gather`; what is invalid becomes 0.
    func scatter(_ rows: UnsafePointer<Float>, columns: Int, into values: UnsafeMutablePointer<Float>) {
        clearInvalid(values, width: columns)
        var from = rows
        forEachRun(0..<length) { run in
            for row in run {
                let (position, example) = row.quotientAndRemainder(dividingBy: count)
                (values + (example * length + position) * columns).update(from: from, count: columns)
                from += columns
            }
        }
    }

    /// Closes the gaps in time-major rows.
    func compact(_ rows: UnsafeMutablePointer<Float>, columns: Int) {
        guard lengths != nil else { return }
        var to = rows
        forEachRun(0..<length) { run in
            to.update(from: rows + run.lowerBound * columns, count: run.count * columns)
            to += run.count * columns
        }
    }

    /// Rows of a block: tiles' rows, and few enough that their gates stay in the second-level cache.
    private static let blockRows = 120
}
