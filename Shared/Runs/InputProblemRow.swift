import Events
import Storage

/// A row of `input_problems`: what the report of a run says is missing.
public enum InputProblemRow {
    /// Notes that a unit of a stage could not be used.
    public static func insert(
        _ run: Identifier, stage: String, unit: String, message: String, on connection: Connection
    ) async throws {
        let id = "\(stage)/\(unit)"
        try await connection.execute(
            """
            INSERT INTO input_problems (run_id, problem_id, stage, message)
            SELECT run_id, \(id), \(stage), \(message) FROM runs WHERE run_id = \(run.uuid)
            ON CONFLICT DO NOTHING
            """)
    }
}
