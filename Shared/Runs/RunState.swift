import Events
import Foundation
import Storage

/// The state of a run in PostgreSQL (`runs`), and the channel on which its end is announced.
public enum RunState {
    /// The channel of NOTIFY; the payload is the run's id.
    public static let channel = "helicase_runs"

    /// Notes that a run is asked for; one that is known stays as it is.
    public static func open(_ run: UUID, _ request: IngestRequest, in database: Database) async throws {
        try await database.withConnection { try await open(run, request, on: $0) }
    }

    /// Notes that a run is asked for, in a transaction of the caller's.
    public static func open(_ run: UUID, _ request: IngestRequest, on connection: Connection) async throws {
        let document = try JSON(encoding: request)
        try await connection.execute(
            """
            INSERT INTO runs (run_id, sample, state, request, lanes)
            VALUES (\(run), \(request.sample), 'opened', \(document), \(Lane.standardCount)::integer)
            ON CONFLICT DO NOTHING
            """)
    }

    /// Gives a run up, unless it is over already.
    ///
    /// Returns whether it was this call that did. With `untold`, ``RunWatch`` tells the topic `runs`; else the caller does.
    @discardableResult
    public static func fail(
        _ run: UUID, reason: String, untold: Bool = false, on connection: Connection
    ) async throws -> Bool {
        let changed =
            try await connection.execute(
                """
                UPDATE runs SET state = 'failed', failure = \(reason), completed_at = now(), stalled_at = NULL,
                    stalled_because = NULL, untold = \(untold)
                WHERE run_id = \(run) AND state IN ('opened', 'sealed')
                """) == 1
        if changed { try await connection.notify(channel: channel, payload: run.uuidString.lowercased()) }
        return changed
    }

    /// Marks a run completed, unless it is over already.
    ///
    /// Returns whether it was this call that did: a run that was given up meanwhile gets no report.
    @discardableResult
    public static func complete(_ run: UUID, on connection: Connection) async throws -> Bool {
        let changed =
            try await connection.execute(
                """
                UPDATE runs SET state = 'completed', completed_at = clock_timestamp(), stalled_at = NULL, stalled_because = NULL,
                    untold = false
                WHERE run_id = \(run) AND state = 'sealed'
                """) == 1
        if changed { try await connection.notify(channel: channel, payload: run.uuidString.lowercased()) }
        return changed
    }
}
