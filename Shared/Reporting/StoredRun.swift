import Clinical
import Commands
import Delivery
import Events
import Foundation
import Genomics
import Runs
import Storage

/// A completed run with a clinical report, as it is stored: its request, its newest report, its calls.
public struct StoredRun: Sendable {
    /// The run.
    public let run: Identifier
    /// What it was asked.
    public let request: IngestRequest
    /// What it was asked of its calls, with the knowledge that it named.
    public let asked: ClinicalRequest
    /// The newest version of its report.
    public let report: Report
    /// The clinical part of it.
    public let clinical: ClinicalReport

    /// Reads a run; throws ``ReportingError`` where it has no clinical report.
    public init(_ run: Identifier, in database: Database) async throws {
        let rows = try await database.query(
            """
            SELECT r.request, p.record FROM runs r JOIN reports p ON p.run_id = r.run_id
            WHERE r.run_id = \(run.uuid) ORDER BY p.version DESC LIMIT 1
            """)
        guard let row = rows.first else { throw ReportingError("the run \(run) has no report") }
        request = try row.decode("request", as: JSON.self).decode()
        guard let asked = request.clinical else {
            throw ReportingError("the run \(run) was not asked what its calls mean")
        }
        report = try EventCoding.decode(Report.self, from: row.decode("record"))
        guard let document = report.clinical else {
            throw ReportingError("the report of the run \(run) has no clinical part")
        }
        self.run = run
        self.asked = asked
        clinical = try ClinicalReport(decoding: EventCoding.encode(document))
    }

    /// The completed runs that were asked what their calls mean, the oldest first.
    public static func all(in database: Database) async throws -> [Identifier] {
        let rows = try await database.query(
            """
            SELECT run_id FROM runs WHERE state = 'completed' AND request->'clinical' IS NOT NULL
            ORDER BY opened_at, run_id
            """)
        return try rows.map { Identifier(try $0.decode("run_id", as: UUID.self)) }
    }

    /// Interprets the calls again, with this knowledge; at `createdAt`, of the version of the suite that runs.
    public func interpret(
        with knowledge: [ClinicalRequest.KnowledgeFile], createdAt: Date, interpreters: Interpreters,
        in folder: String, from database: Database
    ) async throws -> Interpreter.Result {
        let sample = request.sample
        func fetch(_ name: String) async throws -> String? {
            guard report.artifacts.contains(where: { $0.name == name }) else { return nil }
            let path = "\(folder)/\(name)"
            try await Artifacts.fetch(name, run: run, to: path, from: database)
            return path
        }
        guard let variants = try await fetch("\(sample).vcf.gz") else {
            throw ReportingError("the calls of the run \(run) are not stored any more")
        }
        let hasReads = request.variants == nil
        let input = RunInterpretation.Input(
            variants: variants, blocks: hasReads ? try await fetch("\(sample).g.vcf.gz") : nil,
            callable: hasReads ? try await fetch("\(sample).callable.bed.gz") : nil,
            models: report.models.map { .init(name: $0.name, version: "\($0.version)", digest: $0.digest) },
            calls: clinical.provenance.calls, createdAt: createdAt)
        var asked = asked
        asked.knowledge = knowledge
        let (request, wanted) = (request, asked)
        return try await BlockingWork.run {
            let reference = try interpreters.reference(of: request)
            return try RunInterpretation(request, wanted, reference: reference, interpreters: interpreters).make(
                input, folder: folder)
        }
    }

    /// Why an allele is no finding, in a sentence: it was not called, or what the selection says of it.
    public func absence(
        _ contig: String, _ position: Int, _ bases: String, _ alternate: String, in folder: String,
        from database: Database
    ) async throws -> String {
        let path = "\(folder)/calls.vcf.gz"
        try await Artifacts.fetch("\(request.sample).annotated.vcf.gz", run: run, to: path, from: database)
        let (request, asked) = (request, asked)
        return try await BlockingWork.run {
            let reference = try request.openReference()
            return try RunInterpretation(request, asked, reference: reference, interpreters: Interpreters()).absence(
                contig, position, bases, alternate, of: path)
        }
    }
}

/// What cannot be done with a stored report.
public struct ReportingError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, and of which run.
    public var description: String

    init(_ description: String) { self.description = description }
}
