import CKernels

extension ForwardPass {
    /// `Kernels.product`, its rows or its columns shared out where a team works on few examples.
    ///
    /// An output is one chain whoever computes it, so that changes no byte.
    func product(
        _ input: UnsafePointer<Float>, stride: Int, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>, stride outputStride: Int, m: Int, k: Int, n: Int
    ) {
        let work = SharedProduct(
            kernels: kernels, input: input, stride: stride, packed: packed, bias: bias, output: output,
            outputStride: outputStride, m: m, k: k, n: n, workers: team?.workers ?? 1)
        if let team, m * k * n > Self.worthwhile, work.parts > 1 {
            team.run(work.parts, work)
        } else {
            kernels.product(
                input, stride: stride, packed: packed, bias: bias, into: output, stride: outputStride, m: m, k: k, n: n)
        }
    }

    /// Multiplications that take longer than waking a thread.
    private static let worthwhile = 1 << 18
}

/// One product in parts: of rows where there are many, else of columns.
private struct SharedProduct: TeamWork {
    let kernels: Kernels
    let input: UnsafePointer<Float>
    let stride: Int
    let packed: UnsafePointer<Float>
    let bias: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>
    let outputStride: Int
    let m, k, n: Int
    let workers: Int

    private var byRows: Bool { m >= 48 }

    var parts: Int { SharedRange.parts(of: byRows ? m : n, by: byRows ? 12 : ck_panel, workers: workers) }

    func work(_ part: Int) {
        if byRows {
            let rows = SharedRange.range(part, of: m, by: 12, workers: workers)
            kernels.product(
                input + rows.lowerBound * stride, stride: stride, packed: packed, bias: bias,
                into: output + rows.lowerBound * outputStride, stride: outputStride, m: rows.count, k: k, n: n)
        } else {
            let columns = SharedRange.range(part, of: n, by: ck_panel, workers: workers)
            kernels.product(
                input, stride: stride, packed: packed + columns.lowerBound * k,
                bias: bias.map { $0 + columns.lowerBound },
                into: output + columns.lowerBound, stride: outputStride, m: m, k: k, n: columns.count)
        }
    }
}

/// Consecutive ranges of multiples of a unit, one a worker.
enum SharedRange {
    static func parts(of count: Int, by unit: Int, workers: Int) -> Int {
        let size = size(count, unit, workers)
        return (count + size - 1) / size
    }

    static func range(_ part: Int, of count: Int, by unit: Int, workers: Int) -> Range<Int> {
        let size = size(count, unit, workers)
        return part * size..<min(count, (part + 1) * size)
    }

    private static func size(_ count: Int, _ unit: Int, _ workers: Int) -> Int {
        ((count + unit - 1) / unit + workers - 1) / workers * unit
    }
}
