import Events
import Storage

/// The rows of `predictions`: what a model said of each example of a run.
enum PredictionRows {
    static func insert(_ batch: ScoreBatch, on connection: Connection) async throws {
        guard !batch.rows.isEmpty else { return }
        let rows = batch.rows
        let (run, task) = (batch.run.uuid, batch.task)
        let version = batch.model.map { "\($0.name)@\($0.version)" }
        // One flat array: PostgreSQL's arrays of arrays are rectangular, and an example with a problem has no scores.
        let scores = rows.flatMap(\.scores)
        var ends: [Int64] = []
        for row in rows { ends.append((ends.last ?? 0) + Int64(row.scores.count)) }
        let starts = zip(ends, rows).map { $0 - Int64($1.scores.count) + 1 }
        try await connection.execute(
            """
            INSERT INTO predictions (run_id, task, record, number, name, scores, problem, model_version)
            SELECT run_id, \(task), record, nullif(number, -1), nullif(name, ''), (\(scores)::real[])[first:last],
                nullif(problem, ''), \(version)
            FROM runs, unnest(\(rows.map(\.record))::text[], \(rows.map { Int64($0.number ?? -1) })::bigint[],
                \(rows.map { $0.name ?? "" })::text[], \(starts)::bigint[], \(ends)::bigint[],
                \(rows.map { $0.problem ?? "" })::text[]) AS c (record, number, name, first, last, problem)
            WHERE run_id = \(run)
            ON CONFLICT (run_id, task, record) DO UPDATE SET
                scores = excluded.scores, problem = excluded.problem, model_version = excluded.model_version
            """)
    }
}
