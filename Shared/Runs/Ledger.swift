import Foundation
import Storage

/// The account of a run's units of work in PostgreSQL (`ledger`, `run_stages`): how a run knows that it is complete.
///
/// A unit is recorded in the transaction of its effects. A stage closes in the transaction that records its last expected
/// unit; that unit, and it alone, sends what follows from the closing, as often as it is delivered.
public enum Ledger {
    /// What recording a unit came to.
    public struct Entry: Sendable {
        /// The unit was not recorded before.
        public var isNew: Bool
        /// The stage closes with this unit.
        public var closes: Bool
    }

    /// Records a finished unit and how many units it feeds to the next stage; a recorded unit changes nothing.
    ///
    /// The stage's row is locked until the transaction ends, so units of one stage are accounted for one after another.
    public static func record(
        run: UUID, stage: String, unit: String, fed: Int, problem: String? = nil, on connection: Connection
    ) async throws -> Entry {
        let isNew =
            try await connection.execute(
                """
                INSERT INTO ledger (run_id, stage, unit, fed, problem)
                VALUES (\(run), \(stage), \(unit), \(fed), \(problem)) ON CONFLICT DO NOTHING
                """) == 1
        if isNew {
            try await connection.execute(
                """
                INSERT INTO run_stages AS s (run_id, stage, done, fed) VALUES (\(run), \(stage), 1, \(fed))
                ON CONFLICT (run_id, stage) DO UPDATE SET
                    done = s.done + 1, fed = s.fed + excluded.fed,
                    closing_unit = CASE WHEN s.closing_unit IS NULL AND s.done + 1 >= s.expected
                        THEN \(unit) ELSE s.closing_unit END
                """)
        }
        return Entry(
            isNew: isNew, closes: try await closes(run: run, stage: stage, unit: unit, on: connection))
    }

    /// Sets how many units a stage of a run has; `unit` is the one that knows, and closes the stage if all are done already.
    public static func expect(
        run: UUID, stage: String, units: Int, unit: String, on connection: Connection
    ) async throws -> Bool {
        try await connection.execute(
            """
            INSERT INTO run_stages AS s (run_id, stage, expected, closing_unit)
            VALUES (\(run), \(stage), \(units), CASE WHEN \(units) = 0 THEN \(unit) END)
            ON CONFLICT (run_id, stage) DO UPDATE SET
                expected = excluded.expected,
                closing_unit = CASE WHEN s.closing_unit IS NULL AND s.done >= excluded.expected
                    THEN \(unit) ELSE s.closing_unit END
            """)
        return try await closes(run: run, stage: stage, unit: unit, on: connection)
    }

    /// How many units a stage has fed to the next one.
    public static func fed(run: UUID, stage: String, on connection: Connection) async throws -> Int {
        let rows = try await connection.query(
            "SELECT fed FROM run_stages WHERE run_id = \(run) AND stage = \(stage)")
        return try rows.first?.decode("fed", as: Int.self) ?? 0
    }

    private static func closes(
        run: UUID, stage: String, unit: String, on connection: Connection
    ) async throws -> Bool {
        let rows = try await connection.query(
            """
            SELECT closing_unit = \(unit) AS closes FROM run_stages
            WHERE run_id = \(run) AND stage = \(stage) AND closing_unit IS NOT NULL
            """)
        return try rows.first?.decode("closes", as: Bool.self) ?? false
    }
}
