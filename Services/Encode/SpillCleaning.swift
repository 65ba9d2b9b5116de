import Delivery
import Events
import Runs
import Storage

/// Drops what is spilled of runs that are over, as soon as PostgreSQL says that they are: nothing more may come of a run that
/// was cancelled.
struct SpillCleaning: Sendable {
    let handler: AlignmentsHandler
    let database: Database

    /// Cleans until the task is cancelled.
    func run() async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                try await database.listen(on: RunState.channel) { notifications in
                    try await clean()
                    for try await _ in notifications { try await clean() }
                }
            } catch is CancellationError {
                return
            } catch {
                // The database is away; what was missed meanwhile is found out by the next look.
            }
            try? await Task.sleep(for: backoff.next())
        }
    }

    /// The folder is listed first: a run that is opened meanwhile is not in the list.
    private func clean() async throws {
        let spilled = handler.folder.runs
        guard !spilled.isEmpty else { return }
        let open = try await OpenRuns.all(in: database)
        for run in spilled where !open.contains(run) { handler.drop(run) }
    }
}
