import Annotation
import Foundation
import Genomics

/// Turns a person's calls into a ``ClinicalReport``: annotates, judges, selects, concludes.
///
/// It holds what many persons' reports share (transcripts, HPO, the networks), and may be used by several threads at once.
public struct Interpreter: Sendable {
    /// The reference that calls are against.
    public let reference: ReferenceGenome
    /// The files of knowledge, in the order in which a report names them.
    public let files: [KnowledgeFile]
    /// What was not used of them as they are.
    public let remarks: [String]

    let transcripts: TranscriptSet?
    private let ranker: PhenotypeRanker?
    /// By likelihood ratio, for PP4.
    private let ratios: PhenotypeRanker?
    private let actionable: SecondaryFindingList
    private let judge: VariantJudge
    private let risk: ReportRisk

    /// What a report is made of.
    public struct Request: Sendable {
        /// The calls: a sorted VCF, annotated already where the interpreter has no transcripts.
        public var variants: String
        /// Whose; the file's only sample where nil.
        public var sample: String?
        /// What the report calls the sample; as the file does where nil.
        public var name: String?
        /// Who is whose child; the case's own pedigree where nil.
        public var pedigree: Pedigree?
        /// What is asked.
        public var question: ClinicalQuestion
        /// The laboratory that answers for it.
        public var laboratory: ClinicalReport.Laboratory?
        /// Sorted and indexed reads, for pictures; none where nil.
        public var alignments: String?
        /// Where something could have been called (BED); nil where that is not known.
        public var callable: String?
        /// Calls or blocks by which alleles of pharmacogenes are named; nil where drugs are not asked about.
        public var pharmacogenes: String?
        /// What the report calls the calls.
        public var calls: ClinicalReport.Source
        /// The networks that made them.
        public var models: [ClinicalReport.Source] = []
        /// The version of the suite.
        public var software: String
        /// When the report is made.
        public var createdAt: Date

        /// A request about a file of calls.
        public init(
            variants: String, sample: String? = nil, question: ClinicalQuestion, calls: ClinicalReport.Source,
            software: String, createdAt: Date
        ) {
            self.variants = variants
            self.sample = sample
            self.question = question
            self.calls = calls
            self.software = software
            self.createdAt = createdAt
        }
    }

    /// Reads the files; throws for one that is damaged or belongs to another genome.
    public init(_ files: [KnowledgeFile], reference: ReferenceGenome) throws {
        self.reference = reference
        self.files = files
        try KnowledgeFile.checkParts(files)
        for file in files { try file.check(against: reference) }
        func first(_ role: KnowledgeFile.Role) -> KnowledgeFile? { files.first { $0.role == role } }
        transcripts = try first(.transcripts).map { try TranscriptSet(path: $0.path).matched(to: reference) }
        var remarks = transcripts?.remarks ?? []
        if let ontology = first(.ontology), let phenotypes = first(.phenotypes), let genes = first(.genes) {
            let terms = try Ontology(obo: ontology.path)
            let knowledge = try PhenotypeKnowledge(
                ontology: terms, annotations: DiseaseAnnotations(hpoa: phenotypes.path, ontology: terms),
                genes: GeneDiseases(path: genes.path))
            remarks += knowledge.remarks
            ranker = PhenotypeRanker(knowledge, model: try PhenotypeModel.bundled())
            ratios = PhenotypeRanker(knowledge)
        } else {
            (ranker, ratios) = (nil, nil)
        }
        actionable =
            try first(.secondary).map { try SecondaryFindingList(path: $0.path) } ?? SecondaryFindingList.bundled()
        risk = try ReportRisk(files)
        judge = try VariantJudge(files, transcripts: transcripts, reference: reference)
        self.remarks = remarks
    }

    /// What a request came to.
    public struct Result: Sendable {
        /// The report.
        public var report: ClinicalReport
        /// The annotated calls; the calls themselves where they were annotated already.
        public var annotated: String
        /// What was left out of the input, a sentence each; also among the report's remarks.
        public var losses: [String]
    }

    /// Makes a report, and beside it the annotated calls, in `folder`.
    ///
    /// Throws for calls that cannot be read as they are meant.
    public func report(_ request: Request, folder: String) throws -> Result {
        var remarks = remarks
        let (annotated, isWhole) = try annotate(request.variants, in: folder) { remarks.append($0) }
        var losses = isWhole ? [] : ["records that do not fit the reference were not annotated"]
        let family = try family(
            request.pedigree, request.question.person, sample: request.sample, calls: annotated)
        var calls = try AnnotatedVCF(path: annotated, options: options(sample: request.sample, family))
        let sample = request.name ?? calls.sample ?? request.calls.name
        var maker = ClinicalReportMaker(
            request.question, sample: sample, reference: reference, ranker: ranker, actionable: actionable,
            family: family,
            judge: judge.judge(
                fits: fits(request.question.person), frequencySources: calls.frequencySources))
        try checkJoined(calls.hasClinVar)
        var seen: Set<String> = []
        while let allele = try calls.next() {
            for row in allele.consequences where request.question.genes.contains(row.gene) { seen.insert(row.gene) }
            try maker.add(allele, copies: calls.relatives)
        }
        let lacking = self.losses(of: request.question, seen: seen)
        (losses, remarks) = (losses + lacking, remarks + lacking)
        if calls.counts.uncalled > 0 {
            remarks.append("\(calls.counts.uncalled) alleles are of records in which the person has no genotype")
        }
        let scored = try risk.outcome(
            calls: request.variants, sample: calls.sample ?? "")
        remarks += scored.remarks
        losses += scored.untold.map { "\($0.score) is not told: \($0.reason)" }
        let reads = try request.alignments.map { try IndexedAlignments(path: $0, reference: reference) }
        var report = try maker.report(
            provenance: provenance(request), laboratory: request.laboratory,
            drugs: try request.pharmacogenes.map {
                try Pharmacogenomics(knowledge: .bundled()).result(
                    variants: $0, sample: request.sample, reference: reference)
            },
            risk: scored.told, untoldRisk: scored.untold,
            coverage: try request.callable.map { try coverage(of: request.question.genes, callable: $0) } ?? [],
            remarks: remarks,
            pictures: { allele in
                try reads.flatMap { try ReadPicture(of: allele, in: $0, reference: reference) }
            })
        report.geneIDs = geneIDs(of: report)
        losses += (report.diagnosis?.remarks ?? []).filter(\.isLoss).map { "\($0.term) \($0.text)" }
        return Result(report: report, annotated: annotated, losses: losses)
    }

    /// Why an allele of annotated calls is no finding, in a sentence.
    public func absence(
        _ contig: String, _ position: Int, _ bases: String, _ alternate: String, of annotated: String,
        sample: String?, question: ClinicalQuestion, pedigree: Pedigree? = nil
    ) throws -> String {
        let name = "\(contig):\(position):\(bases)>\(alternate)"
        let fates = try fates([name], of: annotated, sample: sample, question: question, pedigree: pedigree)
        return fates[name] ?? "\(name) was not called in this person: `--sites` says of any allele why."
    }

    /// What became of alleles that were called, by their names, in a sentence each.
    func fates(
        _ names: Set<String>, of annotated: String, sample: String?, question: ClinicalQuestion,
        pedigree: Pedigree? = nil
    ) throws -> [String: String] {
        let family = try family(pedigree, question.person, sample: sample, calls: annotated)
        var calls = try AnnotatedVCF(path: annotated, options: options(sample: sample, family))
        var maker = ClinicalReportMaker(
            question, sample: "", reference: reference, ranker: ranker, actionable: actionable, family: family,
            judge: judge.judge(fits: fits(question.person), frequencySources: calls.frequencySources))
        maker.watch(names)
        // All of them are judged: what becomes of one depends on the others of its gene.
        while let allele = try calls.next() { try maker.add(allele, copies: calls.relatives) }
        let report = try maker.report(
            provenance: .init(
                software: "", createdAt: Date(timeIntervalSince1970: 0), reference: .init(name: ""),
                calls: .init(name: "")))
        var fates = maker.reasons.reduce(into: [:]) { $0[$1.key] = "\($1.key): \($1.value.words)." }
        for finding in report.findings + (report.secondary ?? []) where names.contains(finding.allele.name) {
            fates[finding.allele.name] = "\(finding.allele.name) is \(finding.id)."
        }
        return fates
    }

    /// Throws where calls that nobody annotates here lack the words of a file that was named for them.
    private func checkJoined(_ hasClinVar: Bool) throws(GenomicsError) {
        guard transcripts == nil, !hasClinVar, let file = files.first(where: { $0.role == .clinVar }) else { return }
        throw GenomicsError(
            .malformed,
            "the calls are annotated without its words, and are not annotated again for want of gene models: name them "
                + "(--transcripts), or leave the file out", file: file.path)
    }

    /// Whether a case's terms are compared with diseases.
    var comparesPhenotypes: Bool { ranker != nil }

    /// Whether one of the suite's tables has a gene of that name.
    func knowsGene(_ name: String) -> Bool {
        judge.knowsGene(name) || actionable.entries.contains { $0.gene == name }
    }

    /// How a person's phenotypes fit the diseases of genes, by likelihood ratio.
    private func fits(_ person: PhenotypeCase?) -> [String: PhenotypeFit] {
        guard let person, let ratios, let file = files.first(where: { $0.role == .phenotypes }) else { return [:] }
        let ranking = ratios.rank(person, limit: .max)
        return Dictionary(
            ranking.genes.map { gene in
                (
                    gene.gene,
                    PhenotypeFit(
                        disease: gene.diseaseName, logLikelihoodRatio: Double(gene.score), source: file.source.label)
                )
            }
        ) { first, _ in first }
    }

    private func options(sample: String?, _ family: CalledFamily?) -> AnnotatedVCF.Options {
        var options = AnnotatedVCF.Options()
        options.sample = sample
        options.relatives = family?.members.map(\.name) ?? []
        options.isChosenOnly = true
        if let clinVar = files.first(where: { $0.role == .clinVar }) { options.clinVar = clinVar.source.label }
        let frequencies = files.filter { $0.role == .frequencies }
        if !frequencies.isEmpty {
            options.frequencies = Dictionary(frequencies.map { ($0.prefix, $0.source.label) }) { first, _ in first }
        }
        return options
    }

    private func provenance(_ request: Request) -> ClinicalReport.Provenance {
        ClinicalReport.Provenance(
            software: request.software, createdAt: request.createdAt,
            reference: ClinicalReport.Source(
                name: URL(fileURLWithPath: reference.path).lastPathComponent, digest: reference.digest),
            calls: request.calls,
            knowledge: files.map(\.source) + judge.sources
                + (request.question.consentsToSecondaryFindings && !files.contains { $0.role == .secondary }
                    ? [actionable.source] : []),
            models: request.models + judge.models)
    }

    /// Writes the calls with consequences, frequencies and ClinVar's words; those of an annotated file as they are.
    private func annotate(
        _ path: String, in folder: String, remark: (String) -> Void
    ) throws -> (path: String, isWhole: Bool) {
        guard let transcripts else { return (path, true) }
        let sources = try files.compactMap { file -> AnnotationSource? in
            let prefix = file.role == .frequencies ? "=\(file.prefix)" : ""
            guard file.role == .frequencies || file.role == .clinVar else { return nil }
            return try AnnotationSource(
                "\(file.path):\(try file.fields().joined(separator: ","))\(prefix)", reference: reference)
        }
        var options = VariantAnnotator.Options()
        options.isPickOnly = true
        options.choice = TranscriptChoice(preferred: judge.preferred)
        options.naming = VariantNaming()
        let annotator = VariantAnnotator(
            reference: reference, transcripts: transcripts, sources: sources, options: options)
        let output = "\(folder)/annotated.vcf.gz"
        let summary = try annotator.annotate(path, to: output, metadata: [], remark: remark)
        let named = files.filter { $0.role == .frequencies || $0.role == .clinVar }
        for (file, known) in zip(named, summary.known) where known == 0 && summary.records > 0 {
            remark("\(file.source.label) knows none of the \(summary.records) records")
        }
        return (output, summary.mismatched + summary.foreign == 0)
    }
}
