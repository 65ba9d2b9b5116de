import Audit
import Clinical
import Events
import Foundation
import Messaging
import Runs
import Storage

/// The next version of a run's report: the same calls, newer knowledge, and what that changed.
public struct Amendment: Sendable {
    /// The run as it was.
    public let stored: StoredRun
    /// What its calls mean now.
    public let clinical: ClinicalReport
    /// What is otherwise.
    public let difference: ReportDifference
    /// What it lacks of what was asked, a sentence each.
    public let losses: [String]
    /// The knowledge of the new version.
    public let knowledge: [ClinicalRequest.KnowledgeFile]

    /// Compares the newest report of a run with what its calls mean with other knowledge.
    public init(_ stored: StoredRun, _ result: Interpreter.Result, knowledge: [ClinicalRequest.KnowledgeFile]) {
        self.stored = stored
        (clinical, losses) = (result.report, result.losses)
        self.knowledge = knowledge
        difference = ReportDifference(from: stored.clinical, to: clinical)
    }

    /// Stores the new version with its files and its entry of the audit chain; ``publish(with:in:)`` sends it then.
    ///
    /// Does nothing, and returns false, where nothing that a person is told has changed, or the run got another version meanwhile.
    public func store(in database: Database, actor: String) async throws -> Bool {
        guard !difference.isEmpty else { return false }
        let (run, version) = (stored.run, stored.report.version + 1)
        let forms = try ClinicalForms.all(of: clinical)
        return try await database.transaction { connection in
            // The row of the run is what two amendments of one run wait for.
            _ = try await connection.query("SELECT 1 AS one FROM runs WHERE run_id = \(run.uuid) FOR UPDATE")
            let newest = try await connection.query(
                "SELECT max(version) AS version FROM reports WHERE run_id = \(run.uuid)")
            guard try newest.first?.decode("version", as: Int?.self) == stored.report.version else { return false }
            var report = stored.report
            report.version = version
            report.createdAt = clinical.provenance.createdAt
            report.clinical = try EventCoding.decode(JSONDocument.self, from: clinical.encoded())
            report.take(clinicalLosses: losses)
            report.amendment = Report.Amendment(
                of: stored.report.version, changes: difference.changes.map(\.text), sources: difference.provenance)
            for (ending, bytes) in forms {
                let name = "\(report.sample).v\(version).\(ending)"
                report.artifacts.append(try await Artifacts.store(bytes, name: name, run: run, on: connection))
            }
            let bytes = try EventCoding.encode(report)
            try await connection.execute(
                """
                INSERT INTO reports (run_id, version, sample, report, record, is_published)
                VALUES (\(run.uuid), \(version), \(report.sample), \(JSON(bytes: bytes)), \(bytes), false)
                """)
            try await connection.execute(
                """
                UPDATE runs SET request = jsonb_set(request, '{clinical,knowledge}', \(try JSON(encoding: knowledge)))
                WHERE run_id = \(run.uuid)
                """)
            try await AuditChain.append(
                act: "report.amend", subject: "\(run)@\(version)",
                details: ["changes": "\(difference.changes.count)", "knowledge": knowledgeLabels], actor: actor,
                on: connection)
            return true
        }
    }

    /// Sends the amendments that are stored and not published, the oldest first; returns how many.
    ///
    /// Each has the bytes and the `ce_id` that it has whenever it is sent, so that one which is sent twice counts once.
    public static func publish(with producer: Producer, in database: Database) async throws -> Int {
        var count = 0
        while true {
            let rows = try await database.query(
                """
                SELECT run_id, version, record FROM reports WHERE NOT is_published ORDER BY created_at, run_id, version
                LIMIT 20
                """)
            if rows.isEmpty { return count }
            try producer.begin()
            for row in rows {
                let bytes: [UInt8] = try row.decode("record")
                let report = try EventCoding.decode(Report.self, from: bytes)
                // The run is completed and stays so: only the report is sent.
                for record in try PublishedReport.records(report, bytes: bytes, traceparent: nil)
                where record.topic == Topics.reports {
                    try await producer.enqueue(record)
                }
            }
            try await producer.commit()
            for row in rows {
                let (run, version): (UUID, Int) = (try row.decode("run_id"), try row.decode("version"))
                try await database.execute(
                    "UPDATE reports SET is_published = true WHERE run_id = \(run) AND version = \(version)")
            }
            count += rows.count
        }
    }

    private var knowledgeLabels: String {
        knowledge.map { $0.version.isEmpty ? $0.name : "\($0.name)@\($0.version)" }.joined(separator: ", ")
    }
}
