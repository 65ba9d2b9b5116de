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
            </section>

            """
    }

    /// The findings in short, each with what is open about it.
    private var glance: HTML {
        guard !report.findings.isEmpty else { return "<p>No variant is reported.</p>\n" }
        let rows = report.findings.prefix(Self.mostAtAGlance).enumerated().map { place, finding -> [HTML] in
            [
                "<a href=\"#finding-\(place + 1)\">\(finding.gene)</a>",
                "\(FindingArticle.plainClass(finding.classification.byPoints))",
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
