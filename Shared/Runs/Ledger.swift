import Delivery
import Foundation
import Hashing
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
        /// The unit was recorded before as one that could not be used: nobody waits for its outputs.
        public var wasRejected = false
    }

    /// Records a finished unit and how many units it feeds to the next stage; a recorded unit changes nothing.
    ///
    /// The stage's row is locked until the transaction ends, so units of one stage are accounted for one after another.
    /// Throws `AbandonedUnit` where the unit feeds others than those that were counted the first time, by the names in
    /// `outputs`, or could be used then and cannot now: what was counted will never come.
    ///
    /// `fed` is how many units of the next stage it leads to, and `lanes` are the lanes of the run that it sent a batch to, for
    /// ``batches(run:stage:lanes:on:)``. What a part (`isPart`) of a unit that is still to come feeds counts, and the part itself does not.
    public static func record(
        run: UUID, stage: String, unit: String, fed: Int, outputs: [String]? = nil, lanes: [Int] = [],
        problem: String? = nil, isPart: Bool = false, on connection: Connection
    ) async throws -> Entry {
        let own = isPart ? 0 : 1
        let word = lanes.reduce(into: 0 as Int64) { $0 |= 1 << Int64($1) }
        let digest = outputs.map(digest)
        let isNew =
            try await connection.execute(
                """
                INSERT INTO ledger (run_id, stage, unit, fed, fed_digest, problem, lanes, is_part)
                VALUES (\(run), \(stage), \(unit), \(fed), \(digest), \(problem), \(word), \(isPart)) ON CONFLICT DO NOTHING
                """) == 1
        var wasRejected = false
        if isNew {
            try await connection.execute(
                """
                INSERT INTO run_stages AS s (run_id, stage, done, fed) VALUES (\(run), \(stage), \(own), \(fed))
                ON CONFLICT (run_id, stage) DO UPDATE SET
                    done = s.done + excluded.done, fed = s.fed + excluded.fed, progressed_at = now(),
                    closing_unit = CASE WHEN s.closing_unit IS NULL AND s.done + excluded.done >= s.expected
                        THEN \(unit) ELSE s.closing_unit END,
                    closed_at = CASE WHEN s.closing_unit IS NULL AND s.done + excluded.done >= s.expected
                        THEN now() ELSE s.closed_at END
                """)
        } else {
            wasRejected = try await compare(
                run: run, stage: stage, unit: unit, digest: digest, problem: problem, on: connection)
        }
        return Entry(
            isNew: isNew, closes: try await closes(run: run, stage: stage, unit: unit, on: connection),
            wasRejected: wasRejected)
    }

    /// Holds a unit that comes again against what is recorded of it; returns whether it was rejected then.
    private static func compare(
        run: UUID, stage: String, unit: String, digest: String?, problem: String?, on connection: Connection
    ) async throws -> Bool {
        let rows = try await connection.query(
            """
            SELECT fed, fed_digest, problem FROM ledger
            WHERE run_id = \(run) AND stage = \(stage) AND unit = \(unit)
            """)
        guard let row = rows.first else { return false }
        if try row.decode("problem", as: String?.self) != nil { return true }
        if let problem {
            throw AbandonedUnit(
                "unit \(unit) of \(stage) was done before and cannot be used now, so what it feeds may never come: "
                    + "\(problem); run the sample again")
        }
        if let digest, let known = try row.decode("fed_digest", as: String?.self), known != digest {
            let fed: Int = try row.decode("fed")
            throw AbandonedUnit(
                "unit \(unit) of \(stage) was done before by another version of the program, and fed \(fed) other units; "
                    + "run the sample again")
        }
        return false
    }

    /// A digest of the names of what a unit feeds, in their order.
    private static func digest(_ names: [String]) -> String {
        var digest = SHA256Digest()
        for name in names { digest.update(Array("\(name)\n".utf8)) }
        return String(digest.hexadecimal.prefix(32))
    }

    /// Sets how many units a stage of a run has; `unit` is the one that knows, and closes the stage if all are done already.
    public static func expect(
        run: UUID, stage: String, units: Int, unit: String, on connection: Connection
    ) async throws -> Bool {
        try await connection.execute(
            """
            INSERT INTO run_stages AS s (run_id, stage, expected, closing_unit, closed_at)
            VALUES (\(run), \(stage), \(units), CASE WHEN \(units) = 0 THEN \(unit) END,
                CASE WHEN \(units) = 0 THEN now() END)
            ON CONFLICT (run_id, stage) DO UPDATE SET
                expected = excluded.expected, progressed_at = now(),
                closing_unit = CASE WHEN s.closing_unit IS NULL AND s.done >= excluded.expected
                    THEN \(unit) ELSE s.closing_unit END,
                closed_at = CASE WHEN s.closing_unit IS NULL AND s.done >= excluded.expected
                    THEN now() ELSE s.closed_at END
            """)
        return try await closes(run: run, stage: stage, unit: unit, on: connection)
    }

    /// How many units a stage has fed to the next one.
    public static func fed(run: UUID, stage: String, on connection: Connection) async throws -> Int {
        let rows = try await connection.query(
            "SELECT fed FROM run_stages WHERE run_id = \(run) AND stage = \(stage)")
        return try rows.first?.decode("fed", as: Int.self) ?? 0
    }

    /// How many batches a stage sent to each lane of a run: what the seals of its lanes say.
    ///
    /// Counted from the ledger's rows when the stage closes, so that no unit has a row to wait for.
    public static func batches(run: UUID, stage: String, lanes: Int, on connection: Connection) async throws -> [Int] {
        var batches = [Int](repeating: 0, count: lanes)
        let rows = try await connection.query(
            """
            SELECT n::bigint AS lane, count(*) AS batches
            FROM generate_series(0, \(lanes) - 1) AS n, ledger l
            WHERE l.run_id = \(run) AND l.stage = \(stage) AND (l.lanes >> n::integer) & 1 = 1 GROUP BY n
            """)
        for row in rows { batches[try row.decode("lane", as: Int.self)] = try row.decode("batches") }
        return batches
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
