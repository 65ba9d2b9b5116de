import Foundation

/// What a person who is no geneticist reads instead of the field's terms.
enum PlainWords {
    /// What a variant of a class does, behind "it".
    static func meaning(of variantClass: VariantClass) -> String {
        switch variantClass {
        case .pathogenic: "it causes disease"
        case .likelyPathogenic: "it very probably causes disease"
        case .uncertain: "it is not known whether it causes disease"
        case .likelyBenign: "it is very probably harmless"
        case .benign: "it is harmless"
        }
    }

    /// What a result says, in a sentence.
    static func meaning(of result: ClinicalReport.Conclusion.Result) -> String {
        switch result {
        case .positive: "Variants were found that cause disease and fit how it is inherited."
        case .inconclusive: "Something was found that may explain the disease; it is not certain."
        case .negative: "Nothing was found that explains the disease. A genetic cause is not ruled out by this."
        }
    }

    /// What a variant does, behind "a variant that": by the term of the Sequence Ontology, or in that term's own words.
    static func effect(of term: String) -> String {
        if let words = effects[term] { return words }
        return "is a \(term.replacing("_", with: " "))"
    }

    private static let effects = [
        "transcript_ablation": "removes a transcript of the gene",
        "splice_acceptor_variant": "breaks a place where parts of the gene are joined (a splice site)",
        "splice_donor_variant": "breaks a place where parts of the gene are joined (a splice site)",
        "stop_gained": "ends the protein too early",
        "frameshift_variant": "shifts the reading frame, so that the protein is wrong from there on",
        "stop_lost": "removes the end of the protein, so that it becomes too long",
        "start_lost": "removes the start of the protein",
        "inframe_insertion": "adds amino acids to the protein",
        "inframe_deletion": "removes amino acids from the protein",
        "missense_variant": "exchanges an amino acid of the protein",
        "protein_altering_variant": "changes the protein",
        "splice_region_variant": "lies near a place where parts of the gene are joined (a splice site)",
        "splice_donor_region_variant": "lies near a place where parts of the gene are joined (a splice site)",
        "splice_donor_5th_base_variant": "lies near a place where parts of the gene are joined (a splice site)",
        "splice_polypyrimidine_tract_variant": "lies near a place where parts of the gene are joined (a splice site)",
        "start_retained_variant": "leaves the start of the protein as it is",
        "stop_retained_variant": "leaves the end of the protein as it is",
        "synonymous_variant": "leaves the protein's amino acids as they are",
        "coding_sequence_variant": "lies in the part of the gene that is made into protein",
        "5_prime_UTR_variant": "lies before the part of the gene that is made into protein",
        "3_prime_UTR_variant": "lies behind the part of the gene that is made into protein",
        "non_coding_transcript_exon_variant": "lies in an RNA that is not made into protein",
        "intron_variant": "lies in a part of the gene that is cut out (an intron)",
        "upstream_gene_variant": "lies before the gene",
        "downstream_gene_variant": "lies behind the gene",
        "intergenic_variant": "lies between genes",
    ]

    /// Which copies have an allele.
    static func copies(_ call: AnnotatedAllele.Call) -> String {
        if let share = call.share { return "in about \(percent(share)) of this person's mitochondrial DNA" }
        return switch call.zygosity {
        case .heterozygous: "on one of the two copies of the gene"
        case .homozygous: "on both copies of the gene"
        case .hemizygous: "on the only copy of the gene"
        }
    }

    /// How alleles fit the way a disease is inherited, in a sentence; `isKnown` where a table says how that is.
    static func fit(_ finding: InheritanceFit.Finding, isKnown: Bool) -> String {
        switch finding {
        case .dominant:
            isKnown
                ? "One changed copy of the gene is enough for the disease."
                : "One copy of the gene is changed; how its disease is inherited is not known here."
        case .homozygous: "Both copies of the gene have the change."
        case .compoundHeterozygous: "Two variants were found, one on each copy of the gene."
        case .possiblyCompoundHeterozygous:
            "Two variants were found; whether they lie on different copies of the gene is not known."
        case .hemizygous: "The only X chromosome has the change."
        case .carrier:
            "One copy of the gene is changed and its disease needs two: by itself this makes a carrier, who need not be ill."
        case .none: "What was found in the gene does not fit the way its disease is inherited."
        }
    }

    /// The field's word for a fit.
    static func term(_ finding: InheritanceFit.Finding) -> String {
        switch finding {
        case .dominant: "one allele"
        case .homozygous: "homozygous"
        case .compoundHeterozygous: "compound heterozygous"
        case .possiblyCompoundHeterozygous: "two alleles, not phased"
        case .hemizygous: "hemizygous"
        case .carrier: "carrier"
        case .none: "does not fit"
        }
    }

    /// A whole number with its thousands set apart.
    static func grouped(_ number: Int) -> String {
        let digits = Array("\(number.magnitude)")
        var text = number < 0 ? "\u{2212}" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A number with as many digits as tell something; a dash where it is none.
    static func number(_ value: Double, _ format: String = "%.3g") -> String {
        guard value.isFinite else { return "–" }
        return String(format: format, value).replacing("-", with: "\u{2212}")
    }

    /// A share in hundredths.
    static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "–" }
        let value = share * 100
        let digits = value == 0 || value >= 10 ? 0 : value >= 1 ? 1 : value >= 0.1 ? 2 : value >= 0.01 ? 3 : 4
        return String(format: "%.\(digits)f %%", value)
    }

    /// How often something is, as one in so many; nil of what is never seen or not rare.
    static func oneIn(_ share: Double) -> String? {
        guard share.isFinite, share > 1e-12, share < 0.1 else { return nil }
        return "1 in \(grouped(Int((1 / share).rounded())))"
    }

    /// Bases by their beginning and number where there are many.
    static func bases(_ text: String) -> String {
        text.utf8.count <= 40 ? text : "\(text.prefix(20))… (\(grouped(text.utf8.count)) bases)"
    }
}
