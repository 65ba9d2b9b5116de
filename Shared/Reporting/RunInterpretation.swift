import Clinical
import Commands
import Events
import Foundation
import Genomics
import Runs
import Storage
import Synchronization

/// What runs that ask for the same knowledge share: transcripts, HPO, the networks.
public final class Interpreters: Sendable {
    private struct Kept {
        var files: [KnowledgeFile]
        var reference: String
        var interpreter: Interpreter
    }

    /// The last used at the end; few, for each holds a genome's transcripts.
    private let kept = Mutex<[Kept]>([])
    private let references = Mutex<[ReferenceGenome]>([])
    private static let limit = 2
    /// Of the files that the runs name.
    let digests = FileDigests()

    /// Begins with none.
    public init() {}

    /// The reference of a run, opened once for as long as its file stays what it was.
    func reference(of request: IngestRequest) throws(GenomicsError) -> ReferenceGenome {
        let known = references.withLock { references in
            references.first { $0.path == request.reference && $0.digest == request.referenceDigest }
        }
        if let known, known.stamp == FileStamp(path: known.path) { return known }
        let opened = try request.openReference()
        references.withLock { references in
            references.removeAll { $0.path == opened.path }
            if references.count >= Self.limit { references.removeFirst() }
            references.append(opened)
        }
        return opened
    }

    /// The interpreter of these files; made, which takes seconds, where it is not known.
    public func interpreter(_ files: [KnowledgeFile], reference: ReferenceGenome) throws -> Interpreter {
        let known = kept.withLock { kept in
            kept.first { $0.files == files && $0.reference == reference.digest }?.interpreter
        }
        if let known { return known }
        let new = try Interpreter(files, reference: reference)
        kept.withLock { kept in
            if kept.count >= Self.limit { kept.removeFirst() }
            kept.append(Kept(files: files, reference: reference.digest, interpreter: new))
        }
        return new
    }
}

/// Makes the clinical part of a run's report out of its calls.
public struct RunInterpretation: Sendable {
    private let request: IngestRequest
    private let asked: ClinicalRequest
    private let reference: ReferenceGenome
    private let interpreters: Interpreters

    /// An interpretation of a run that asks for `asked`, against the run's reference.
    public init(
        _ request: IngestRequest, _ asked: ClinicalRequest, reference: ReferenceGenome, interpreters: Interpreters
    ) {
        self.request = request
        self.asked = asked
        self.reference = reference
        self.interpreters = interpreters
    }

    /// What there is to interpret.
    public struct Input: Sendable {
        /// The calls.
        public var variants: String
        /// The gVCF, which says where the sample is as the reference; nil without one.
        public var blocks: String?
        /// Where something could have been called (BED); nil where nobody knows.
        public var callable: String?
        /// The networks that called.
        public var models: [ClinicalReport.Source]
        /// What the report calls the calls.
        public var calls: ClinicalReport.Source
        /// When the report is made.
        public var createdAt: Date

        /// An input of files.
        public init(
            variants: String, blocks: String?, callable: String?, models: [ClinicalReport.Source],
            calls: ClinicalReport.Source, createdAt: Date
        ) {
            self.variants = variants
            self.blocks = blocks
            self.callable = callable
            self.models = models
            self.calls = calls
            self.createdAt = createdAt
        }
    }

    /// The report, and the annotated calls beside it.
    ///
    /// Throws `RequestRefused` with the reason where knowledge, case or laboratory cannot be used.
    public func make(_ input: Input, folder: String) throws -> Interpreter.Result {
        do {
            try asked.checkFiles(interpreters.digests)
            let files = try asked.knowledge.map(Self.file)
            let interpreter = try interpreters.interpreter(files, reference: reference)
            var wanted = Interpreter.Request(
                variants: input.variants, sample: request.rename == true ? nil : request.sample,
                question: try question(), calls: input.calls, software: BuildInformation.version,
                createdAt: input.createdAt)
            wanted.name = request.sample
            wanted.pedigree = try pedigree()
            wanted.callable = input.callable
            wanted.models = input.models
            if asked.drugs { wanted.pharmacogenes = input.blocks ?? input.variants }
            wanted.laboratory = try asked.laboratory.map {
                try ClinicalReport.Laboratory(decoding: Files.read($0.path), file: $0.path)
            }
            wanted.alignments = indexedAlignments
            var result = try interpreter.report(wanted, folder: folder)
            result.report = try Self.fitting(result.report)
            return result
        } catch let error as RequestRefused {
            throw error
        } catch let error as GenomicsError where Passing.includes(error) {
            throw error
        } catch {
            throw RequestRefused("the calls cannot be interpreted: \(error)")
        }
    }

    /// The most bytes of a clinical report, so that the report that it is part of remains a record of a topic.
    static let bytesLimit = 4 << 20

    /// The report without pictures of reads, which is said, where it is too long for a record; throws where it is too long without them too.
    static func fitting(_ report: ClinicalReport) throws -> ClinicalReport {
        guard try report.encoded().count > bytesLimit else { return report }
        var short = report
        for index in short.findings.indices { short.findings[index].reads = nil }
        for index in (short.secondary ?? []).indices { short.secondary?[index].reads = nil }
        short.remarks.append("no reads are pictured: with them the report would be too long for a record of the topic")
        guard try short.encoded().count > bytesLimit else { return short }
        throw RequestRefused(
            "the report would have \(report.findings.count) findings, more than a record of the topic can hold: ask about fewer genes"
        )
    }

    /// Why an allele is no finding, by the annotated calls.
    func absence(
        _ contig: String, _ position: Int, _ bases: String, _ alternate: String, of annotated: String
    ) throws -> String {
        try asked.checkFiles(interpreters.digests)
        let interpreter = try interpreters.interpreter(try asked.knowledge.map(Self.file), reference: reference)
        return try interpreter.absence(
            contig, position, bases, alternate, of: annotated,
            sample: request.rename == true ? nil : request.sample, question: try question(), pedigree: try pedigree())
    }

    private func pedigree() throws -> Pedigree? { try asked.pedigree.map { try Pedigree(path: $0.path) } }

    /// Of a run of one sorted and indexed file of alignments that file: its reads can be pictured.
    private var indexedAlignments: String? {
        guard request.inputs.count == 1, let input = request.inputs.first, input.format == .alignments else {
            return nil
        }
        let path = input.path
        let indexes = [".bai", ".csi", ".crai"].map { path + $0 }
        return indexes.contains(where: FileManager.default.fileExists) ? path : nil
    }

    private func question() throws -> ClinicalQuestion {
        let person = try asked.casePacket.map { file in
            try PhenotypeCase(phenopacket: Files.read(file.path), file: file.path)
        }
        return ClinicalQuestion(
            person: person, genes: Set(asked.genes).subtracting(["*"]), asksAboutAllGenes: asked.genes.contains("*"),
            consentsToSecondaryFindings: asked.consentsToSecondary)
    }

    private static func file(_ file: ClinicalRequest.KnowledgeFile) throws -> KnowledgeFile {
        guard let role = KnowledgeFile.Role(rawValue: file.role) else {
            throw RequestRefused("clinical.knowledge: \"\(file.role.prefix(40))\" is no role that this version knows")
        }
        return KnowledgeFile(
            role: role, name: file.name, version: file.version, path: file.path, digest: file.digest,
            licence: file.licence)
    }
}
