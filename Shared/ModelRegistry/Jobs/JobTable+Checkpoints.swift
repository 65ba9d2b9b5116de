import Events
import Foundation
import Storage

/// What a leader leaves while it trains.
extension JobTable {
    /// Bytes of a checkpoint in a row.
    private static let pieceBytes = 4 << 20

    /// Replaces the job's checkpoint; throws ``LeadershipLost`` where it is no longer this leader's to do.
    public func save(_ checkpoint: [UInt8], step: Int, of lease: Lease) async throws {
        try await database.transaction { connection in
            try await Self.require(lease, on: connection)
            try await connection.execute("DELETE FROM training_checkpoints WHERE job_id = \(lease.job.uuid)")
            for (piece, start) in stride(from: 0, to: checkpoint.count, by: Self.pieceBytes).enumerated() {
                let bytes = Array(checkpoint[start..<min(checkpoint.count, start + Self.pieceBytes)])
                try await connection.execute(
                    """
                    INSERT INTO training_checkpoints (job_id, step, piece, bytes)
                    VALUES (\(lease.job.uuid), \(step), \(piece), \(bytes))
                    """)
            }
            try await connection.execute("UPDATE jobs SET attempts = 0 WHERE job_id = \(lease.job.uuid)")
        }
    }

    /// The job's last checkpoint; nil before the first.
    public func checkpoint(of job: Identifier) async throws -> [UInt8]? {
        let rows = try await database.query(
            "SELECT bytes FROM training_checkpoints WHERE job_id = \(job.uuid) ORDER BY step, piece")
        return rows.isEmpty ? nil : try rows.flatMap { try $0.decode("bytes", as: [UInt8].self) }
    }

    /// Forgets the curve behind the checkpoint that training goes on from: it is drawn again.
    public func rewind(_ lease: Lease, to step: Int) async throws {
        try await database.transaction { connection in
            try await Self.require(lease, on: connection)
            try await connection.execute(
                "DELETE FROM job_progress WHERE job_id = \(lease.job.uuid) AND step > \(step)")
        }
    }

    /// Adds a point to the learning curve, and shows it in the job's row.
    public func note(_ point: JobProgress, of lease: Lease) async throws {
        let document = try JSON(encoding: point)
        try await database.transaction { connection in
            try await Self.require(lease, on: connection)
            try await connection.pipeline([
                """
                INSERT INTO job_progress (job_id, step, epoch, loss, validation_loss, learning_rate, gradient_norm,
                    examples_per_second, members)
                VALUES (\(lease.job.uuid), \(point.step), \(point.epoch), \(point.loss), \(point.validationLoss),
                    \(point.learningRate), \(point.gradientNorm), \(point.examplesPerSecond), \(point.members))
                ON CONFLICT DO NOTHING
                """, "UPDATE jobs SET progress = \(document) WHERE job_id = \(lease.job.uuid)",
            ])
        }
    }

    /// Holds the job's row until the transaction ends, so that no other leader comes in between.
    private static func require(_ lease: Lease, on connection: Connection) async throws {
        let rows = try await connection.query(
            """
            SELECT 1 FROM jobs WHERE job_id = \(lease.job.uuid) AND term = \(lease.term) AND state = 'running' FOR UPDATE
            """)
        if rows.isEmpty { throw LeadershipLost(lease: lease) }
    }
}
