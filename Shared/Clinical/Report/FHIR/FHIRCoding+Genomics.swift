import Genomics

/// LOINC's answers and terms of the Sequence Ontology for what a report says.
extension FHIRCoding {
    /// LL4034-6.
    static func significance(_ class: VariantClass) -> FHIRCoding {
        switch `class` {
        case .pathogenic: answer("LA6668-3", "Pathogenic")
        case .likelyPathogenic: answer("LA26332-9", "Likely pathogenic")
        case .uncertain: answer("LA26333-7", "Uncertain significance")
        case .likelyBenign: answer("LA26334-5", "Likely benign")
        case .benign: answer("LA6675-8", "Benign")
        }
    }

    /// Overall interpretation of a genetic analysis (LOINC 51968-6).
    static func interpretation(_ result: ClinicalReport.Conclusion.Result) -> FHIRCoding {
        switch result {
        case .positive: answer("LA6576-8", "Positive")
        case .inconclusive: answer("LA9663-1", "Inconclusive")
        case .negative: answer("LA6577-6", "Negative")
        }
    }

    /// LL381-5; alleles of the mitochondrion are on all molecules or on some.
    static func allelicState(_ zygosity: GeneVariant.Zygosity, isMitochondrial: Bool) -> FHIRCoding {
        switch (zygosity, isMitochondrial) {
        case (.heterozygous, true): answer("LA6703-8", "Heteroplasmic")
        case (_, true): answer("LA6704-6", "Homoplasmic")
        case (.heterozygous, _): answer("LA6706-1", "Heterozygous")
        case (.homozygous, _): answer("LA6705-3", "Homozygous")
        case (.hemizygous, _): answer("LA6707-9", "Hemizygous")
        }
    }

    /// The level of evidence of a met criterion (answers of LOINC 93044-6); nil of strengths that the list has no answer for.
    static func evidence(_ criterion: MetCriterion) -> FHIRCoding? {
        switch (criterion.criterion.isPathogenic, criterion.strength) {
        case (true, .veryStrong): answer("LA30200-2", "Very strong evidence pathogenic")
        case (true, .strong): answer("LA30201-0", "Strong evidence pathogenic")
        case (true, .moderate): answer("LA30202-8", "Moderate evidence pathogenic")
        case (true, .supporting): answer("LA30203-6", "Supporting evidence pathogenic")
        case (false, .supporting): answer("LA30204-4", "Supporting evidence benign")
        case (false, .strong): answer("LA30205-1", "Strong evidence benign")
        default: nil
        }
    }

    /// ClinVar's stars.
    static func stars(_ count: Int) -> FHIRCoding? {
        switch count {
        case 1...4: FHIRCoding(.clinVarStars, "\(count)-star", "\(count) star")
        case 0: FHIRCoding(.clinVarStars, "no-star", "no star")
        default: nil
        }
    }

    /// LL1040-6.
    static func assembly(_ build: GenomeBuild) -> FHIRCoding {
        switch build {
        case .grch37: answer("LA14029-5", "GRCh37")
        case .grch38: answer("LA26806-2", "GRCh38")
        }
    }

    /// LL2938-0, which has the chromosomes 1 to 22, X and Y; nil of the mitochondrion and other contigs.
    static func chromosome(_ contig: String) -> FHIRCoding? {
        let name = GenomeBuild.plain(contig)
        let place = name == "X" ? 22 : name == "Y" ? 23 : (Int(name) ?? 0) - 1
        guard chromosomes.indices.contains(place) else { return nil }
        return answer(chromosomes[place], "Chromosome \(name)")
    }

    private static let chromosomes = [
        "LA21254-0", "LA21255-7", "LA21256-5", "LA21257-3", "LA21258-1", "LA21259-9", "LA21260-7", "LA21261-5",
        "LA21262-3", "LA21263-1", "LA21264-9", "LA21265-6", "LA21266-4", "LA21267-2", "LA21268-0", "LA21269-8",
        "LA21270-6", "LA21271-4", "LA21272-2", "LA21273-0", "LA21274-8", "LA21275-5", "LA21276-3", "LA21277-1",
    ]

    /// The kind of a change of DNA by the bases of VCF; nil of symbolic alleles.
    static func change(reference: String, alternate: String) -> FHIRCoding? {
        let (before, after) = (Array(reference.utf8), Array(alternate.utf8))
        guard !before.isEmpty, !after.isEmpty, (before + after).allSatisfy({ bases.contains($0) }) else { return nil }
        if before.count == after.count {
            return before.count == 1
                ? FHIRCoding(.sequenceOntology, "SO:0001483", "SNV")
                : FHIRCoding(.sequenceOntology, "SO:0002007", "MNV")
        }
        if before.starts(with: after) { return FHIRCoding(.sequenceOntology, "SO:0000159", "deletion") }
        if after.starts(with: before) { return FHIRCoding(.sequenceOntology, "SO:0000667", "insertion") }
        return FHIRCoding(.sequenceOntology, "SO:1000032", "delins")
    }

    private static let bases = Set("ACGTNacgtn".utf8)

    /// LOINC's word for a phenotype of CPIC's; nil where the value set of therapeutic implications has none.
    static func therapeutic(_ phenotype: String) -> FHIRCoding? {
        switch phenotype.lowercased() {
        case "ultrarapid metabolizer": answer("LA10315-2", "Ultrarapid metabolizer")
        case "rapid metabolizer": answer("LA25390-8", "Rapid metabolizer")
        case "normal metabolizer": answer("LA25391-6", "Normal metabolizer")
        case "intermediate metabolizer": answer("LA10317-8", "Intermediate metabolizer")
        case "poor metabolizer": answer("LA9657-3", "Poor metabolizer")
        case "increased function": answer("LA25392-4", "Increased function")
        case "normal function": answer("LA25393-2", "Normal function")
        case "decreased function": answer("LA25395-7", "Decreased function")
        case "poor function": answer("LA25394-0", "Poor function")
        default: nil
        }
    }

    /// A term of the Sequence Ontology as consequences name it; nil of words that are none.
    static func consequence(_ term: String) -> FHIRCoding? {
        consequences[term].map { FHIRCoding(.sequenceOntology, "SO:\($0)", term) }
    }

    private static let consequences: [String: String] = [
        "transcript_ablation": "0001893", "splice_acceptor_variant": "0001574", "splice_donor_variant": "0001575",
        "stop_gained": "0001587", "frameshift_variant": "0001589", "stop_lost": "0001578", "start_lost": "0002012",
        "transcript_amplification": "0001889", "feature_elongation": "0001907", "feature_truncation": "0001906",
        "inframe_insertion": "0001821", "inframe_deletion": "0001822", "missense_variant": "0001583",
        "protein_altering_variant": "0001818", "splice_donor_5th_base_variant": "0001787",
        "splice_region_variant": "0001630", "splice_donor_region_variant": "0002170",
        "splice_polypyrimidine_tract_variant": "0002169", "incomplete_terminal_codon_variant": "0001626",
        "start_retained_variant": "0002019", "stop_retained_variant": "0001567", "synonymous_variant": "0001819",
        "coding_sequence_variant": "0001580", "mature_miRNA_variant": "0001620", "5_prime_UTR_variant": "0001623",
        "3_prime_UTR_variant": "0001624", "non_coding_transcript_exon_variant": "0001792",
        "intron_variant": "0001627", "NMD_transcript_variant": "0001621",
        "non_coding_transcript_variant": "0001619", "coding_transcript_variant": "0001968",
        "upstream_gene_variant": "0001631", "downstream_gene_variant": "0001632", "intergenic_variant": "0001628",
    ]
}
