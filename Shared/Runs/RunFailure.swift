import Events
import Foundation
import Messaging
import ServiceRuntime
import Storage

/// Giving a run up: its row, which is what counts, and its event in `runs`.
public enum RunFailure {
    /// The effects of a unit that shows that its run cannot go on.
    public static func effects(_ run: Identifier, reason: String, source: String) throws -> Effects {
        Effects(store: { connection in
            try await RunState.fail(run.uuid, reason: "\(source): \(reason)", on: connection)
            let rows = try await connection.query(
                "SELECT sample, failure FROM runs WHERE run_id = \(run.uuid) AND state = 'failed'")
            guard let row = rows.first else { return [] }
            let sample: String = try row.decode("sample")
            return [
                try EventCoding.record(
                    RunEvent(run: run, sample: sample, state: .failed, message: try row.decode("failure")),
                    topic: Topics.runs, key: run.description, id: "\(run)/failed", source: source, subject: sample)
            ]
        })
    }

    /// Gives up every open run: records were lost, and nobody can tell whose.
    ///
    /// Their rows say so; a broker that loses records is not asked to carry the news.
    public static func failOpenRuns(reason: String, in database: Database) async throws {
        try await database.transaction { connection in
            for row in try await connection.query("SELECT run_id FROM runs WHERE state IN ('opened', 'sealed')") {
                try await RunState.fail(row.decode("run_id", as: UUID.self), reason: reason, on: connection)
            }
        }
    }
}

extension RejectedRecord {
    /// Runs `body`; whatever it throws means that the record is unusable.
    public static func unless<Value>(_ body: () throws -> Value) throws(RejectedRecord) -> Value {
        do {
            return try body()
        } catch {
            throw RejectedRecord("\(error)")
        }
    }
}
