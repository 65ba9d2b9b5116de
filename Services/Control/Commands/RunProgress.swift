import Events
import Runs
import ServiceRuntime
import Storage

/// Shows on a terminal how far a run is, stage by stage; reads the ledger, which the services write in any case.
struct RunProgress: Sendable {
    let run: Identifier
    let database: Database

    private static let stages = [Stage.align, Stage.encode, Stage.infer, Stage.report]

    func show() async {
        var meter = ProgressMeter("reading", unit: "units")
        var shown = ""
        while !Task.isCancelled {
            if let stage = try? await current() {
                if stage.name != shown {
                    meter.finish()
                    meter = ProgressMeter(stage.name, total: stage.expected, unit: "units")
                    shown = stage.name
                }
                if let expected = stage.expected { meter.set(total: expected) }
                meter.set(stage.done)
            }
            try? await Task.sleep(for: .milliseconds(300))
        }
        meter.finish()
    }

    /// The first stage that is not through, or the last one.
    private func current() async throws -> (name: String, done: Int, expected: Int?)? {
        var found: [String: (done: Int, expected: Int?)] = [:]
        for row in try await database.query("SELECT stage, done, expected FROM run_stages WHERE run_id = \(run.uuid)") {
            found[try row.decode("stage")] = (try row.decode("done"), try row.decode("expected"))
        }
        var last: (name: String, done: Int, expected: Int?)?
        for name in Self.stages {
            guard let stage = found[name] else { continue }
            last = (name: name, done: stage.done, expected: stage.expected)
            guard let expected = stage.expected, stage.done >= expected else { break }
        }
        return last
    }
}
