/// Why a finding has its class.
extension FindingArticle {
    /// The class by both ways of combining the criteria, and the network's word.
    var evidence: HTML {
        let classification = finding.classification
        let (points, rules) = (classification.byPoints, classification.byRules)
        let met = classification.metNames
        let names = met.isEmpty ? "No criterion is met." : "Criteria that are met: \(met.joined(separator: ", "))."
        let both: HTML =
            points == rules
            ? "The rules of 2015 give the same class."
            : """
            <strong>The rules of 2015 give another class, \(rules.rawValue.lowercased()).</strong> The report states the class by points.
            """
        let panel = classification.panel.map { "Thresholds of \($0)." } ?? "General thresholds."
        return """
            <h4>Why it is classed so</h4>
            <p>\(names) They come to \(PlainWords.grouped(classification.points)) \
            \(classification.points.magnitude == 1 ? "point" : "points"): \(points.rawValue.lowercased()). \(both) \(panel)</p>
            \(ScaleFigures.points(classification.points, points))\(network)
            """
    }

    private var network: HTML {
        guard let score = finding.score else {
            return "<p>The network that classifies variants does not speak of it.</p>\n"
        }
        var interval = "no interval is stated"
        if score.interval.count == 2 {
            interval =
                "95 % interval \(PlainWords.number(score.interval[0])) to \(PlainWords.number(score.interval[1]))"
        }
        let worth =
            score.criterion.map { criterion in
                finding.classification.metNames.contains(criterion.name)
                    ? "It counts as \(criterion.name)."
                    : "By itself it is worth \(criterion.name); what became of it is said at \(criterion.criterion.rawValue)."
            } ?? "That is too near 1 to count for either side."
        let reasons = score.reasons.map { reason -> [HTML] in
            let side = reason.contribution > 0 ? "for pathogenic" : reason.contribution < 0 ? "for benign" : "neither"
            return ["\(reason.feature)", "\(side)", "\(PlainWords.number(reason.contribution, "%+.2f"))"]
        }
        let table =
            reasons.isEmpty
            ? ""
            : HTML.table(
                "What the network rests on, the strongest first",
                [.init("Feature", 60), .init("Speaks", 20), .init("Log-odds", 20, isNumber: true)], reasons)
        return """
            <p>The network \(page.links([score.model])) gives a probability of pathogenic of \(PlainWords.percent(score.probability)): a \
            likelihood ratio of \(PlainWords.number(score.likelihoodRatio)) (\(interval)). \(worth)</p>
            \(table)
            """
    }

    /// All criteria, each with a place for a person's comment.
    var criteria: HTML {
        let items = finding.classification.criteria
        let (met, notMet) = (items.count { $0.outcome == .met }, items.count { $0.outcome == .notMet })
        let rows = items.map { item -> [HTML] in
            let sources: HTML =
                item.sources.isEmpty ? "" : " <span class=\"from\">From \(page.links(item.sources)).</span>"
            return [
                "<span id=\"\(anchor)-\(item.criterion.rawValue)\">\(item.criterion.rawValue)</span>",
                Self.outcome(item),
                "\(item.reason)\(sources)",
                """
                <div class="comment" contenteditable="plaintext-only" role="textbox" aria-multiline="true" \
                aria-labelledby="comments \(anchor)-\(item.criterion.rawValue)"></div>
                """,
            ]
        }
        let summary =
            "All \(items.count) criteria: \(met) met, \(notMet) not met, \(items.count - met - notMet) not evaluable"
        return """
            <details><summary><h4>\(summary)</h4></summary>
            \(HTML.table(
                "Criteria of ACMG and AMP (2015) with their evidence",
                [.init("Criterion", 12), .init("Outcome", 16), .init("Evidence", 45), .init("Comment", 27)], rows,
                style: "criteria"))</details>

            """
    }

    private static func outcome(_ item: CriterionAssessment) -> HTML {
        switch item.outcome {
        case .met:
            guard let strength = item.strength else { return "<strong>met</strong>" }
            let points = (item.criterion.isPathogenic ? 1 : -1) * strength.points
            return "<strong>met</strong>, \(strength.suffix) (\(PlainWords.number(Double(points), "%+.0f")))"
        case .notMet: return "not met"
        case .notEvaluable: return "not evaluable"
        }
    }

    /// Other transcripts and populations.
    var others: HTML {
        let transcripts = finding.allele.consequences.dropFirst().map { row -> [HTML] in
            [
                "\(row.transcript)", "\(row.gene)",
                "\(row.terms.map { $0.replacing("_", with: " ") }.joined(separator: ", "))",
                "\([row.codingName, row.proteinName].compactMap { $0 }.map(PlainWords.bases).joined(separator: ", "))",
            ]
        }
        let populations = finding.allele.frequencies.map { row -> [HTML] in
            [
                "\(row.source)", "\(row.population.isEmpty ? "all" : row.population)",
                "\(PlainWords.percent(row.frequency))",
                "\(row.alleleCount.map(PlainWords.grouped) ?? "–")",
                "\(row.alleleNumber.map(PlainWords.grouped) ?? "–")",
                "\(row.homozygotes.map(PlainWords.grouped) ?? "–")",
            ]
        }
        var body: HTML = ""
        if !transcripts.isEmpty {
            body += HTML.table(
                "Other transcripts",
                [.init("Transcript", 26), .init("Gene", 14), .init("Effect", 28), .init("Names", 32)],
                Array(transcripts))
        }
        if !populations.isEmpty {
            body += HTML.table(
                "How often it is in populations",
                [
                    .init("Source", 20), .init("Population", 16), .init("Frequency", 16, isNumber: true),
                    .init("Copies", 13, isNumber: true), .init("Chromosomes", 20, isNumber: true),
                    .init("Two copies", 15, isNumber: true),
                ], populations)
        }
        guard !body.isEmpty else { return "" }
        let summary = "Other transcripts (\(transcripts.count)) and populations (\(populations.count))"
        return "<details><summary><h4>\(summary)</h4></summary>\n\(body)</details>\n"
    }
}
