import Commands
import Events
import Foundation
import Genomics
import Messaging
import Runs
import Storage
import VariantCalling

/// Gathers the calls of a mark, part by part, and makes its interim report once all of them are there.
///
/// Nothing waits for an interim report, and nothing of it is counted: one of which a part is lost is not made, and the next takes its
/// place.
struct InterimMaker {
    let run: Identifier
    /// The mark.
    let number: Int
    let request: IngestRequest
    let regions: BED?
    let resources: CallingResources
    let traceparent: String?

    /// Takes a part; returns whether the part completes its mark, as often as it is delivered.
    func take(_ part: InterimScores, _ rows: CallRows, on connection: Connection) async throws -> Bool {
        guard let mark = try await mark(on: connection) else { return false }
        let unit = part.scores.unit
        if mark.record != nil { return mark.madeBy == unit }
        let model = try part.scores.model.map { try JSON(encoding: $0) }
        let isNew =
            try await connection.execute(
                """
                INSERT INTO interim_parts (run_id, number, part, shard, parts, model, candidates)
                VALUES (\(run.uuid), \(number), \(unit), \(part.shard), \(part.parts), \(model), \(part.scores.rows.count))
                ON CONFLICT DO NOTHING
                """) == 1
        if isNew { try await rows.insert(run, shard: part.shard, at: number, on: connection) }
        let known = try await connection.query(
            """
            SELECT count(*) FILTER (WHERE n = parts) AS whole FROM (
                SELECT shard, parts, count(*) AS n FROM interim_parts
                WHERE run_id = \(run.uuid) AND number = \(number) GROUP BY shard, parts) AS shards
            """)
        // As long as not all lanes have been asked, a part of one of them is still to come.
        guard let shards = mark.shards else { return false }
        return try known.first?.decode("whole", as: Int.self) ?? 0 >= shards
    }

    /// Makes the report of a mark that is complete, or finds the one that is made; returns its record if this part completed it.
    func make(closedBy part: InterimScores, on connection: Connection) async throws -> [OutgoingRecord] {
        guard let mark = try await mark(on: connection) else { return [] }
        let unit = part.scores.unit
        if let made = mark.record { return mark.madeBy == unit ? [record(made)] : [] }
        guard try await !isOvertaken(on: connection) else { return [] }
        let bytes = try await make(mark.mark, on: connection)
        try await connection.execute(
            """
            UPDATE interim_marks SET record = \(bytes), made_by = \(unit) WHERE run_id = \(run.uuid) AND number = \(number)
            """)
        try await Self.clear(run, before: number, on: connection)
        try await connection.notify(channel: RunState.channel, payload: run.description)
        return [record(bytes)]
    }

    /// The mark's row, locked until the transaction ends; nil where it is gone.
    private func mark(
        on connection: Connection
    ) async throws -> (mark: ReadsMark, shards: Int?, madeBy: String?, record: [UInt8]?)? {
        let rows = try await connection.query(
            """
            SELECT mark, shards, made_by, record FROM interim_marks WHERE run_id = \(run.uuid) AND number = \(number)
            FOR UPDATE
            """)
        guard let row = rows.first else { return nil }
        return (
            try row.decode("mark", as: JSON.self).decode(), try row.decode("shards"), try row.decode("made_by"),
            try row.decode("record")
        )
    }

    /// Forgets what interim reports of a run were made of; with a number, that of the marks before.
    ///
    /// The files of the last report but one stay while there are marks, for who is about to fetch them.
    static func clear(_ run: Identifier, before number: Int? = nil, on connection: Connection) async throws {
        let (first, kept) = (number ?? Int(Int32.max), number.map { $0 - 1 } ?? Int(Int32.max))
        for name in try await connection.query(
            "SELECT DISTINCT name FROM artifacts WHERE run_id = \(run.uuid) AND name LIKE '%.interim-%'")
        {
            let name: String = try name.decode("name")
            guard let text = name.components(separatedBy: ".interim-").last?.prefix(while: \.isNumber),
                let made = Int(text), made < kept
            else { continue }
            try await connection.execute("DELETE FROM artifacts WHERE run_id = \(run.uuid) AND name = \(name)")
        }
        try await connection.execute("DELETE FROM interim_marks WHERE run_id = \(run.uuid) AND number < \(first)")
    }

    /// Whether a later mark's report is made.
    private func isOvertaken(on connection: Connection) async throws -> Bool {
        try await !connection.query(
            """
            SELECT 1 AS one FROM interim_marks
            WHERE run_id = \(run.uuid) AND number > \(number) AND record IS NOT NULL LIMIT 1
            """
        ).isEmpty
    }

    private func make(_ mark: ReadsMark, on connection: Connection) async throws -> [UInt8] {
        // Of shards that are complete, the final calls are there or will soon be.
        try await connection.execute(
            """
            DELETE FROM interim_calls WHERE run_id = \(run.uuid) AND number = \(number) AND shard IN (
                SELECT e.unit FROM ledger e WHERE e.run_id = \(run.uuid) AND e.stage = \(Stage.encode) AND e.fed = (
                    SELECT count(*) FROM ledger r
                    WHERE r.run_id = e.run_id AND r.stage = \(Stage.report) AND r.unit LIKE e.unit || '/%'))
            """)
        let models = try await models(on: connection)
        let reference = resources.reference
        let (callability, known) = try await CallabilityReader(
            run: run, regions: regions, reference: reference, mark: number
        ).read(on: connection)
        let measures = try await QualityReader(run: run, mark: number).measures(on: connection)
        let sex = CalledSex(
            resources.plan.choice, coverage: measures.map { SexByCoverage($0, known: known) } ?? .unknown)
        var calls = CallCounter()
        var (stable, open) = (0, 0)
        let (folder, vcf) = (try ReportFolder(), "\(request.sample).interim-\(number).vcf.gz")
        var writer = try CallSetWriter(
            path: folder.path(vcf), sample: request.sample, contigs: reference.contigs,
            origin: CallSetOrigin(
                version: BuildInformation.version, reference: URL(fileURLWithPath: request.reference).lastPathComponent,
                models: models.map(\.digest)), content: .interim)
        try await InterimCalls(run: run, number: number, sex: sex.sex).forEach(on: connection) { call, isFinal in
            calls.add(call)
            let prospect = isFinal ? .stable : call.prospect
            if call.isPassed { if prospect == .stable { stable += 1 } else { open += 1 } }
            var variant = call.variant
            variant.info.append(.init(SiteCall.interimKey, prospect.rawValue))
            try writer.write(variant)
        }
        try writer.finish()
        let artifacts = [
            try await folder.store(vcf, run: run, on: connection),
            try await folder.store(vcf + writer.indexSuffix, run: run, on: connection),
        ]
        calls.counts.candidates = try await candidates(on: connection)
        let now = try await connection.query("SELECT now() AS now").first?.decode("now", as: Date.self) ?? Date()
        return try EventCoding.encode(
            InterimReport(
                run: run, number: number, sample: request.sample, createdAt: now,
                reference: URL(fileURLWithPath: request.reference).lastPathComponent,
                referenceDigest: request.referenceDigest, read: mark.read, share: mark.share, calls: calls.summary,
                stable: stable, open: open, models: models, callability: callability,
                depth: measures.map { Report.Quality.Depth($0, target: known.byContig.values.reduce(0, +)) },
                artifacts: artifacts))
    }

    private func candidates(on connection: Connection) async throws -> Int {
        try await connection.query(
            """
            SELECT coalesce(sum(candidates), 0)::bigint AS n FROM interim_parts
            WHERE run_id = \(run.uuid) AND number = \(number)
            """
        ).first?.decode("n") ?? 0
    }

    private func models(on connection: Connection) async throws -> [PredictionBatch.Model] {
        try await connection.query(
            """
            SELECT DISTINCT model FROM interim_parts
            WHERE run_id = \(run.uuid) AND number = \(number) AND model IS NOT NULL ORDER BY model
            """
        ).map { try $0.decode("model", as: JSON.self).decode(PredictionBatch.Model.self) }
    }

    private func record(_ bytes: [UInt8]) -> OutgoingRecord {
        EventCoding.record(
            bytes, type: .interimReport, contentType: ContentType.json, topic: Topics.reports, key: request.sample,
            id: "\(run)/interim/\(number)/report", source: Stage.report, subject: request.sample,
            extensions: [EventExtension.run: run.description, EventExtension.mark: String(number)],
            traceparent: traceparent)
    }
}
