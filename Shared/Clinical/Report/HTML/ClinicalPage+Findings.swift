/// Findings, diseases and what else was looked for.
extension ClinicalPage {
    /// The findings by importance.
    var findings: HTML {
        guard !report.findings.isEmpty else { return "<p>No variant is reported.</p>\n" }
        return Self.commentHint + articles(report.findings, "finding")
    }

    /// Findings that the question did not ask for.
    var secondary: HTML {
        guard let findings = report.secondary else {
            return "<p>Not looked for: the request does not consent to them.</p>\n"
        }
        guard !findings.isEmpty else { return "<p>Looked for; none was found.</p>\n" }
        let lead: HTML = "<p>Findings that the question did not ask for and that can be acted on medically.</p>\n"
        return lead + (report.findings.isEmpty ? Self.commentHint : "") + articles(findings, "secondary")
    }

    private func articles(_ findings: [Finding], _ anchor: String) -> HTML {
        HTML.all(
            findings.enumerated().map { place, finding in
                FindingArticle(finding: finding, anchor: "\(anchor)-\(place + 1)", number: place + 1, page: self).markup
            })
    }

    /// Stands once on a page: comments are labelled by its word.
    private static let commentHint: HTML = """
        <p class="hint">Criteria have a column <span id="comments">Comment</span> to write in. What is written stays in this page while it is \
        open: print it, or save the page, to keep it.</p>

        """

    /// How many diseases have their reasons, and how many are in the table.
    private static let most = (reasons: 5, rows: 25)

    /// The features in full, and the diseases ranked by them, with reasons.
    var diagnosis: HTML {
        func list(_ terms: [ClinicalReport.Term]) -> HTML? {
            terms.isEmpty ? nil : "\(terms.map { "\($0.name) (\($0.id))" }.joined(separator: ", "))"
        }
        let subject = report.subject
        let features = HTML.facts([
            ("Present", list(subject.present)), ("Looked for and absent", list(subject.excluded)),
        ])
        guard let ranking = report.diagnosis else {
            let reason =
                subject.present.isEmpty && subject.excluded.isEmpty ? "No features were given" : "Not asked for"
            return features + "<p>\(reason): no diseases were ranked.</p>\n"
        }
        return features + Self.lead(ranking) + table(ranking)
            + HTML.all(ranking.genes.prefix(Self.most.reasons).map(Self.reasons))
    }

    private static func lead(_ ranking: PhenotypeRanking) -> HTML {
        let terms = "\(ranking.present) present and \(ranking.excluded) absent"
        let remarks = HTML.list(ranking.remarks.map { "\($0.term): \($0.text)" })
        return """
            <p>Genes and diseases ranked by the person's features (\(terms), method: \(ranking.method)). A score is a sum of reasons; it is \
            no probability.</p>
            \(remarks)
            """
    }

    private func table(_ ranking: PhenotypeRanking) -> HTML {
        guard !ranking.genes.isEmpty else { return "<p>No disease fits.</p>\n" }
        let table = HTML.table(
            "Genes and diseases, the best first",
            [
                .init("Rank", 9, isNumber: true), .init("Gene", 17), .init("Disease", 50),
                .init("Score", 12, isNumber: true), .init("Findings", 12, isNumber: true),
            ],
            ranking.genes.prefix(Self.most.rows).map { gene in
                [
                    "\(gene.rank)", "\(gene.gene)", "\(gene.diseaseName) (\(gene.disease))",
                    "\(PlainWords.number(Double(gene.score), "%.2f"))",
                    "\(report.findings.count { $0.gene == gene.gene })",
                ]
            })
        let rest = ranking.genes.count - Self.most.rows
        return rest > 0 ? table + "<p>\(PlainWords.grouped(rest)) more are in the report's other forms.</p>\n" : table
    }

    private static func reasons(_ gene: RankedGene) -> HTML {
        let rows = gene.reasons.map { reason -> [HTML] in
            let share = reason.frequency.map { "\(PlainWords.percent(Double($0))) of the affected" }
            let through = reason.through.map { "through \($0)" }
            let words = [share, through].compactMap { $0 }
            return [
                "\(reason.name) (\(reason.term))", "\(reason.finding.rawValue)",
                "\(words.isEmpty ? "not named for the disease" : words.joined(separator: "; "))",
                "\(PlainWords.number(Double(reason.contribution), "%+.2f"))",
            ]
        }
        let rest: [HTML] = [
            "All else", "–", "how much of the disease's picture is covered, inheritance, onset, age and sex",
            "\(PlainWords.number(Double(gene.other), "%+.2f"))",
        ]
        return """
            <details><summary><h3>Why \(gene.gene) is number \(gene.rank)</h3></summary>
            \(HTML.table(
                "What each feature adds to \(gene.diseaseName)",
                [
                    .init("Feature", 36), .init("In the person", 14), .init("In the disease", 36),
                    .init("Adds", 14, isNumber: true),
                ], rows + [rest]))</details>

            """
    }

    /// Polygenic scores.
    var risk: HTML {
        let untold = report.untoldRisk ?? []
        guard !report.risk.isEmpty || !untold.isEmpty else { return "<p>No polygenic score was asked for.</p>\n" }
        let left: HTML =
            untold.isEmpty
            ? ""
            : HTML.table(
                "Scores that are not told",
                [
                    .init("Trait", 26), .init("Score", 16), .init("Variants that were seen", 18, isNumber: true),
                    .init("Why", 40),
                ],
                untold.map { score in
                    [
                        "\(score.trait)", "\(score.score)",
                        "\(PlainWords.grouped(score.matched)) of \(PlainWords.grouped(score.variants))",
                        "\(score.reason)",
                    ]
                })
        guard !report.risk.isEmpty else { return left }
        return HTML.table(
            "Polygenic scores: a place among others, no diagnosis",
            [
                .init("Trait", 26), .init("Score", 16), .init("Percentile in the panel", 34),
                .init("Variants that were seen", 24, isNumber: true),
            ],
            report.risk.map { risk in
                [
                    "\(risk.trait)", "\(risk.score); sum \(PlainWords.number(risk.value, "%.4g"))",
                    Self.percentile(risk),
                    "\(PlainWords.grouped(risk.matched)) of \(PlainWords.grouped(risk.variants))",
                ]
            }) + left
    }

    private static func percentile(_ risk: ClinicalReport.RiskFinding) -> HTML {
        guard let percentile = risk.percentile else { return "\(risk.note ?? "no panel to compare with")" }
        var words = PlainWords.number(percentile, "%.1f")
        if let interval = risk.interval, interval.count == 2 {
            words +=
                " (interval \(PlainWords.number(interval[0], "%.1f")) to \(PlainWords.number(interval[1], "%.1f")))"
        }
        if let population = risk.population {
            words += "; nearest to \(population)"
            if let share = risk.populationProbability { words += " (\(PlainWords.percent(share)))" }
        }
        return "\(words) \(ScaleFigures.percentile(percentile, risk.interval))"
    }
}
