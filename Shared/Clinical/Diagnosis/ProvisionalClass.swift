/// A class without criteria: what ClinVar says, else how rare an allele is and what it does to the protein.
///
/// A rule for ranking, where nobody has classified the variant; it is no class of ACMG and AMP, and nothing of it is to be reported as one.
public enum ProvisionalClass {
    /// A share above which an allele is likely benign for a Mendelian disease (BS1 as it is used without a gene's own threshold).
    public static let common = 0.01
    /// A share below which an allele is rare.
    public static let rare = 0.001

    /// The class of an allele for the gene of a consequence, with its reason in words.
    ///
    /// 1. ClinVar's word with one star or more; conflicting ones count as uncertain.
    /// 2. Frequencies: above ``common`` in any population likely benign.
    /// 3. Rare ones by consequence: a premature stop that leads to decay, a frameshift that does, and the two bases of a splice site are
    ///    likely pathogenic (PVS1 with PM2 would be nine points, less what the gene's mechanism may take away); others of high or
    ///    moderate impact are uncertain.
    /// 4. All others are likely benign.
    public static func of(
        _ allele: AnnotatedAllele, _ consequence: TranscriptConsequence
    ) -> (class: GeneVariant.Class, reason: String) {
        if let known = allele.clinVar, known.stars >= 1, let kind = kind(significance: known.significance) {
            return (kind, "\(known.source): \(known.significance), \(known.stars) of 4 stars")
        }
        let greatest = allele.frequencies.max { $0.frequency < $1.frequency }
        let share = greatest?.frequency ?? 0
        if share > common {
            return (.likelyBenign, "\(percent(share)) in \(greatest?.source ?? "a population")")
        }
        let what = consequence.terms.first ?? consequence.impact
        guard share <= rare else { return (.likelyBenign, "\(what), \(percent(share)): not rare") }
        switch consequence.impact {
        case "HIGH":
            let isSplice = consequence.terms.contains {
                $0 == "splice_donor_variant" || $0 == "splice_acceptor_variant"
            }
            return consequence.isDecayed == true || isSplice
                ? (.likelyPathogenic, "rare, \(what)") : (.uncertain, "rare, \(what)")
        case "MODERATE": return (.uncertain, "rare, \(what)")
        default: return (.likelyBenign, what)
        }
    }

    private static func percent(_ share: Double) -> String {
        let hundredths = (share * 10_000).rounded() / 100
        return "\(hundredths) %"
    }

    /// ClinVar's words (`CLNSIG`), of several the first that is one of the five classes; nil for others, such as `drug response`.
    private static func kind(significance: String) -> GeneVariant.Class? {
        let word = significance.lowercased().replacing("_", with: " ")
        if word.hasPrefix("conflicting") { return .uncertain }
        for part in word.split(whereSeparator: { "/|,;".contains($0) }) {
            switch part.drop(while: { $0 == " " }) {
            case "pathogenic": return .pathogenic
            case "likely pathogenic": return .likelyPathogenic
            case "uncertain significance": return .uncertain
            case "likely benign": return .likelyBenign
            case "benign": return .benign
            default: continue
            }
        }
        return nil
    }
}
