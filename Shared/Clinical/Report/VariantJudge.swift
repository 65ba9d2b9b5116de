import Annotation
import Foundation
import Genomics

/// What alleles are judged with: the tables of criteria, ClinVar's other variants, the network, the case.
struct VariantJudge: Sendable {
    private let knowledge: CriteriaKnowledge
    private let index: ClinVarIndex?
    private let coding: CodingTranscripts?
    private let reference: ReferenceGenome
    private let model: PathogenicityModel

    /// The suite's own knowledge of genes.
    var sources: [ClinicalReport.Source] { knowledge.sources }
    /// The network.
    let models: [ClinicalReport.Source]
    /// Whether a table has a gene of that name.
    func knowsGene(_ name: String) -> Bool { knowledge.genes[name] != nil }
    /// Transcripts on which panels count residues.
    var preferred: Set<String> { knowledge.panelTranscripts }

    /// Reads what is needed; ClinVar's file is annotated on the way where it has no consequences.
    init(_ files: [KnowledgeFile], transcripts: TranscriptSet?, reference: ReferenceGenome) throws {
        knowledge = try CriteriaKnowledge.bundled()
        model = try PathogenicityModel.bundled()
        models = [
            ClinicalReport.Source(name: "pathogenicity", version: "1", digest: try model.package.digest())
        ]
        coding = transcripts.map { CodingTranscripts($0) }
        self.reference = reference
        let preferred = knowledge.panelTranscripts
        index = try files.first { $0.role == .clinVar }.flatMap { file in
            if try VCFReader(path: file.path).headerText.contains("##INFO=<ID=CSQ,") {
                return try ClinVarIndex(path: file.path, source: file.source.label)
            }
            guard let transcripts else { return nil }
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-clinvar-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let path = folder.appendingPathComponent("clinvar.vcf.gz").path
            var options = VariantAnnotator.Options()
            options.isPickOnly = true
            options.isLocal = true
            options.choice = TranscriptChoice(preferred: preferred)
            let annotator = VariantAnnotator(
                reference: reference, transcripts: transcripts, sources: [], options: options)
            _ = try annotator.annotate(file.path, to: path, metadata: []) { _ in }
            return try ClinVarIndex(path: path, source: file.source.label)
        }
    }

    /// Judges an allele with what stands beside it; `fits` are how the person's phenotypes fit genes' diseases.
    func judge(
        fits: [String: PhenotypeFit], frequencySources: [String]
    ) -> FindingSelection.Judge {
        var options = VariantAssessor.Options()
        options.frequencySources = frequencySources
        let assessor = VariantAssessor(
            knowledge: knowledge, index: index, transcripts: coding, reference: reference, options: options)
        let model = model
        return { allele, family in
            // Its reasons, which take longer than all the rest, are for whoever is told of the allele: it is judged again beside its companions.
            let score = model.score(allele, withReasons: family?.companions != nil)
            let evidence = AlleleEvidence(
                score: score, family: family,
                phenotype: allele.chosen.flatMap { fits[$0.gene] })
            return (try assessor.classify(allele, evidence: evidence), score)
        }
    }
}
