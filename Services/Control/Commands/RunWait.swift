import Events
import Foundation
import Runs
import Storage

/// Waits for the end of a run: by the database's notifications, by asking now and then, and by the process that feeds it.
struct RunWait: Sendable {
    let run: Identifier
    let database: Database

    /// Returns when the run is completed or failed; `send` starts it meanwhile.
    ///
    /// Throws when the run cannot be sent, or when the process that reads standard input failed.
    func end(
        _ notifications: AsyncThrowingStream<Storage.Notification, any Error>,
        send: @escaping @Sendable () async throws -> Subprocess?
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await notification in notifications
                where notification.payload == run.description || notification.mayHaveMissed {
                    if try await isOver() { return }
                }
            }
            group.addTask {
                while try await !isOver() { try await Task.sleep(for: .seconds(2)) }
            }
            group.addTask {
                let process = try await send()
                let status = await process?.exitStatus() ?? 0
                if status == 0 { try await Task.sleep(for: .seconds(1 << 30)) }
                guard try await !isOver(), !Task.isCancelled else { return }
                // It could not say so itself: the run ends with a word about it.
                let reason =
                    "reading the stream failed: ingest ended with status \(status). \(process?.lastWords ?? "")"
                let run = run.uuid
                try await database.transaction { try await RunState.fail(run, reason: reason, on: $0) }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Whether the run is completed or failed; a database that is away for a moment is asked again later.
    func isOver() async throws -> Bool {
        do {
            let rows = try await database.query("SELECT state FROM runs WHERE run_id = \(run.uuid)")
            // A row that is gone, with a database that lost it or by `runs purge`, will not end.
            guard let row = rows.first else { return true }
            let state = try row.decode("state", as: String.self)
            return state == "completed" || state == "failed"
        } catch let error as StorageError where error.isRetriable {
            return false
        }
    }
}
