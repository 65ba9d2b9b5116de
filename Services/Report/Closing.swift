import Delivery
import Events
import Genomics
import Messaging
import ModelRegistry
import NeuralNetwork
import Reporting
import Runs
import Storage
import Synchronization
import Tasks
import VariantCalling

/// The closing of a run: its report is made once, in a transaction of its own, by whoever was given the unit that closes it.
struct Closing: Sendable {
    let run: Identifier
    let unit: String
    let traceparent: String?
    let database: Database

    /// What a unit leads to: its entry in the ledger with its `rows`, the first time, and the report where it closes its run.
    func effects(
        problem: String?, rows: @escaping @Sendable (Connection) async throws -> Void = { _ in },
        _ make: @escaping @Sendable (Connection) async throws -> [OutgoingRecord]
    ) -> Effects {
        let isDue = Mutex(false)
        return Effects(
            count: { connection in
                let entry = try await Ledger.record(
                    run: run.uuid, stage: Stage.report, unit: unit, fed: 1, problem: problem, on: connection)
                if entry.isNew {
                    if let problem {
                        try await InputProblemRow.insert(
                            run, stage: Stage.report, unit: unit, message: problem, on: connection)
                    }
                    try await rows(connection)
                }
                isDue.withLock { $0 = entry.closes }
                return []
            },
            finish: { isDue.withLock { $0 } ? try await report(make) : [] })
    }

    /// Makes the report, or finds the one that is made, and returns its records; none where the run is over otherwise.
    ///
    /// What is wrong with the run itself ends it with the reason, and what may pass is waited for.
    private func report(
        _ make: @escaping @Sendable (Connection) async throws -> [OutgoingRecord]
    ) async throws -> [OutgoingRecord] {
        do {
            return try await database.transaction { connection in
                // Where the unit is in two hands, one waits here for the other.
                _ = try await connection.query(
                    """
                    SELECT 1 AS one FROM run_stages WHERE run_id = \(run.uuid) AND stage = \(Stage.report) FOR UPDATE
                    """)
                if try await PublishedReport.exists(run, on: connection) {
                    return try await PublishedReport.again(
                        run, closedBy: unit, traceparent: traceparent, on: connection)
                }
                let rows = try await connection.query("SELECT state FROM runs WHERE run_id = \(run.uuid)")
                switch try rows.first?.decode("state", as: String.self) {
                case "sealed": return try await make(connection)
                case "opened":
                    throw AbandonedUnit(
                        "all units are done of a run whose reading never ended: its end is lost; run the sample again")
                default: return []
                }
            }
        } catch is RunIsOver {
            return []
        } catch  where Self.isOwn(error) {
            throw AbandonedUnit("the report cannot be made: \(error)")
        }
    }

    /// Whether an error would come again whenever the report is made.
    private static func isOwn(_ error: any Error) -> Bool {
        switch error {
        case is EncodingError, is DecodingError: true
        case let error as StorageError: error.isFaultOfData
        case is TaskError, is NeuralNetworkError, is RegistryError, is RequestRefused, is ExampleError: true
        case is GenomicsError: !Passing.includes(error)
        default: false
        }
    }
}

/// The run was given up while its report was made.
struct RunIsOver: Error {}
