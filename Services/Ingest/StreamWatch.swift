import Foundation
import Observability
import Runs
import Storage

/// Gives up runs whose stream nobody reads any more: the process that did was killed, and the command that started it too.
///
/// Who reads a stream says so now and then, also while nothing comes (`runs.fed_at`). One that was not heard of for the
/// whole timeout, by the clock of this process and with the database at hand, is gone.
struct StreamWatch: Sendable {
    let database: Database
    let logger: Logger
    let timeout: Duration

    private struct Heard {
        var at: Date
        var since: ContinuousClock.Instant
    }

    /// How often the reader of a stream is to be heard of.
    static func interval(_ timeout: Duration) -> Duration { timeout / 6 }

    /// Says that a stream is read, until the task is cancelled.
    static func beat(for run: UUID, in database: Database, timeout: Duration) async {
        while !Task.isCancelled {
            _ = try? await database.execute("UPDATE runs SET fed_at = now() WHERE run_id = \(run) AND state = 'opened'")
            try? await Task.sleep(for: interval(timeout))
        }
    }

    /// Watches until the task is cancelled.
    func run() async {
        var heard: [UUID: Heard] = [:]
        while !Task.isCancelled {
            do {
                heard = try await look(heard)
            } catch {
                // What was not seen for lack of a database is not gone.
                heard = [:]
            }
            try? await Task.sleep(for: Self.interval(timeout))
        }
    }

    private func look(_ known: [UUID: Heard]) async throws -> [UUID: Heard] {
        var heard: [UUID: Heard] = [:]
        for row in try await database.query(
            "SELECT run_id, fed_at FROM runs WHERE state = 'opened' AND fed_at IS NOT NULL")
        {
            let (run, at): (UUID, Date) = try (row.decode("run_id"), row.decode("fed_at"))
            if let before = known[run], before.at == at {
                heard[run] = before
                if ContinuousClock.now - before.since > timeout { try await giveUp(run) }
            } else {
                heard[run] = Heard(at: at, since: .now)
            }
        }
        return heard
    }

    private func giveUp(_ run: UUID) async throws {
        logger.error("ingest.stream.gone", ["run": .string(run.uuidString.lowercased())])
        _ = try await database.transaction { connection in
            try await RunState.fail(
                run, reason: "the `helicase run` that read its stream is gone; run the sample again", on: connection)
        }
    }
}
