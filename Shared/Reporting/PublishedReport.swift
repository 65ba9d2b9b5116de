import Events
import Messaging
import Storage

/// The stored form of a report: the record is published again with the same bytes.
public enum PublishedReport {
    /// Whether a run has a report.
    public static func exists(_ run: Identifier, on connection: Connection) async throws -> Bool {
        try await !connection.query("SELECT 1 AS one FROM reports WHERE run_id = \(run.uuid)").isEmpty
    }

    /// The records of a stored report, if this unit is the one that closed its run; else none.
    public static func again(
        _ run: Identifier, closedBy unit: String, traceparent: String?, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        let rows = try await connection.query(
            """
            SELECT r.record FROM reports r JOIN run_stages s ON s.run_id = r.run_id AND s.stage = \(Stage.report)
            WHERE r.run_id = \(run.uuid) AND s.closing_unit = \(unit) ORDER BY r.version DESC LIMIT 1
            """)
        guard let row = rows.first else { return [] }
        let bytes: [UInt8] = try row.decode("record")
        if let report = try? EventCoding.decode(TaskReport.self, from: bytes) {
            return try records(report, bytes: bytes, traceparent: traceparent)
        }
        return try records(EventCoding.decode(Report.self, from: bytes), bytes: bytes, traceparent: traceparent)
    }

    /// The record of a task's report, and the run's.
    public static func records(_ report: TaskReport, bytes: [UInt8], traceparent: String?) throws -> [OutgoingRecord] {
        try records(
            .taskReport, RunEvent(run: report.run, sample: report.sample, state: .completed), version: report.version,
            bytes: bytes, extensions: [EventExtension.task: report.task], traceparent: traceparent)
    }

    /// The report's record and the run's.
    public static func records(_ report: Report, bytes: [UInt8], traceparent: String?) throws -> [OutgoingRecord] {
        try records(
            .report, RunEvent(run: report.run, sample: report.sample, state: .completed, counts: report.input),
            version: report.version, bytes: bytes, traceparent: traceparent)
    }

    private static func records(
        _ type: EventType, _ end: RunEvent, version: Int, bytes: [UInt8], extensions: [String: String] = [:],
        traceparent: String?
    ) throws -> [OutgoingRecord] {
        let (run, sample) = (end.run, end.sample)
        return [
            EventCoding.record(
                bytes, type: type, contentType: ContentType.json, topic: Topics.reports, key: sample,
                id: "\(run)/report/\(version)", source: Stage.report, subject: sample,
                extensions: extensions.merging([EventExtension.run: run.description]) { $1 }, traceparent: traceparent),
            try EventCoding.record(
                end, topic: Topics.runs, key: run.description, id: "\(run)/completed", source: Stage.report,
                subject: sample, traceparent: traceparent),
        ]
    }
}
