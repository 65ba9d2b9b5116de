/// How a report was made and what it cannot say, from what it holds.
struct MethodText {
    private let report: ClinicalReport

    init(_ report: ClinicalReport) { self.report = report }

    var methods: [ClinicalReport.Statement] {
        let provenance = report.provenance
        var sentences: [(String, [String])] = [
            (
                "Calls of \(provenance.calls.label) against \(provenance.reference.label) were annotated and classified by helicase "
                    + "\(provenance.software).", ["calls"]
            ),
            (
                "Each allele was held against all 28 criteria of ACMG and AMP (Richards 2015); its class is that of the points "
                    + "(Tavtigian 2020), with the class by the rules of 2015 beside it.", []
            ),
        ]
        if !provenance.knowledge.isEmpty {
            let names = provenance.knowledge.map(\.label)
            sentences.append(("Knowledge: \(names.joined(separator: ", ")).", names))
        }
        if let family = report.family {
            let called = family.relatives.filter(\.isCalled).map { "\($0.name) (\($0.relation))" }
            sentences.append(
                (
                    called.isEmpty
                        ? "A pedigree was given, and none of its relatives has calls beside the person's."
                        : "Calls of relatives were looked at: \(called.joined(separator: ", ")). New alleles (PS2, PM6), the other allele of the gene "
                            + "(PM3, BP2) and how alleles run with the disease (PP1, BS4; Jarvik and Browning 2016) are told by them.",
                    ["calls"]
                ))
        }
        if let diagnosis = report.diagnosis {
            sentences.append(
                (
                    "Genes were ranked for \(diagnosis.present) seen and \(diagnosis.excluded) excluded phenotypes "
                        + "(\(diagnosis.method)).", ["case"]
                ))
        }
        if let drugs = report.drugs {
            sentences.append(
                (
                    "Star alleles of \(drugs.genes.count) genes were matched; a position without data was never taken for the "
                        + "reference.", drugs.sources.map(\.file)
                ))
        }
        if !report.risk.isEmpty {
            let panels = report.risk.compactMap(\.panel).distinct
            sentences.append(
                (
                    "Polygenic scores are sums of weights over the genotypes (PGS Catalog)"
                        + (panels.isEmpty
                            ? "."
                            : "; percentiles are among \(panels.joined(separator: ", ")), after principal components are allowed for."),
                    report.risk.compactMap(\.source) + panels
                ))
        }
        return numbered("methods", sentences)
    }

    var limits: [ClinicalReport.Statement] {
        var sentences: [(String, [String])] = [
            (
                "Substitutions and short insertions and deletions were looked at; copy numbers, long repeats, rearrangements and "
                    + "low shares of mosaics were not.", ["calls"]
            ),
            (
                "\(report.counts.alleles) alleles were looked at; the reasons why the others are no findings are counted.",
                ["calls"]
            ),
        ]
        for score in report.untoldRisk ?? [] {
            sentences.append(("\(score.score), \(score.trait), is not told: \(score.reason)", ["calls"]))
        }
        if !report.risk.isEmpty {
            sentences.append(
                (
                    "A polygenic score is no diagnosis: its effect was measured in the people of its study, and a low one does not protect.",
                    report.risk.compactMap(\.source)
                ))
        }
        for gap in report.family?.gaps ?? [] { sentences.append((gap, ["calls"])) }
        if report.provenance.knowledge.isEmpty {
            sentences.append(("No knowledge base was named: neither frequencies nor ClinVar speak in this report.", []))
        }
        if report.secondary == nil {
            sentences.append(
                ("Medically actionable findings that nobody asked for were not looked for: there is no consent.", []))
        }
        for limit in report.drugs?.limits ?? [] { sentences.append((limit, [])) }
        sentences.append((ClinicalReport.disclaimer, []))
        return numbered("limits", sentences)
    }

    private func numbered(_ part: String, _ sentences: [(String, [String])]) -> [ClinicalReport.Statement] {
        sentences.enumerated().map { number, sentence in
            ClinicalReport.Statement(id: "\(part).\(number + 1)", text: sentence.0, sources: sentence.1)
        }
    }
}
