/// Adds the gradients of a step's shards up in their order.
///
/// Shards are computed in waves of one a worker, so that memory does not grow with the batch; with an exchange, all rows
/// of a step are kept until the step is complete.
final class ShardGradients {
    typealias Compute = (_ worker: Int, _ shard: Int, _ row: UnsafeMutablePointer<Float>) throws -> Loss.Total

    /// The sum, valid until the next one.
    let total: UnsafeMutablePointer<Float>
    private let sum: FloatBuffer
    private let waveRows: [FloatBuffer]
    private let shards: Int
    private let workers: Int
    private let kernels: Kernels
    private let totals: UnsafeMutableBufferPointer<Loss.Total>
    private lazy var rows = GradientRows(count: sum.count, shards: shards)

    init(count: Int, shards: Int, workers: Int, kernels: Kernels) {
        sum = FloatBuffer(count: count)
        total = sum.base
        self.shards = shards
        self.workers = min(workers, shards)
        self.kernels = kernels
        // The first shard's row is the sum itself.
        waveRows = (0..<(shards > workers ? workers : shards - 1)).map { _ in FloatBuffer(count: count) }
        totals = .allocate(capacity: shards)
        totals.initialize(repeating: Loss.Total())
    }

    deinit { totals.deallocate() }

    /// Leaves the sum of all shards' gradients in `total`, and returns that of their losses.
    func sum(
        step: Int, shards: Int, exchange: (any GradientExchange)?, compute: Compute
    ) throws -> Loss.Total {
        guard let exchange else { return try sumHere(shards, compute) }
        let rows = rows
        try exchange.exchange(
            step: step, shards: shards,
            compute: { chosen in
                try Parallel.forEach(chosen.count, workers: workers) { worker, index in
                    let shard = chosen[index]
                    rows.setTotal(try compute(worker, shard, rows.gradient(shard)), of: shard)
                }
            }, rows: rows)
        total.update(from: rows.gradient(0), count: sum.count)
        var loss = try rows.total(of: 0)
        for shard in 1..<max(1, shards) {
            add(rows.gradient(shard))
            loss.add(try rows.total(of: shard))
        }
        return loss
    }

    private func sumHere(_ shards: Int, _ compute: Compute) throws -> Loss.Total {
        var loss = Loss.Total()
        var first = 0
        while first < shards {
            let wave = min(workers, shards - first)
            let rowOffset = first == 0 ? 1 : 0
            try Parallel.forEach(wave, workers: wave) { worker, index in
                let row = index < rowOffset ? total : waveRows[index - rowOffset].base
                totals[index] = try compute(worker, first + index, row)
            }
            for index in 0..<wave {
                if index >= rowOffset { add(waveRows[index - rowOffset].pointer) }
                loss.add(totals[index])
            }
            first += wave
        }
        return loss
    }

    private func add(_ row: UnsafePointer<Float>) { kernels.functions.add_rows(row, total, 1, sum.count) }
}
