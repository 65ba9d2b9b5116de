import Delivery
import Events
import Foundation
import Messaging
import Storage

/// Takes back that a unit could not be used, so that it is done again and counts once.
///
/// That is possible while its run and its stage are open. What followed from the rejection may not have gone so far that it
/// cannot be taken back: a run that is over, a stage that has closed, or a shard that went on without the batch, stays as it is.
enum UnitReplay {
    /// Returns why the record cannot be replayed; nil where it can, and its unit is open again.
    static func prepare(_ letter: DeadLetterEntry, on connection: Connection) async throws -> String? {
        if letter.record.header(DeadLetter.omittedHeader) != nil {
            return "it was too large to be kept; read it from \(letter.origin)"
        }
        guard let run = letter.run?.uuid, let source = letter.source else { return nil }
        // Locked, so that the run does not end meanwhile.
        let rows = try await connection.query("SELECT state FROM runs WHERE run_id = \(run) FOR UPDATE")
        guard let row = rows.first else { return source.topic == Topics.jobs ? nil : "its run is not in the database" }
        let state: String = try row.decode("state")
        guard state == "opened" || state == "sealed" else {
            return "its run is \(state); run the sample again"
        }
        guard let unit = letter.record.header("ce_\(EventExtension.unit)") else { return nil }
        switch source.topic {
        case Topics.reads: return try await reopen(Stage.align, unit, run: run, on: connection)
        case Topics.items: return try await reopen(Stage.encode, unit, run: run, on: connection)
        case Topics.predictions: return try await reopen(Stage.report, unit, run: run, on: connection)
        case Topics.alignments: return "its lane goes on without it; run the sample again"
        case Topics.examples:
            // An empty record of predictions took its place: it must have been counted before it can be taken back.
            guard try await entry(Stage.report, unit, run: run, on: connection) != nil else {
                return "report has not yet taken what took its place; try again in a moment"
            }
            if let refusal = try await reopen(Stage.infer, unit, run: run, on: connection) { return refusal }
            return try await reopen(Stage.report, unit, run: run, mayBeSound: true, on: connection)
        default: return nil
        }
    }

    private static func reopen(
        _ stage: String, _ unit: String, run: UUID, mayBeSound: Bool = false, on connection: Connection
    ) async throws -> String? {
        let stages = try await connection.query(
            "SELECT closing_unit FROM run_stages WHERE run_id = \(run) AND stage = \(stage) FOR UPDATE")
        if try stages.first?.decode("closing_unit", as: String?.self) != nil {
            return "the stage \(stage) of its run has closed without it; run the sample again"
        }
        guard let entry = try await entry(stage, unit, run: run, on: connection) else { return nil }
        guard entry.isRejected || mayBeSound else { return "its unit \(unit) of \(stage) was done by another record" }
        try await connection.execute(
            "DELETE FROM ledger WHERE run_id = \(run) AND stage = \(stage) AND unit = \(unit)")
        try await connection.execute(
            """
            UPDATE run_stages SET done = done - 1, fed = fed - \(entry.fed), progressed_at = now()
            WHERE run_id = \(run) AND stage = \(stage)
            """)
        let problem = "\(stage)/\(unit)"
        try await connection.execute(
            "DELETE FROM input_problems WHERE run_id = \(run) AND problem_id = \(problem)")
        return nil
    }

    private static func entry(
        _ stage: String, _ unit: String, run: UUID, on connection: Connection
    ) async throws -> (fed: Int, isRejected: Bool)? {
        let rows = try await connection.query(
            """
            SELECT fed, problem IS NOT NULL AS rejected FROM ledger
            WHERE run_id = \(run) AND stage = \(stage) AND unit = \(unit)
            """)
        return try rows.first.map { (try $0.decode("fed"), try $0.decode("rejected")) }
    }
}
