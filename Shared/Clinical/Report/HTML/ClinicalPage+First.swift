/// The first page: what a doctor needs who is no geneticist.
extension ClinicalPage {
    /// The most findings of the first page; the others are behind it.
    private static let mostAtAGlance = 6

    /// Who was looked at, with the date and the laboratory.
    var subject: HTML {
        let subject = report.subject
        let sex = [PhenotypeCase.Sex.male: "male", .female: "female"][subject.sex]
        return HTML.facts([
            ("Patient", report.laboratory.map { HTML.orMissing($0.patient) }),
            ("Sample", "\(subject.sample)"),
            ("Case", subject.caseID.map { "\($0)" }),
            ("Sex, age as stated", "\(sex ?? "sex not stated"), \(subject.years.map(Self.age) ?? "age not stated")"),
            ("Features present", subject.present.isEmpty ? "none stated" : Self.terms(subject.present)),
            ("Features looked for and absent", subject.excluded.isEmpty ? nil : Self.terms(subject.excluded)),
            ("Reported", "\(Self.day(report.provenance.createdAt))"),
            ("Laboratory", report.laboratory.map { "\($0.name)" }),
        ])
    }

    private static func terms(_ terms: [ClinicalReport.Term]) -> HTML {
        let most = 12
        var text = terms.prefix(most).map(\.name).joined(separator: ", ")
        if terms.count > most { text += " and \(terms.count - most) more" }
        return "\(text)"
    }

    private static func age(_ years: Double) -> String {
        guard years.isFinite else { return "age not stated" }
        if years < 2 { return "\(PlainWords.number(years * 12, "%.0f")) months" }
        return "\(PlainWords.number(years, years < 18 ? "%.1f" : "%.0f")) years"
    }

    /// The result, what it means, what to do next, how sure it is, and the findings with what is open about each.
    var first: HTML {
        let conclusion = report.conclusion
        let (meaning, next) = (conclusion.meaning.count, conclusion.next.count)
        func part(_ title: String, _ items: [HTML]) -> HTML {
            "<div><h3>\(title)</h3>\n" + (items.isEmpty ? "<p>Nothing is stated.</p>" : HTML.list(items)) + "</div>\n"
        }
        return """
            <section id="result" class="result \(conclusion.result.rawValue)">
            <h2><span class="verdict">\(conclusion.result.rawValue.capitalized)</span> \
            <span class="headline">\(conclusion.headline)</span></h2>
            <p>\(PlainWords.meaning(of: conclusion.result))</p>
            \(glance)<div class="three">
            \(part("What it means", sentences(conclusion.meaning, first: 1)))\
            \(part("What to do next", sentences(conclusion.next, first: 1 + meaning)))\
            \(part("How sure it is", sentences(conclusion.certainty, first: 1 + meaning + next)))</div>
            \(also)\
            </section>

            """
    }

    /// What else the report says that nobody should miss.
    private var also: HTML {
        var items: [HTML] = []
        func names(_ all: [String]) -> String {
            var seen: Set<String> = []
            let distinct = all.filter { seen.insert($0).inserted }
            let most = 6
            return distinct.prefix(most).joined(separator: ", ")
                + (distinct.count > most ? " and \(distinct.count - most) more" : "")
        }
        if let secondary = report.secondary, !secondary.isEmpty {
            items.append(
                "<a href=\"#secondary\">Secondary findings</a> that can be acted on: \(names(secondary.map(\.gene)))")
        }
        if let drugs = report.drugs, !drugs.advice.isEmpty {
            items.append("<a href=\"#drugs\">Advice on drugs</a>: \(names(drugs.advice.map(\.drug)))")
        }
        let gaps = report.coverage.filter { $0.callable < $0.bases || $0.bases <= 0 }
        if !gaps.isEmpty {
            items.append(
                """
                <a href="#coverage">Genes that could not be seen in full</a>, in which a variant may have been missed: \
                \(names(gaps.map(\.gene)))
                """)
        }
        if !report.remarks.isEmpty {
            items.append(
                "<a href=\"#methods\">Input that was not used as it was given</a>: \(Self.count(report.remarks.count, "remark"))"
            )
        }
        return items.isEmpty ? "" : "<div class=\"also\"><h3>Also in this report</h3>\n\(HTML.list(items))</div>\n"
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// The findings in short, each with what is open about it.
    private var glance: HTML {
        guard !report.findings.isEmpty else { return "<p>No variant is reported.</p>\n" }
        let rows = report.findings.prefix(Self.mostAtAGlance).enumerated().map { place, finding -> [HTML] in
            let article = FindingArticle(
                finding: finding, anchor: "finding-\(place + 1)", number: place + 1, page: self)
            return [
                "<a href=\"#finding-\(place + 1)\">\(finding.gene)</a>",
                """
                \(FindingArticle.plainClass(finding.classification.byPoints)). <span class="from">\(article.shortName)</span>
                """,
                """
                \(finding.allele.call.map { PlainWords.copies($0) } ?? "no genotype is known"); \
                \(finding.disease?.name ?? "no disease is known for the gene")
                """,
                finding.ambiguities.isEmpty ? "nothing was noted" : HTML.list(finding.ambiguities.map { HTML($0) }),
            ]
        }
        let rest = report.findings.count - rows.count
        let more: HTML =
            rest > 0 ? "<p><a href=\"#findings\">\(rest) more of lesser importance</a> follow below.</p>\n" : ""
        return HTML.table(
            "Findings, the most important first",
            [
                .init("Gene", 14), .init("The variant", 24), .init("Where, and which disease", 32),
                .init("What is open", 30),
            ],
            rows) + more
    }
}
