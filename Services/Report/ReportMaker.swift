import Commands
import Events
import Foundation
import Genomics
import Messaging
import Runs
import Storage
import VariantCalling

/// Makes a complete run's VCF and report from its rows, in the transaction that closes the run.
struct ReportMaker {
    let run: Identifier
    let request: IngestRequest
    let regions: BED?
    let reference: ReferenceGenome
    let traceparent: String?

    /// Stores the report and its files, completes the run and returns the records to publish; none for a run that was given
    /// up meanwhile.
    func make(on connection: Connection) async throws -> [OutgoingRecord] {
        guard try await RunState.complete(run.uuid, on: connection) else { return [] }
        var calls = CallCounter()
        var artifacts = try await writeVCF(on: connection, counting: &calls)
        calls.counts.candidates = try await number(
            "SELECT count(*) AS n FROM predictions WHERE run_id = \(run.uuid)", on: connection)
        let (callability, knownBases, callable) = try await callability(on: connection)
        artifacts.append(callable)
        var problems = try await ReportProblems(run: run, on: connection)
        if let word = try await DuplicateWord(run: run, on: connection).problem { problems.add(word) }
        let runRow = try await connection.query("SELECT counts, now() AS now FROM runs WHERE run_id = \(run.uuid)")
        let counts = try runRow.first?.decode("counts", as: JSON?.self)?.decode(RunCounts.self)
        var quality: Report.Quality?
        let reader = QualityReader(run: run)
        if let measures = try await reader.measures(on: connection) {
            artifacts += try await writeQuality(measures, on: connection)
            if let flaw = MappingCheck(measures).flaw {
                problems.add(
                    Report.Problem(
                        stage: Stage.align, file: nil, record: nil, field: "reference", message: flaw,
                        kind: "reference",
                        isLoss: true))
            }
            quality = Report.Quality(
                measures, calls: calls.summary, targetBases: knownBases, stages: try await reader.stages(on: connection)
            )
        }
        let report = Report(
            run: run, version: 1, status: problems.missing.isEmpty ? .final : .incomplete, sample: request.sample,
            createdAt: try runRow.first?.decode("now", as: Date.self) ?? Date(),
            reference: URL(fileURLWithPath: request.reference).lastPathComponent,
            referenceDigest: request.referenceDigest, input: counts ?? RunCounts(), calls: calls.summary,
            models: try await models(on: connection), callability: callability, problems: problems.listed,
            problemCount: problems.count, artifacts: artifacts,
            missing: problems.missing.isEmpty ? nil : problems.missing, quality: quality)
        let bytes = try EventCoding.encode(report)
        try await connection.execute(
            """
            INSERT INTO reports (run_id, version, sample, report, record)
            VALUES (\(run.uuid), \(report.version), \(report.sample), \(JSON(bytes: bytes)), \(bytes))
            """)
        return try PublishedReport.records(report, bytes: bytes, traceparent: traceparent)
    }

    /// Writes the VCF and its index to files beside the process, then in pieces to the database.
    private func writeVCF(on connection: Connection, counting counter: inout CallCounter) async throws -> [Report
        .Artifact]
    {
        let (folder, vcf) = (try ReportFolder(), "\(request.sample).vcf.gz")
        var writer = try CallSetWriter(
            path: folder.path(vcf), sample: request.sample, contigs: reference.contigs,
            origin: CallSetOrigin(
                version: BuildInformation.version, reference: URL(fileURLWithPath: request.reference).lastPathComponent,
                models: try await models(on: connection).map(\.digest)))
        var (count, phasing) = (counter, ReadPhasing())
        try await CallRows.forEach(run, on: connection) { call in
            count.add(call)
            for item in phasing.add(.call(call)) { try writer.write(item.variant) }
        }
        for item in phasing.finish() { try writer.write(item.variant) }
        try writer.finish()
        counter = count
        return [
            try await folder.store(vcf, run: run, on: connection),
            try await folder.store(vcf + writer.indexSuffix, run: run, on: connection),
        ]
    }

    /// Sums up what was callable, and stores where that is as a BED file.
    private func callability(on connection: Connection) async throws -> (
        Report.Callability, knownBases: [String: Int], Report.Artifact
    ) {
        let (folder, bed) = (try ReportFolder(), "\(request.sample).callable.bed.gz")
        let writer = try BEDWriter(path: folder.path(bed))
        let (callability, knownBases) = try await CallabilityReader(
            run: run, regions: regions, reference: reference, callable: writer
        ).read(on: connection)
        try writer.finish()
        return (callability, knownBases, try await folder.store(bed, run: run, on: connection))
    }

    /// Writes the measures in samtools' formats.
    private func writeQuality(
        _ measures: QualityControl, on connection: Connection
    ) async throws -> [Report.Artifact] {
        let folder = try ReportFolder()
        var artifacts: [Report.Artifact] = []
        for file in try QualityFiles.write(measures, sample: request.sample, folder: folder.path("")) {
            artifacts.append(
                try await folder.store(URL(fileURLWithPath: file).lastPathComponent, run: run, on: connection))
        }
        return artifacts
    }

    private func models(on connection: Connection) async throws -> [PredictionBatch.Model] {
        let rows = try await connection.query(
            """
            SELECT v.name, v.version, v.digest FROM model_versions v
            WHERE v.name || '@' || v.version IN (SELECT DISTINCT model_version FROM predictions WHERE run_id = \(run.uuid))
            ORDER BY v.name, v.version
            """)
        return try rows.map {
            PredictionBatch.Model(
                name: try $0.decode("name"), version: try $0.decode("version"), digest: try $0.decode("digest"))
        }
    }

    private func number(_ statement: Statement, on connection: Connection) async throws -> Int {
        try await connection.query(statement).first?.decode("n") ?? 0
    }
}
