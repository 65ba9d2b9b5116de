import Events
import Genomics
import Messaging
import Runs
import Storage

/// The marks of runs whose reads are mapped (`interim_marks`): which of them all the batches before are mapped of.
enum InterimMarks {
    /// Notes a mark that came with the reads.
    static func note(_ mark: ReadsMark, on connection: Connection) async throws {
        let document = try JSON(encoding: mark)
        try await connection.execute(
            """
            INSERT INTO interim_marks (run_id, number, batches, mark)
            VALUES (\(mark.run.uuid), \(mark.number), \(mark.read.batches), \(document)) ON CONFLICT DO NOTHING
            """)
    }

    /// The records of the last mark that a unit completes the batches of: one for each lane.
    ///
    /// The unit that passes a mark sends its records as often as it is delivered. Of marks that are passed at once the last counts.
    static func passed(
        _ run: Identifier, lanes: Int, by unit: String, traceparent: String?, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        try await connection.execute(
            """
            UPDATE interim_marks m SET passed_by = \(unit) FROM run_stages s
            WHERE m.run_id = \(run.uuid) AND m.passed_by IS NULL
                AND s.run_id = m.run_id AND s.stage = \(Stage.align) AND s.done >= m.batches
            """)
        let rows = try await connection.query(
            """
            SELECT mark FROM interim_marks WHERE run_id = \(run.uuid) AND passed_by = \(unit) AND record IS NULL
            ORDER BY number DESC LIMIT 1
            """)
        guard let mark = try rows.first?.decode("mark", as: JSON.self).decode(ReadsMark.self) else { return [] }
        return try mark.records(lanes: lanes, source: Stage.align, traceparent: traceparent)
    }
}
