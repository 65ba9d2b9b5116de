import CKernels

extension ForwardPass {
    /// `Kernels.product`, its rows or its columns shared out where a team works on few examples.
    ///
    /// An output is one chain whoever computes it, so that changes no byte.
    func product(
        _ input: UnsafePointer<Float>, stride: Int, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>, stride outputStride: Int, m: Int, k: Int, n: Int
    ) {
        guard let team, m * k * n > Self.worthwhile else {
            kernels.product(
                input, stride: stride, packed: packed, bias: bias, into: output, stride: outputStride, m: m, k: k, n: n)
            return
        }
        let panels = (n + ck_panel - 1) / ck_panel
        if m >= Self.manyRows {
            share(m, by: 12, among: team) { rows in
                kernels.product(
                    input + rows.lowerBound * stride, stride: stride, packed: packed, bias: bias,
                    into: output + rows.lowerBound * outputStride, stride: outputStride, m: rows.count, k: k, n: n)
            }
        } else if panels > 1 {
            share(panels, by: 1, among: team) { chosen in
                let first = chosen.lowerBound * ck_panel
                kernels.product(
                    input, stride: stride, packed: packed + first * k, bias: bias.map { $0 + first },
                    into: output + first, stride: outputStride, m: m, k: k,
                    n: min(n, chosen.upperBound * ck_panel) - first)
            }
        } else {
            kernels.product(
                input, stride: stride, packed: packed, bias: bias, into: output, stride: outputStride, m: m, k: k, n: n)
        }
    }

    /// Calls `body` for consecutive ranges of `0..<count`, one a worker, of a multiple of `unit` each.
    func share(_ count: Int, by unit: Int, among team: WorkerTeam, _ body: (Range<Int>) -> Void) {
        let units = (count + unit - 1) / unit
        let size = (units + team.workers - 1) / team.workers * unit
        team.run((count + size - 1) / size) { part in body(part * size..<min(count, (part + 1) * size)) }
    }

    /// Multiplications that take longer than waking a thread.
    private static let worthwhile = 1 << 18
    private static let manyRows = 48
}
