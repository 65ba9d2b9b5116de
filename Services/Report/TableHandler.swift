import Delivery
import Events
import Messaging
import Runs
import Storage

/// Accounts for units of tasks whose results are a table; the unit that closes its run writes it.
struct TableHandler: Sendable {
    private let runs: RunLookup

    init(services: StageServices) { runs = RunLookup(services.database) }

    /// What a unit leads to; its rows are `infer`'s.
    func effects(run: Identifier, unit: String, problem: String?, traceparent: String?) async throws -> Effects {
        guard let request = try await runs.request(of: run), let task = request.task else {
            // The closing unit is delivered again when its process died between database and broker.
            return Effects(store: {
                try await PublishedReport.again(run, closedBy: unit, traceparent: traceparent, on: $0)
            })
        }
        return Effects(store: { connection in
            let entry = try await Ledger.record(
                run: run.uuid, stage: Stage.report, unit: unit, fed: 1, problem: problem, on: connection)
            if entry.isNew, let problem {
                try await InputProblemRow.insert(
                    run, stage: Stage.report, unit: unit, message: problem, on: connection)
            }
            guard entry.closes else { return [] }
            if try await PublishedReport.exists(run, on: connection) {
                return try await PublishedReport.again(run, closedBy: unit, traceparent: traceparent, on: connection)
            }
            let maker = TableReportMaker(run: run, request: request, task: task, traceparent: traceparent)
            return try await PredictionsHandler.report(of: run, on: connection) {
                try await maker.make(on: connection)
            }
        })
    }
}
