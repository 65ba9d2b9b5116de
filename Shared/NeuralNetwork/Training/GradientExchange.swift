/// Where the gradients of a step's shards are computed.
///
/// A batch's gradient is the sum of its shards' rows in their order, whoever computed them: all who take part make the
/// same step, and have the same bytes as one process alone.
public protocol GradientExchange: AnyObject {
    /// Fills every row of a step: calls `compute` for the shards that are done here, and `rows.receive` for those that
    /// others did.
    ///
    /// Blocks the thread of the training; `compute` uses all of the trainer's workers.
    func exchange(step: Int, shards: Int, compute: ([Int]) throws -> Void, rows: GradientRows) throws
}

/// The gradients of a step's shards, a row each, with the shard's loss at its end.
public final class GradientRows {
    private let buffers: [FloatBuffer]
    private let count: Int

    init(count: Int, shards: Int) {
        self.count = count
        // Floats of the gradient, then the loss as four doubles.
        buffers = (0..<shards).map { _ in FloatBuffer(count: (count + 1) / 2 * 2 + 8) }
    }

    /// Rows of a step, at most.
    public var shardCount: Int { buffers.count }
    /// Bytes of a row.
    public var byteCount: Int { buffers.first.map { $0.count * MemoryLayout<Float>.stride } ?? 0 }

    /// A row's bytes, in the order of this machine.
    public func bytes(of shard: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(buffers[shard].values) }

    /// Takes the row of a shard that another process computed; throws where it is not of this network.
    public func receive(_ shard: Int, _ bytes: UnsafeRawBufferPointer) throws {
        guard buffers.indices.contains(shard), bytes.count == byteCount else {
            throw NeuralNetworkError(
                .mismatch, "\(bytes.count) bytes for shard \(shard) are not one of \(shardCount) rows of \(byteCount)",
                place: "gradients")
        }
        UnsafeMutableRawBufferPointer(buffers[shard].buffer).copyMemory(from: bytes)
    }

    func gradient(_ shard: Int) -> UnsafeMutablePointer<Float> { buffers[shard].base }

    func setTotal(_ total: Loss.Total, of shard: Int) {
        withTotal(of: shard) { row in
            (row[0], row[1]) = (total.sum, total.weight)
            (row[2], row[3]) = (Double(total.decisions), Double(total.correct))
        }
    }

    func total(of shard: Int) throws(NeuralNetworkError) -> Loss.Total {
        let (sum, weight, decisions, correct) = withTotal(of: shard) { ($0[0], $0[1], $0[2], $0[3]) }
        guard let decisions = Int(exactly: decisions), let correct = Int(exactly: correct) else {
            throw NeuralNetworkError(.malformed, "a shard's loss is not one", place: "gradients")
        }
        return Loss.Total(sum: sum, weight: weight, decisions: decisions, correct: correct)
    }

    private func withTotal<Result>(of shard: Int, _ body: (UnsafeMutableBufferPointer<Double>) -> Result) -> Result {
        (buffers[shard].base + (count + 1) / 2 * 2).withMemoryRebound(to: Double.self, capacity: 4) {
            body(UnsafeMutableBufferPointer(start: $0, count: 4))
        }
    }
}
