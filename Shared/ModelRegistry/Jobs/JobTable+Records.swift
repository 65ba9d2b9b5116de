import Events
import Foundation
import Storage

/// What becomes of the records that ask for jobs and tell of them.
extension JobTable {
    /// Adds a job, as part of a record's effects; one that is there stays as it is.
    public static func insert(_ job: Identifier, _ request: JSON, on connection: Connection) async throws {
        try await connection.execute(
            """
            INSERT INTO jobs (job_id, kind, state, request) VALUES (\(job.uuid), 'train', 'queued', \(request))
            ON CONFLICT DO NOTHING
            """)
        try await connection.notify(channel: channel, payload: job.description)
    }

    /// Whether a job was ended in this state for this reason, and that was announced.
    public static func isAnnounced(
        _ job: Identifier, state: JobEvent.State, reason: String, on connection: Connection
    ) async throws -> Bool {
        try await !connection.query(
            """
            SELECT 1 FROM jobs WHERE job_id = \(job.uuid) AND state = \(state.rawValue) AND announced
                AND outcome->>'message' = \(reason)
            """
        ).isEmpty
    }

    /// Whether a job is over.
    public func isOver(_ job: Identifier) async throws -> Bool {
        try await !database.query(
            """
            SELECT 1 FROM jobs
            WHERE job_id = \(job.uuid) AND kind = 'train' AND state IN ('done', 'failed', 'cancelled')
            """
        ).isEmpty
    }

    /// A job that has ended and of which the topics do not know yet.
    public struct Ended: Sendable {
        /// The job.
        public var job: Identifier
        /// Done or failed.
        public var state: JobEvent.State
        /// The version, or why there is none.
        public var outcome: JSON?
    }

    /// What a process ended and did not announce, and what any other did more than 15 seconds ago.
    public func unannounced(by process: String) async throws -> [Ended] {
        try await database.query(
            """
            SELECT job_id, state, outcome FROM jobs
            WHERE kind = 'train' AND NOT announced AND state IN ('done', 'failed')
                AND (leader = \(process) OR finished_at < now() - interval '15 seconds')
            """
        ).map { row in
            Ended(
                job: Identifier(try row.decode("job_id", as: UUID.self)),
                state: try row.decode("state", as: String.self) == "done" ? .done : .failed,
                outcome: try row.decode("outcome", as: JSON?.self))
        }
    }

    /// Notes that the topics know how a job ended.
    public func noteAnnounced(_ job: Identifier) async throws {
        try await database.execute("UPDATE jobs SET announced = true WHERE job_id = \(job.uuid)")
    }

    /// Those of some data sets that only jobs use which are over.
    public func unneeded(of datasets: [Identifier]) async throws -> [Identifier] {
        try await database.query(
            """
            SELECT DISTINCT request->>'dataset' AS dataset FROM jobs
            WHERE request->>'dataset' = ANY (\(datasets.map(\.description))) AND state IN ('done', 'failed', 'cancelled')
                AND NOT EXISTS (SELECT 1 FROM jobs other WHERE other.request->>'dataset' = jobs.request->>'dataset'
                    AND other.state IN ('queued', 'running'))
            """
        ).compactMap { Identifier(try $0.decode("dataset", as: String.self)) }
    }
}
