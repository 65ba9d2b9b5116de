import Clinical
import Commands
import Delivery
import Events
import Foundation
import Genomics
import Messaging
import NeuralNetwork
import Reporting
import Runs
import Storage
import VariantCalling

/// Makes a complete run's VCF and report from its rows.
struct ReportMaker {
    let run: Identifier
    let request: IngestRequest
    let regions: BED?
    let resources: CallingResources
    let interpreters: Interpreters
    let traceparent: String?

    private var reference: ReferenceGenome { resources.reference }

    /// Stores the report and its files, completes the run and returns the records to publish; throws ``RunIsOver`` for a run that was
    /// given up meanwhile.
    ///
    /// The run's row is locked for the last moments only: others look at it, or cancel it, while the report is made.
    func make(on connection: Connection) async throws -> [OutgoingRecord] {
        let folder = try ReportFolder()
        let (callability, known, callable) = try await callability(in: folder, on: connection)
        let reader = QualityReader(run: run)
        let measures = try await reader.measures(on: connection)
        let sex = CalledSex(
            resources.plan.choice, coverage: measures.map { SexByCoverage($0, known: known) } ?? .unknown)
        try await CallRows.settle(sex.sex, of: run, on: connection)
        let models = try await models(on: connection)
        let shards = FoundShards(run: run, resources: resources, regions: regions)
        let isWhole = try await shards.hasEvidence(on: connection)
        let files = CallFiles(
            request: request, resources: resources, sex: sex.sex, models: models, hasBlocks: isWhole)
        let reliability = try await reliability(measures, models, on: connection)
        let written =
            if let path = request.variants {
                try await files.take(path, reliability: reliability, in: folder, run: run, on: connection)
            } else {
                try await files.write(shards, reliability: reliability, in: folder, run: run, on: connection)
            }
        var (calls, artifacts) = (written.calls, written.artifacts + [callable])
        if request.variants == nil {
            calls.candidates = try await number(
                "SELECT count(*) AS n FROM predictions WHERE run_id = \(run.uuid)", on: connection)
        }
        try await shards.removeEvidence(on: connection)
        var problems = try await ReportProblems(run: run, on: connection)
        if let word = try await DuplicateWord(run: run, on: connection).problem { problems.add(word) }
        if !isWhole, request.variants == nil { problems.add(Self.earlierVersion(request)) }
        if let warning = sex.warning {
            problems.add(
                Report.Problem(
                    stage: Stage.report, file: nil, record: nil, field: "sex", message: warning, kind: "sex",
                    isLoss: false))
        }
        let runRow = try await connection.query("SELECT counts, now() AS now FROM runs WHERE run_id = \(run.uuid)")
        let counts = try runRow.first?.decode("counts", as: JSON?.self)?.decode(RunCounts.self)
        var quality: Report.Quality?
        if let measures, request.variants == nil {
            artifacts += try await writeQuality(measures, in: folder, on: connection)
            if let flaw = MappingCheck(measures).flaw {
                problems.add(
                    Report.Problem(
                        stage: Stage.align, file: nil, record: nil, field: "reference", message: flaw,
                        kind: "reference",
                        isLoss: true))
            }
            quality = Report.Quality(
                measures, calls: calls, known: known, stages: try await reader.stages(on: connection))
        }
        var report = Report(
            run: run, version: 1, status: problems.missing.isEmpty ? .final : .incomplete, sample: request.sample,
            createdAt: try runRow.first?.decode("now", as: Date.self) ?? Date(),
            reference: URL(fileURLWithPath: request.reference).lastPathComponent,
            referenceDigest: request.referenceDigest, input: counts ?? RunCounts(), calls: calls,
            models: models, callability: callability, problems: problems.listed,
            problemCount: problems.count, artifacts: artifacts,
            missing: problems.missing.isEmpty ? nil : problems.missing, quality: quality, sex: sex,
            sites: written.sites, reliability: written.reliability)
        if let asked = request.clinical {
            try await interpret(asked, written, isWhole: isWhole, in: folder, report: &report, on: connection)
        }
        report.artifacts.append(try await page(of: report, on: connection))
        let bytes = try EventCoding.encode(report)
        guard try await RunState.complete(run.uuid, on: connection) else { throw RunIsOver() }
        try await connection.execute(
            """
            INSERT INTO reports (run_id, version, sample, report, record)
            VALUES (\(run.uuid), \(report.version), \(report.sample), \(JSON(bytes: bytes)), \(bytes))
            """)
        if request.interim == true { try await InterimMaker.clear(run, on: connection) }
        return try PublishedReport.records(report, bytes: bytes, traceparent: traceparent)
    }

    /// What is missing where a process of an earlier version took part.
    private static func earlierVersion(_ request: IngestRequest) -> Report.Problem {
        let missing = request.sites == nil ? "the gVCF" : "the gVCF, and what the reads say at the sites,"
        return Report.Problem(
            stage: Stage.report, file: nil, record: nil, field: nil,
            message:
                "a process of an earlier version of the suite took part: \(missing) cannot be made; run the sample again",
            kind: "version", isLoss: true)
    }

    /// Sums up what was callable, and stores where that is as a BED file.
    private func callability(
        in folder: ReportFolder, on connection: Connection
    ) async throws -> (Report.Callability, known: KnownBases, Report.Artifact) {
        let bed = "\(request.sample).callable.bed.gz"
        let writer = try BEDWriter(path: folder.path(bed))
        let (callability, known) = try await CallabilityReader(
            run: run, regions: regions, reference: reference, callable: writer
        ).read(on: connection)
        try writer.finish()
        return (callability, known, try await folder.store(bed, run: run, on: connection))
    }

    /// Writes the measures in samtools' formats.
    private func writeQuality(
        _ measures: QualityControl, in folder: ReportFolder, on connection: Connection
    ) async throws -> [Report.Artifact] {
        var artifacts: [Report.Artifact] = []
        for file in try QualityFiles.write(measures, sample: request.sample, folder: folder.path("")) {
            artifacts.append(
                try await folder.store(URL(fileURLWithPath: file).lastPathComponent, run: run, on: connection))
        }
        return artifacts
    }

    /// Stores the report as a page for a browser; beside what the calls mean, the calls and reads have a page of their own.
    private func page(of report: Report, on connection: Connection) async throws -> Report.Artifact {
        let name = report.clinical == nil ? "report" : "calls"
        return try await Artifacts.store(
            Array(ReportPage.html(report).utf8), name: "\(request.sample).\(name).html", run: run, on: connection)
    }

    /// Says what the calls mean, in each form.
    private func interpret(
        _ asked: ClinicalRequest, _ written: CallFiles.Written, isWhole: Bool, in folder: ReportFolder,
        report: inout Report, on connection: Connection
    ) async throws {
        let sample = request.sample
        let maker = RunInterpretation(request, asked, reference: reference, interpreters: interpreters)
        let hasReads = request.variants == nil
        let input = RunInterpretation.Input(
            variants: folder.path("\(sample).vcf.gz"),
            blocks: hasReads && isWhole ? folder.path("\(sample).g.vcf.gz") : nil,
            callable: hasReads ? folder.path("\(sample).callable.bed.gz") : nil,
            models: report.models.map { .init(name: $0.name, version: "\($0.version)", digest: $0.digest) },
            calls: .init(
                name: "\(sample).vcf.gz",
                digest: written.artifacts.first { $0.name == "\(sample).vcf.gz" }?.sha256 ?? ""),
            createdAt: report.createdAt)
        let path = folder.path("")
        let result = try await BlockingWork.run { try maker.make(input, folder: path) }
        report.take(clinicalLosses: result.losses)
        let clinical = result.report
        report.clinical = try EventCoding.decode(JSONDocument.self, from: clinical.encoded())
        for (ending, bytes) in try ClinicalForms.all(of: clinical) {
            report.artifacts.append(
                try await Artifacts.store(bytes, name: "\(sample).\(ending)", run: run, on: connection))
        }
        guard result.annotated == folder.path("annotated.vcf.gz") else { return }
        for suffix in ["", ".tbi", ".csi"] {
            let (made, name) = (folder.path("annotated.vcf.gz\(suffix)"), "\(sample).annotated.vcf.gz\(suffix)")
            guard FileManager.default.fileExists(atPath: made) else { continue }
            try FileManager.default.moveItem(atPath: made, toPath: folder.path(name))
            report.artifacts.append(try await folder.store(name, run: run, on: connection))
        }
    }

    /// The bands of the calls' qualities, beside what the model's lineage says of such reads where one model made all of them.
    private func reliability(
        _ measures: QualityControl?, _ models: [PredictionBatch.Model], on connection: Connection
    ) async throws -> CallReliability {
        let kind = measures.flatMap { CallReliability.Kind($0) }
        guard models.count == 1, let model = models.first else { return CallReliability(kind) }
        let rows = try await connection.query(
            """
            SELECT lineage->'reliability' AS reliability FROM model_versions
            WHERE name = \(model.name) AND version = \(model.version)
            """)
        let said = try rows.first?.decode("reliability", as: JSON?.self)
        let diagrams = try said.map { try $0.decode([String: ReliabilityDiagram].self) } ?? [:]
        return CallReliability(kind, heldOut: HeldOutReliability.counts(diagrams, of: kind))
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
