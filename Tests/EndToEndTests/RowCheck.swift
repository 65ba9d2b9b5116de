import Events
import Messaging
import Storage
import TestSupport
import Testing

/// What must be true of a finished run's rows and records, whatever happened on the way.
struct RowCheck {
    let stack: Stack
    let run: Identifier

    /// Every stage is closed, every effect is there once, and one report is published.
    func expectOnce(lines: Int, report: Report) async throws {
        let run = run.uuid
        let database = stack.database
        #expect(try await database.scalar("SELECT state FROM runs WHERE run_id = \(run)") == "completed")
        #expect(try await database.scalar("SELECT count(*) FROM calls WHERE run_id = \(run)") == lines)
        for table in ["shard_evidence", "block_limits"] {
            let count: String = "SELECT count(*) FROM \(table) WHERE run_id = '\(run)'"
            #expect(try await database.scalar(Statement(count)) == 0, "\(table)")
        }
        #expect(
            try await database.scalar("SELECT count(*) FROM predictions WHERE run_id = \(run)")
                == report.calls.candidates)
        #expect(try await database.scalar("SELECT count(*) FROM reports WHERE run_id = \(run)") == 1)
        let stages = try await database.query(
            """
            SELECT s.stage, s.expected, s.done, s.fed, count(l.unit) FILTER (WHERE NOT l.is_part) AS units, sum(l.fed)::bigint AS unit_fed
            FROM run_stages s LEFT JOIN ledger l USING (run_id, stage) WHERE s.run_id = \(run) GROUP BY s.run_id, s.stage
            """)
        for row in stages {
            let stage: String = try row.decode("stage")
            let (expected, done, units): (Int?, Int, Int) = try (
                row.decode("expected"), row.decode("done"), row.decode("units")
            )
            #expect(expected == done && units == done, "stage \(stage)")
            #expect(try row.decode("fed", as: Int.self) == row.decode("unit_fed", as: Int?.self) ?? 0, "stage \(stage)")
        }
        // A unit is known to infer and to report by the same name.
        let differing: Int = try await database.scalar(
            """
            SELECT count(*) FROM (SELECT unit FROM ledger WHERE run_id = \(run) AND stage = 'infer') i
            FULL JOIN (SELECT unit FROM ledger WHERE run_id = \(run) AND stage = 'report') r USING (unit)
            WHERE i.unit IS NULL OR r.unit IS NULL
            """)
        #expect(differing == 0)
        // The rows come before the records, so whoever reads a record finds its rows.
        _ = try await eventually {
            try await stack.records(Topics.runs, of: self.run).contains {
                $0.header("ce_id") == "\(self.run)/completed"
            }
        }
        let published = try await stack.records(Topics.reports, of: self.run).filter {
            $0.header("ce_type") != EventType.interimReport.rawValue
        }
        #expect(published.count == 1)
        #expect(try published.map { try EventCoding.decode(Report.self, from: $0.value ?? []) } == [report])
        #expect(try await stack.records(Topics.deadLetters, of: self.run).isEmpty)
        // A process that is killed between broker and database repeats an event, with the same id.
        var ids: [String] = []
        for record in try await stack.records(Topics.runs, of: self.run) {
            let id = record.header("ce_id") ?? ""
            if !ids.contains(id) { ids.append(id) }
        }
        #expect(ids == ["opened", "sealed", "completed"].map { "\(self.run)/\($0)" })
    }
}
