import Events
import Foundation
import Storage

/// The training jobs in PostgreSQL: who leads which, and what a leader leaves for the next.
///
/// Everything that a leader writes is refused once its term is over.
public struct JobTable: Sendable {
    /// A job that somebody leads.
    public struct Running: Sendable {
        /// The job and its term.
        public var lease: Lease
        /// What is asked for.
        public var request: TrainingRequest
    }

    /// The channel that tells of jobs that are new, complete or over; the payload is the job.
    public static let channel = "helicase_training"
    /// Leaders that a job may lose without a checkpoint in between.
    public static let attemptLimit = 5

    let database: Database

    /// Opens the jobs of a database.
    public init(_ database: Database) { self.database = database }

    // MARK: Who leads

    /// Makes this process the leader of the oldest job that has its data and no leader; nil where there is none.
    ///
    /// - Parameters:
    ///   - leader: This process; what it led before it was restarted is its own at once.
    ///   - duration: How long it leads without renewing.
    ///   - declined: Jobs that this process cannot do.
    public func claim(
        by leader: String, for duration: Duration, except declined: [Identifier]
    ) async throws -> (running: Running, attempts: Int)? {
        let rows = try await database.query(
            """
            UPDATE jobs SET state = 'running', leader = \(leader), term = term + 1, attempts = attempts + 1,
                leased_until = now() + make_interval(secs => \(duration / .seconds(1)))
            WHERE job_id = (
                SELECT job_id FROM trainable_jobs
                WHERE (leased_until IS NULL OR leased_until < now() OR leader = \(leader))
                    AND job_id <> ALL (\(declined.map(\.uuid)))
                ORDER BY created_at, job_id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING job_id, term, request, attempts
            """)
        guard let row = rows.first else { return nil }
        let lease = Lease(job: Identifier(try row.decode("job_id", as: UUID.self)), term: try row.decode("term"))
        do {
            return (try Self.running(row), try row.decode("attempts"))
        } catch let error as DecodingError {
            // Nobody who has this program could ever do it, and the jobs behind it wait.
            try await fail(lease, reason: "this version of the suite cannot read the request: \(error)")
            return nil
        }
    }

    /// Whether a job waits for a leader.
    public func isLeaderWanted(except declined: [Identifier]) async throws -> Bool {
        try await !database.query(
            """
            SELECT 1 FROM trainable_jobs
            WHERE (leased_until IS NULL OR leased_until < now()) AND job_id <> ALL (\(declined.map(\.uuid))) LIMIT 1
            """
        ).isEmpty
    }

    /// The jobs that another process leads, oldest first.
    public func led(byOthersThan process: String, except declined: [Identifier]) async throws -> [Running] {
        try await database.query(
            """
            SELECT job_id, term, request FROM jobs
            WHERE kind = 'train' AND state = 'running' AND leased_until > now() AND leader <> \(process)
                AND job_id <> ALL (\(declined.map(\.uuid)))
            ORDER BY created_at, job_id
            """
        ).map(Self.running)
    }

    /// Whether nobody has ended the job or taken it over, though the lease may have run out.
    public func isOpen(_ lease: Lease) async throws -> Bool {
        try await !database.query(
            "SELECT 1 FROM jobs WHERE job_id = \(lease.job.uuid) AND term = \(lease.term) AND state = 'running'"
        ).isEmpty
    }

    /// Whether this term of a job goes on.
    public func isCurrent(_ lease: Lease) async throws -> Bool {
        try await !database.query(
            """
            SELECT 1 FROM jobs WHERE job_id = \(lease.job.uuid) AND term = \(lease.term) AND state = 'running'
                AND leased_until > now()
            """
        ).isEmpty
    }

    /// Prolongs a lease; false where another process leads, or the job is over.
    public func renew(_ lease: Lease, for duration: Duration) async throws -> Bool {
        try await database.execute(
            """
            UPDATE jobs SET leased_until = now() + make_interval(secs => \(duration / .seconds(1)))
            WHERE job_id = \(lease.job.uuid) AND term = \(lease.term) AND state = 'running'
            """) == 1
    }

    /// Leaves the job to the next who asks; it is not the job's fault.
    public func release(_ lease: Lease) async throws {
        try await database.transaction { connection in
            try await connection.execute(
                """
                UPDATE jobs SET leader = NULL, leased_until = NULL, attempts = 0
                WHERE job_id = \(lease.job.uuid) AND term = \(lease.term) AND state = 'running'
                """)
            try await connection.notify(channel: Self.channel, payload: lease.job.description)
        }
    }

    private static func running(_ row: Row) throws -> Running {
        Running(
            lease: Lease(job: Identifier(try row.decode("job_id", as: UUID.self)), term: try row.decode("term")),
            request: try row.decode("request", as: JSON.self).decode(TrainingRequest.self))
    }

    // MARK: How it ends

    /// Ends a job with an outcome that is yet to be announced.
    public func finish(_ lease: Lease, outcome: JSON) async throws { try await end(lease, state: "done", outcome) }

    /// Ends a job with a reason that is yet to be announced.
    public func fail(_ lease: Lease, reason: String) async throws {
        try await end(lease, state: "failed", JSON(encoding: ["message": reason]))
    }

    private func end(_ lease: Lease, state: String, _ outcome: JSON) async throws {
        try await database.transaction { connection in
            try await connection.execute(
                """
                UPDATE jobs SET state = \(state), outcome = \(outcome), finished_at = now(), leased_until = NULL
                WHERE job_id = \(lease.job.uuid) AND term = \(lease.term) AND state = 'running'
                """)
            try await Self.clear(lease.job, on: connection)
        }
    }

    /// Ends a job, whoever leads it, as part of a record's effects; false where it is over already.
    public static func end(
        _ job: Identifier, state: JobEvent.State, reason: String, on connection: Connection
    ) async throws -> Bool {
        let outcome = try JSON(encoding: ["message": reason])
        let ended = try await connection.execute(
            """
            UPDATE jobs SET state = \(state.rawValue), outcome = \(outcome), finished_at = now(), leased_until = NULL,
                announced = true
            WHERE job_id = \(job.uuid) AND state IN ('queued', 'running')
            """)
        if ended == 1 { try await clear(job, on: connection) }
        return ended == 1
    }

    private static func clear(_ job: Identifier, on connection: Connection) async throws {
        try await connection.execute("DELETE FROM training_checkpoints WHERE job_id = \(job.uuid)")
        try await connection.notify(channel: channel, payload: job.description)
    }
}
