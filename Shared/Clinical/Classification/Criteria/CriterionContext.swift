import Genomics

/// What the rules of an allele's criteria look at, put together once.
struct CriterionContext {
    let allele: AnnotatedAllele
    let evidence: AlleleEvidence
    let chosen: TranscriptConsequence
    let kind: ConsequenceKind
    let gene: GeneKnowledge
    let knowledge: CriteriaKnowledge
    let index: ClinVarIndex?
    /// The coding exons of the chosen transcript, and whose word that is.
    let exons: (exons: CodingExons, source: String)?

    /// The panel's name where its gene has one.
    var panel: PanelRules? { gene.panel }

    /// Whether residues are counted as the panel counts them: on MANE Select, or on the transcript that its table names.
    var isNumberedAsPanel: Bool {
        let accession = unversioned(chosen.transcript)
        return chosen.isManeSelect || gene.transcripts.contains { $0 == accession }
            || gene.exons.map { unversioned($0.transcript) == accession } ?? false
    }

    /// Says that a panel's residues cannot be found on the chosen transcript.
    func misnumbered(_ criterion: Criterion) -> CriterionAssessment {
        .notEvaluable(
            criterion,
            "The panel counts residues of \(chosen.gene) on \(gene.transcripts.first ?? "another transcript"), and the consequence is told of "
                + "\(chosen.transcript): annotate with that transcript preferred (--preferred).")
    }

    /// Says that a gene's panel does not use a criterion.
    func unused(_ criterion: Criterion) -> CriterionAssessment {
        .notEvaluable(
            criterion, "ClinGen's \(panel?.name ?? "panel") does not use \(criterion.rawValue) for \(chosen.gene).")
    }

    /// Whether a missense variant of one residue is looked at.
    var isMissense: Bool { kind.contains(.missense) && kind.isDisjoint(with: [.stopGained, .frameshift, .startLost]) }
}

/// Numbers as sentences show them.
enum Figure {
    /// `12.3 %`.
    static func percent(_ share: Double) -> String {
        "\(Int((share * 1_000).rounded()) / 10).\(Int((share * 1_000).rounded()) % 10) %"
    }

    /// A frequency with three significant digits, never in powers of ten: `0.000123`.
    static func frequency(_ value: Double) -> String {
        if value <= 0 { return "0" }
        if value >= 1 { return "1" }
        var (scaled, decimals) = (value, 0)
        while scaled < 100, decimals < 12 { (scaled, decimals) = (scaled * 10, decimals + 1) }
        var digits = String(Int(scaled.rounded()))
        while digits.hasSuffix("0"), decimals > 1 {
            digits.removeLast()
            decimals -= 1
        }
        let zeros = decimals - digits.utf8.count
        if zeros < 0 { return "1" }
        return "0." + String(repeating: "0", count: zeros) + digits
    }

    /// `1 homozygote`, `2 homozygotes`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
