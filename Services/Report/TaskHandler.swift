import Commands
import Delivery
import Events
import Messaging
import Reporting
import Runs
import Storage
import TaskCatalog

/// Accounts for units of tasks that read no reads; the unit that closes its run writes what it leaves.
struct TaskHandler: Sendable {
    private let database: Database
    private let runs: RunLookup
    private let roots: DataRoots
    private let catalog: TaskCatalog

    init(services: StageServices, catalog: TaskCatalog) {
        database = services.database
        runs = RunLookup(database)
        roots = services.dataRoots
        self.catalog = catalog
    }

    /// What a unit leads to; its rows are `infer`'s.
    func effects(run: Identifier, unit: String, problem: String?, traceparent: String?) async throws -> Effects {
        guard let request = try await runs.request(of: run), let task = request.task else {
            // The closing unit is delivered again when its process died between database and broker.
            return Effects(store: {
                try await PublishedReport.again(run, closedBy: unit, traceparent: traceparent, on: $0)
            })
        }
        return Closing(run: run, unit: unit, traceparent: traceparent, database: database).effects(problem: problem) {
            try await TaskReportMaker(
                run: run, request: request, task: task, roots: roots, catalog: catalog, traceparent: traceparent
            ).make(on: $0)
        }
    }
}
