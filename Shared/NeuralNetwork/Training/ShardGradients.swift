/// Adds the gradients of a step's shards up in their order.
///
/// Shards are computed in waves of one a worker, so that memory does not grow with the batch; with an exchange, all rows
/// of a step are kept until the step is complete.
final class ShardGradients {
    /// The sum, valid until the next one.
    let total: UnsafeMutablePointer<Float>
    private let sum: FloatBuffer
    private let waveRows: [FloatBuffer]
    private let shards: Int
    private let computation: ShardComputation
    private let team: WorkerTeam
    private let kernels: Kernels
    private let totals: UnsafeMutableBufferPointer<Loss.Total>
    private let failure = FirstFailure()
    private lazy var rows = GradientRows(count: sum.count, shards: shards)

    init(count: Int, shards: Int, computation: ShardComputation, team: WorkerTeam, kernels: Kernels) {
        sum = FloatBuffer(count: count)
        total = sum.base
        self.shards = shards
        self.computation = computation
        self.team = team
        self.kernels = kernels
        // The first shard's row is the sum itself.
        let workers = computation.workers
        waveRows = (0..<(shards > workers ? workers : shards - 1)).map { _ in FloatBuffer(count: count) }
        totals = .allocate(capacity: shards)
        totals.initialize(repeating: Loss.Total())
    }

    deinit { totals.deallocate() }

    /// Leaves the sum of all shards' gradients in `total`, and returns that of their losses.
    func sum(step: Int, shards: Int, exchange: (any GradientExchange)?) throws -> Loss.Total {
        guard let exchange else { return try sumHere(shards) }
        let (rows, computation) = (rows, computation)
        try exchange.exchange(
            step: step, shards: shards,
            compute: { chosen in
                try team.forEach(chosen.count) { worker, index in
                    let shard = chosen[index]
                    let total = try computation.compute(worker: worker, shard: shard, into: rows.gradient(shard))
                    rows.setTotal(total, of: shard)
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

    private func sumHere(_ shards: Int) throws -> Loss.Total {
        var loss = Loss.Total()
        var first = 0
        while first < shards {
            let wave = min(computation.workers, shards - first)
            team.run(wave, Wave(gradients: self, first: first))
            try failure.rethrow()
            for index in 0..<wave {
                if first + index > 0 { add(row(index, of: first)) }
                loss.add(totals[index])
            }
            first += wave
        }
        return loss
    }

    /// Where a wave's shard goes.
    private func row(_ index: Int, of first: Int) -> UnsafeMutablePointer<Float> {
        guard first == 0 else { return waveRows[index].base }
        return index == 0 ? total : waveRows[index - 1].base
    }

    private func add(_ row: UnsafePointer<Float>) { kernels.functions.add_rows(row, total, 1, sum.count) }

    private struct Wave: TeamWork {
        let gradients: ShardGradients
        let first: Int

        func work(_ index: Int) {
            gradients.failure.catching(index) {
                gradients.totals[index] = try gradients.computation.compute(
                    worker: index, shard: first + index, into: gradients.row(index, of: first))
            }
        }
    }
}
