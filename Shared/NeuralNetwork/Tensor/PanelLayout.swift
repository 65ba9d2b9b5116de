import CKernels

/// How a weight lies in memory: as the matrix `[k][n]` of a product, in panels of 32 columns that the kernels read from
/// one end to the other.
///
/// The matrix' rows are `blocks` times `rows`; the element of block b, row k and column n is PyTorch's number
/// `b · blockStride + k · rowStride + n · columnStride`. A grouped convolution has `groups` such matrices.
struct PanelLayout: Sendable, Hashable {
    var groups = 1
    var groupStride = 0
    var blocks = 1
    var blockStride = 0
    var rows: Int
    var rowStride: Int
    var columns: Int
    var columnStride: Int

    /// A matrix `(outputs, inputs)` as PyTorch keeps it, for `y = x Wᵀ`.
    static func transposed(outputs: Int, inputs: Int) -> PanelLayout {
        PanelLayout(rows: inputs, rowStride: 1, columns: outputs, columnStride: inputs)
    }

    /// A convolution's weight `(filters, channels / groups, taps)`; rows are in the order of a window's floats.
    static func convolution(filters: Int, channels: Int, taps: Int, groups: Int = 1) -> PanelLayout {
        let (columns, rows) = (filters / groups, channels / groups)
        return PanelLayout(
            groups: groups, groupStride: columns * rows * taps, blocks: taps, blockStride: 1, rows: rows,
            rowStride: taps, columns: columns, columnStride: rows * taps)
    }

    /// Floats of one group's panels.
    var groupCount: Int { ck_packed_count(blocks * rows, columns) }
    /// Floats in all, with those that fill the last panels.
    var storedCount: Int { groups * groupCount }

    /// PyTorch's order into panels.
    func pack(_ values: UnsafePointer<Float>, into stored: UnsafeMutablePointer<Float>) {
        stored.update(repeating: 0, count: storedCount)
        forEach { stored[$1] = values[$0] }
    }

    /// Panels into PyTorch's order.
    func unpack(_ stored: UnsafePointer<Float>, into values: UnsafeMutablePointer<Float>) {
        forEach { values[$0] = stored[$1] }
    }

    /// The places of one column's weights.
    func forEachStored(group: Int, column: Int, _ body: (_ stored: Int) -> Void) {
        let depth = blocks * rows
        let first = group * groupCount + column / ck_panel * ck_panel * depth + column % ck_panel
        for row in 0..<depth { body(first + row * ck_panel) }
    }

    private func forEach(_ body: (_ value: Int, _ stored: Int) -> Void) {
        let depth = blocks * rows
        for group in 0..<groups {
            for column in 0..<columns {
                let first = group * groupCount + column / ck_panel * ck_panel * depth + column % ck_panel
                let base = group * groupStride + column * columnStride
                for block in 0..<blocks {
                    for row in 0..<rows {
                        body(
                            base + block * blockStride + row * rowStride,
                            first + (block * rows + row) * ck_panel)
                    }
                }
            }
        }
    }
}
