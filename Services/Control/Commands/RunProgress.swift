import Events
import Runs
import ServiceRuntime
import Storage

/// Shows on a terminal how far a run is; reads the ledger, which the services write in any case.
struct RunProgress: Sendable {
    let run: Identifier
    let database: Database

    func show() async {
        let meter = ProgressMeter("reading", unit: "batches")
        while !Task.isCancelled {
            if let stage = try? await stage() { meter.set(stage) }
            try? await Task.sleep(for: .milliseconds(500))
        }
        meter.finish()
    }

    /// Units done over all stages.
    private func stage() async throws -> Int {
        let rows = try await database.query(
            "SELECT coalesce(sum(done), 0)::bigint AS n FROM run_stages WHERE run_id = \(run.uuid)")
        return try rows.first?.decode("n") ?? 0
    }
}
