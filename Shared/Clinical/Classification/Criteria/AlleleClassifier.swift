/// The classes that a ranking of genes weighs alleles by: those of the criteria, without what the ranking weighs by itself.
///
/// Phenotypes (PP4), relatives (PS2, PM6, PP1, BS4) and the gene's other allele (PM3, BP2) are no part of a class here, for they count in the
/// ranking; the rest is judged as in a report.
public struct AlleleClassifier: Sendable {
    private let assessor: VariantAssessor
    private let model: PathogenicityModel?

    /// Judges by an assessor, and by a network for PP3 and BP4 where one is given.
    public init(_ assessor: VariantAssessor, model: PathogenicityModel? = nil) {
        (self.assessor, self.model) = (assessor, model)
    }

    /// The class of an allele for the gene of one of its consequences; nil where that changes neither the protein nor a splice site.
    ///
    /// Throws where the reference cannot be read.
    public func `class`(
        of allele: AnnotatedAllele, _ consequence: TranscriptConsequence
    ) throws -> GeneVariant.Class? {
        guard consequence.changesProteinOrSplicing else { return nil }
        var allele = allele
        allele.consequences = [consequence] + allele.consequences.filter { $0 != consequence }
        let evidence = AlleleEvidence(score: model?.score(allele))
        return GeneVariant.Class(try assessor.classify(allele, evidence: evidence).byPoints)
    }
}

extension TranscriptConsequence {
    /// Whether it changes the protein, or where the transcript is spliced.
    var changesProteinOrSplicing: Bool {
        impact == "HIGH" || impact == "MODERATE" || terms.contains("splice_region_variant")
    }
}
