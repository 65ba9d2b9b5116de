import Events
import Foundation
import Runs
import ServiceRuntime
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
                let status = try await send()?.exitStatus() ?? 0
                if status == 0 { try await Task.sleep(for: .seconds(1 << 30)) }
                if try await !isOver() {
                    throw ControlError("reading standard input failed: ingest ended with status \(status)")
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// A database that is away for a moment is asked again later.
    private func isOver() async throws -> Bool {
        do {
            let rows = try await database.query("SELECT state FROM runs WHERE run_id = \(run.uuid)")
            let state = try rows.first?.decode("state", as: String.self)
            return state == "completed" || state == "failed"
        } catch let error as StorageError where error.isRetriable {
            return false
        }
    }
}

/// A child process whose end can be awaited.
final class Subprocess: Sendable {
    private let ends: AsyncStream<Int32>

    /// Starts a process with this process's standard input; `cleanUp` runs when it has ended.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String],
        cleanUp: @escaping @Sendable () -> Void
    ) throws {
        let (ends, ended) = AsyncStream.makeStream(of: Int32.self)
        self.ends = ends
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.standardInput
        process.terminationHandler = { process in
            cleanUp()
            ended.yield(process.terminationStatus)
            ended.finish()
        }
        try Files.act(executable, .start) { try process.run() }
    }

    /// Waits for the end; called once.
    func exitStatus() async -> Int32 {
        for await status in ends { return status }
        return -1
    }
}
