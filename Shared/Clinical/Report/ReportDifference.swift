/// What is otherwise in one report than in another: an amendment says it, and `helicase report diff`.
public struct ReportDifference: Sendable, Hashable, Codable {
    /// One change, in a sentence, with what it is of.
    public struct Change: Sendable, Hashable, Codable {
        /// What changed.
        public enum Kind: String, Sendable, Hashable, Codable {
            // The words are the documentation.
            case conclusion, added, removed, classified, criterion, diagnosis, drugs, callability, risk
        }

        /// What changed.
        public var kind: Kind
        /// The allele, gene or drug; empty for the conclusion.
        public var subject: String
        /// What it was, and what it is, in a sentence.
        public var text: String
        /// What the new statement rests on.
        public var sources: [String]

        /// A change.
        public init(kind: Kind, subject: String, text: String, sources: [String] = []) {
            self.kind = kind
            self.subject = subject
            self.text = text
            self.sources = sources
        }
    }

    /// What a person is told otherwise.
    public var changes: [Change]
    /// Knowledge, models and software of other versions, a sentence each; these alone change no statement.
    public var provenance: [String]

    /// Compares two reports of one person.
    public init(from old: ClinicalReport, to new: ClinicalReport) {
        changes = []
        provenance = Self.provenance(old.provenance, new.provenance)
        if old.conclusion.result != new.conclusion.result || old.conclusion.headline != new.conclusion.headline {
            changes.append(
                Change(
                    kind: .conclusion, subject: "",
                    text: "The conclusion was: \(old.conclusion.headline) It is: \(new.conclusion.headline)"))
        }
        compare(old.findings, new.findings)
        compare(old.secondary ?? [], new.secondary ?? [])
        compareDiagnoses(old.diagnosis, new.diagnosis)
        compareDrugs(old.drugs, new.drugs)
        compareRisk(old, new)
        if old.coverage != new.coverage {
            changes.append(
                Change(
                    kind: .callability, subject: "",
                    text: "How much of the genes could have been called is another: other transcripts were chosen."))
        }
    }

    /// Whether nothing that a person is told differs.
    public var isEmpty: Bool { changes.isEmpty }

    private mutating func compare(_ old: [Finding], _ new: [Finding]) {
        let before = Dictionary(old.map { ($0.allele.name, $0) }) { first, _ in first }
        let after = Set(new.map(\.allele.name))
        for finding in old where !after.contains(finding.allele.name) {
            changes.append(
                Change(
                    kind: .removed, subject: finding.allele.name,
                    text: "\(Self.name(finding)) was \(Self.word(finding)) and is no finding any more."))
        }
        for finding in new {
            guard let known = before[finding.allele.name] else {
                changes.append(
                    Change(
                        kind: .added, subject: finding.allele.name,
                        text: "\(Self.name(finding)) is a finding now: \(Self.word(finding)).",
                        sources: Self.sources(finding)))
                continue
            }
            compare(known, finding)
        }
    }

    private mutating func compare(_ old: Finding, _ new: Finding) {
        let (one, other) = (old.classification, new.classification)
        if one.byPoints != other.byPoints || one.byRules != other.byRules {
            changes.append(
                Change(
                    kind: .classified, subject: new.allele.name,
                    text: "\(Self.name(new)) was \(Self.word(old)) and is \(Self.word(new)).",
                    sources: Self.sources(new)))
        }
        for (before, after) in zip(one.criteria, other.criteria)
        where (before.outcome, before.strength) != (after.outcome, after.strength) {
            changes.append(
                Change(
                    kind: .criterion, subject: new.allele.name,
                    text:
                        "\(Self.name(new)), \(after.criterion.rawValue): was \(Self.word(before)), is \(Self.word(after)). "
                        + after.reason,
                    sources: after.sources))
        }
        if old.allele.clinVar?.significance != new.allele.clinVar?.significance
            || old.allele.clinVar?.stars != new.allele.clinVar?.stars
        {
            func word(_ record: ClinVarRecord?) -> String {
                record.map { "\($0.significance) (\($0.stars) stars, \($0.source))" } ?? "nothing"
            }
            changes.append(
                Change(
                    kind: .classified, subject: new.allele.name,
                    text:
                        "\(Self.name(new)): ClinVar said \(word(old.allele.clinVar)), and says \(word(new.allele.clinVar)).",
                    sources: new.allele.clinVar.map { [$0.source] } ?? []))
        }
    }

    private mutating func compareRisk(_ old: ClinicalReport, _ new: ClinicalReport) {
        func words(_ report: ClinicalReport) -> [(score: String, text: String, source: String?)] {
            report.risk.map { risk in
                (
                    risk.score,
                    "\(risk.value)" + (risk.percentile.map { ", percentile \($0)" } ?? ", without a percentile"),
                    risk.source
                )
            } + (report.untoldRisk ?? []).map { ($0.score, "not told", nil) }
        }
        let (before, after) = (words(old), words(new))
        for score in (before + after).map(\.score).distinct {
            let (one, other) = (before.first { $0.score == score }, after.first { $0.score == score })
            guard one?.text != other?.text else { continue }
            changes.append(
                Change(
                    kind: .risk, subject: score,
                    text:
                        "The score \(score) was \(one?.text ?? "not asked for") and is \(other?.text ?? "not asked for").",
                    sources: other?.source.map { [$0] } ?? []))
        }
    }

    private mutating func compareDiagnoses(_ old: PhenotypeRanking?, _ new: PhenotypeRanking?) {
        let (before, after) = (old?.genes.first?.gene, new?.genes.first?.gene)
        guard before != after else { return }
        changes.append(
            Change(
                kind: .diagnosis, subject: after ?? "",
                text: "The gene whose disease fits best was \(before ?? "none") and is \(after ?? "none").",
                sources: ["case"]))
    }

    private mutating func compareDrugs(_ old: PharmacogenomicResult?, _ new: PharmacogenomicResult?) {
        func genes(_ result: PharmacogenomicResult?) -> [String: String] {
            Dictionary(
                (result?.genes ?? []).map { ($0.gene, $0.diplotypes.map(\.name).joined(separator: "; ")) }
            ) { first, _ in first }
        }
        let (before, after) = (genes(old), genes(new))
        for gene in Set(before.keys).union(after.keys).sorted() where before[gene] != after[gene] {
            changes.append(
                Change(
                    kind: .drugs, subject: gene,
                    text: "\(gene) was \(before[gene] ?? "not named") and is \(after[gene] ?? "not named").",
                    sources: (new?.sources ?? []).map(\.file)))
        }
        let advised = Set((old?.advice ?? []).map(\.self))
        for advice in new?.advice ?? [] where !advised.contains(advice) {
            changes.append(
                Change(
                    kind: .drugs, subject: advice.drug,
                    text: "New advice of \(advice.source): \(advice.recommendation)",
                    sources: (new?.sources ?? []).map(\.file)))
        }
    }

    private static func provenance(
        _ old: ClinicalReport.Provenance, _ new: ClinicalReport.Provenance
    ) -> [String] {
        var sentences: [String] = []
        if old.software != new.software {
            sentences.append("helicase \(old.software) made the old one, \(new.software) the new one")
        }
        func compare(_ before: [ClinicalReport.Source], _ after: [ClinicalReport.Source]) {
            let known = Dictionary(before.map { ($0.name, $0) }) { first, _ in first }
            for source in after where known[source.name] != source {
                sentences.append("\(known[source.name]?.label ?? "no \(source.name)") → \(source.label)")
            }
            let kept = Set(after.map(\.name))
            for source in before where !kept.contains(source.name) { sentences.append("\(source.label) → none") }
        }
        compare(old.knowledge, new.knowledge)
        compare(old.models, new.models)
        return sentences
    }

    private static func name(_ finding: Finding) -> String {
        "\(finding.gene) \(finding.allele.chosen?.codingName ?? finding.allele.name)"
    }

    private static func word(_ finding: Finding) -> String {
        "\(finding.classification.byPoints.rawValue.lowercased()) (\(finding.classification.points) points)"
    }

    private static func word(_ assessment: CriterionAssessment) -> String {
        switch assessment.outcome {
        case .met: "met (\(assessment.strength?.suffix ?? ""))"
        case .notMet: "not met"
        case .notEvaluable: "not evaluable"
        }
    }

    private static func sources(_ finding: Finding) -> [String] {
        finding.classification.criteria.filter { $0.outcome == .met }.flatMap(\.sources).distinct
    }
}
