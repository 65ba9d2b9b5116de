import Delivery
import Events
import Foundation
import Genomics
import Messaging
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

    /// Gives up every open run: all records of all runs were lost.
    public static func failOpenRuns(reason: String, in database: Database) async throws {
        try await database.transaction { connection in
            let open = try await connection.query(
                "SELECT run_id FROM runs WHERE state IN ('opened', 'sealed') ORDER BY run_id")
            for row in open {
                try await RunState.fail(
                    row.decode("run_id", as: UUID.self), reason: reason, untold: true, on: connection)
            }
        }
    }

    /// Notes for every open run that records were lost that may have been its own; ``RunWatch`` finds out whose they were, and
    /// gives up those runs and no others.
    public static func suspectOpenRuns(reason: String, in database: Database) async throws {
        try await database.execute(
            """
            UPDATE runs SET suspected_because = \(reason)
            WHERE state IN ('opened', 'sealed') AND suspected_because IS NULL
            """)
    }
}

extension RejectedRecord {
    /// Runs `body`; what it throws means that the record is unusable, unless it is a file that cannot be read or written, or
    /// memory that is short, which may pass.
    public static func unless<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as RejectedRecord {
            throw error
        } catch  where Passing.includes(error) {
            throw error
        } catch {
            throw RejectedRecord("\(error)")
        }
    }
}

/// Errors of the machine rather than of what is worked on.
public enum Passing {
    /// Whether another attempt may succeed with the same data.
    public static func includes(_ error: any Error) -> Bool {
        switch error {
        case let error as GenomicsError: error.code == .cannotRead || error.code == .cannotWrite
        case is CocoaError, is POSIXError: true
        case let error as MessagingError: error.code != .malformedHeaders && error.code != .recordTooLarge
        case let error as StorageError: !error.isFaultOfData
        default: false
        }
    }
}
