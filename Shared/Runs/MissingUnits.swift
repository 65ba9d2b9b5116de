import Events
import Storage

/// Which units of a run's stage are expected and not done, by the ledger of the stage before.
public enum MissingUnits {
    /// The names of the first few; empty where nobody can name them.
    public static func first(
        _ count: Int, of stage: String, _ status: RunStatus, in database: Database
    ) async throws -> [String] {
        let run = status.run.uuid
        let statement: Statement
        switch stage {
        case Stage.align:
            // Before the reading ends, what was sent is what can be missing.
            let expected = status.stage(stage)?.expected ?? status.batchesSent
            statement = """
                SELECT n::text AS unit FROM generate_series(0, \(expected) - 1) AS n WHERE NOT EXISTS (
                    SELECT 1 FROM ledger WHERE run_id = \(run) AND stage = \(stage) AND unit = n::text)
                ORDER BY n LIMIT \(count)
                """
        case Stage.encode:
            // Of a run of reads the units are lanes, of another they are batches.
            let (expected, lane) = (status.stage(stage)?.expected ?? 0, Lane.unit(0).dropLast())
            statement = """
                SELECT name AS unit FROM generate_series(0, \(expected) - 1) AS n, LATERAL (
                    SELECT CASE WHEN request ? 'task' THEN '' ELSE \(String(lane)) END || n AS name
                    FROM runs WHERE run_id = \(run)) AS named
                WHERE NOT EXISTS (
                    SELECT 1 FROM ledger WHERE run_id = \(run) AND stage = \(stage) AND unit = name)
                ORDER BY n LIMIT \(count)
                """
        case Stage.infer:
            statement = """
                SELECT e.unit || '/' || n AS unit FROM ledger e, generate_series(0, e.fed - 1) AS n
                WHERE e.run_id = \(run) AND e.stage = \(Stage.encode) AND NOT EXISTS (
                    SELECT 1 FROM ledger l WHERE l.run_id = e.run_id AND l.stage = \(stage)
                        AND l.unit = e.unit || '/' || n)
                ORDER BY e.unit, n LIMIT \(count)
                """
        case Stage.report:
            statement = """
                SELECT unit FROM ledger i WHERE run_id = \(run) AND stage = \(Stage.infer) AND NOT EXISTS (
                    SELECT 1 FROM ledger l WHERE l.run_id = i.run_id AND l.stage = \(stage) AND l.unit = i.unit)
                ORDER BY unit LIMIT \(count)
                """
        default: return []
        }
        return try await database.query(statement).map { try $0.decode("unit") }
    }

    /// What a run waits for, in a sentence.
    public static func sentence(_ status: RunStatus, in database: Database) async throws -> String {
        let name = status.waitsFor
        if name == Stage.ingest {
            return status.batchesSent == 0
                ? "ingest: nothing of the input was sent yet"
                : "ingest: the reading stands still behind batch \(status.batchesSent)"
        }
        guard let stage = status.stage(name) else { return "\(name): no unit was done" }
        let units = try await first(3, of: name, status, in: database)
        guard let expected = stage.expected else {
            return "\(name): \(stage.done) units are done, and the end of its input never came"
        }
        let missing = max(0, expected - stage.done)
        if missing == 0, name == Stage.report { return "report: all units are done, and the report is being made" }
        let names =
            units.isEmpty
            ? "" : ", \(units.count < missing ? "the first of them " : "")\(units.joined(separator: ", "))"
        return "\(name): \(missing) of \(expected) units \(missing == 1 ? "is" : "are") missing\(names)"
    }
}
