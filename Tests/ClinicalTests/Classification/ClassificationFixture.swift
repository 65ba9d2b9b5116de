import Annotation
import Clinical
import Foundation
import Genomics

/// Alleles made of a few words, and their assessments by the suite's own tables.
enum ClassificationFixture {
    static let knowledge = Result { try CriteriaKnowledge.bundled() }

    /// A consequence of an allele on a gene's chosen transcript.
    static func consequence(
        _ gene: String, _ terms: String, transcript: String = "NM_1.1", coding: String? = nil, protein: String? = nil,
        exon: TranscriptConsequence.Ordinal? = nil, intron: TranscriptConsequence.Ordinal? = nil, residue: Int? = nil,
        aminoAcids: String? = nil, isDecayed: Bool? = nil
    ) -> TranscriptConsequence {
        TranscriptConsequence(
            gene: gene, transcript: transcript, terms: terms.split(separator: "&").map(String.init), impact: "HIGH",
            codingName: coding.map { "\(transcript):\($0)" }, proteinName: protein.map { "NP_1.1:\($0)" }, exon: exon,
            intron: intron, residue: residue, aminoAcids: aminoAcids, isDecayed: isDecayed, isManeSelect: true)
    }

    /// An allele with one consequence.
    static func allele(
        _ consequence: TranscriptConsequence?, position: Int = 1_000, reference: String = "C", alternate: String = "T",
        contig: String = "chr1", zygosity: GeneVariant.Zygosity = .heterozygous,
        frequencies: [PopulationFrequency] = [], clinVar: ClinVarRecord? = nil
    ) -> AnnotatedAllele {
        AnnotatedAllele(
            contig: contig, position: position, reference: reference, alternate: alternate,
            call: .init(genotype: "0/1", zygosity: zygosity), consequences: consequence.map { [$0] } ?? [],
            frequencies: frequencies, clinVar: clinVar)
    }

    /// A missense variant that ClinVar knows.
    static func known(
        _ gene: String, _ residue: Int, _ aminoAcids: String, _ significance: String, stars: Int = 2, position: Int,
        terms: String = "missense_variant"
    ) -> AnnotatedAllele {
        allele(
            consequence(gene, terms, residue: residue, aminoAcids: aminoAcids), position: position,
            clinVar: ClinVarRecord(
                source: "clinvar", id: "\(position)", significance: significance, reviewStatus: "", stars: stars))
    }

    /// What an assessor says of a criterion.
    static func assess(
        _ criterion: Criterion, _ allele: AnnotatedAllele, known: [AnnotatedAllele]? = nil,
        evidence: AlleleEvidence = AlleleEvidence(), transcripts: CodingTranscripts? = nil,
        reference: ReferenceGenome? = nil, options: VariantAssessor.Options = .init()
    ) throws -> CriterionAssessment {
        let result = try classify(
            allele, known: known, evidence: evidence, transcripts: transcripts, reference: reference, options: options)
        guard let found = result.criteria.first(where: { $0.criterion == criterion }) else {
            throw CocoaError(.keyValueValidation)
        }
        return found
    }

    static func classify(
        _ allele: AnnotatedAllele, known: [AnnotatedAllele]? = nil, evidence: AlleleEvidence = AlleleEvidence(),
        transcripts: CodingTranscripts? = nil, reference: ReferenceGenome? = nil,
        options: VariantAssessor.Options = .init()
    ) throws -> Classification {
        let assessor = VariantAssessor(
            knowledge: try knowledge.get(), index: known.map { ClinVarIndex($0) }, transcripts: transcripts,
            reference: reference, options: options)
        return try assessor.classify(allele, evidence: evidence)
    }

    /// A frequency of gnomAD.
    static func frequency(
        _ count: Int, of number: Int, population: String = "", homozygotes: Int? = nil
    ) -> PopulationFrequency {
        PopulationFrequency(
            source: "gnomad", population: population, alleleCount: count, alleleNumber: number,
            frequency: Double(count) / Double(number), homozygotes: homozygotes)
    }

    /// Options of calls that were compared with gnomAD.
    static let compared: VariantAssessor.Options = {
        var options = VariantAssessor.Options()
        options.frequencySources = ["gnomad"]
        return options
    }()
}

extension CriterionAssessment {
    /// `PVS1_Strong`, `not met` or `not evaluable`.
    var word: String {
        switch outcome {
        case .met: strength.map { MetCriterion(criterion, $0).name } ?? ""
        case .notMet: "not met"
        case .notEvaluable: "not evaluable"
        }
    }
}
