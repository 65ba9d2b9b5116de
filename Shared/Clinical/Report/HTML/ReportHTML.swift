import Foundation

/// A clinical report as one HTML page: for a browser or a printer, without network and without script.
///
/// The first page is for a doctor who is no geneticist. Behind it is everything that the report holds, in the same order. Texts of a report are
/// never markup. What the report does not hold is said to be missing.
public enum ReportHTML {
    /// The page, in UTF-8, also well-formed as XML; the same bytes for equal reports.
    public static func page(_ report: ClinicalReport) -> String { ClinicalPage(report).markup.text }
}

/// A page in the making: the report, and what links need.
struct ClinicalPage {
    let report: ClinicalReport
    /// Anchors by what sources of sentences call them: findings, knowledge bases and models.
    private let anchors: [String: String]
    /// Each sentence that can be asked for its reasons, with the number of its note.
    let notes: [ClinicalReport.Statement]

    init(_ report: ClinicalReport) {
        self.report = report
        let conclusion = report.conclusion
        notes = conclusion.meaning + conclusion.next + conclusion.certainty + report.methods + report.limits
        var anchors: [String: String] = [:]
        func add(_ name: String, _ anchor: String) { if anchors[name] == nil { anchors[name] = anchor } }
        for (place, finding) in report.findings.enumerated() { add(finding.id, "finding-\(place + 1)") }
        for (place, finding) in (report.secondary ?? []).enumerated() { add(finding.id, "secondary-\(place + 1)") }
        for (place, source) in Self.sources(of: report).enumerated() { add(source.source.label, "source-\(place + 1)") }
        self.anchors = anchors
    }

    /// Everything that the report rests on, with what it is.
    static func sources(of report: ClinicalReport) -> [(kind: String, source: ClinicalReport.Source)] {
        let provenance = report.provenance
        return [("reference", provenance.reference), ("calls", provenance.calls)]
            + provenance.knowledge.map { ("knowledge", $0) } + provenance.models.map { ("model", $0) }
    }

    var markup: HTML {
        let title = "Genomic report of \(report.subject.sample)"
        let sections = self.sections
        return """
            <!DOCTYPE html>
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
            <meta name="generator" content="\(report.provenance.software)" />
            <title>\(title)</title>
            <style>
            \(ReportStyle.sheet(running: runningHead))
            </style>
            </head>
            <body>
            <a class="skip" href="#result">Skip to the result</a>
            \(ScaleFigures.definitions)<header>
            <p class="disclaimer"><strong>\(ClinicalReport.disclaimer)</strong></p>
            <h1>\(title)</h1>
            \(subject)</header>
            <main>
            \(first)\(contents(sections))\(HTML.all(sections.map(\.markup)))</main>
            <footer><p class="disclaimer"><strong>\(ClinicalReport.disclaimer)</strong></p></footer>
            </body>
            </html>

            """
    }

    /// What each printed sheet says at its head, so that none is mistaken for another person's.
    private var runningHead: String {
        let patient = report.laboratory?.patient.map { "\($0), " } ?? ""
        return "\(patient)\(report.subject.sample) · \(Self.day(report.provenance.createdAt))"
    }

    /// The parts behind the first page.
    struct Section {
        var anchor: String
        var title: String
        /// How many things are in it, where that tells something.
        var count: Int?
        var body: HTML

        var markup: HTML { "<section id=\"\(anchor)\"><h2>\(title)</h2>\n\(body)</section>\n" }
    }

    private var sections: [Section] {
        [
            Section(anchor: "findings", title: "Findings", count: report.findings.count, body: findings),
            Section(anchor: "diagnosis", title: "Diseases that fit the features", body: diagnosis),
            Section(anchor: "secondary", title: "Secondary findings", count: report.secondary?.count, body: secondary),
            Section(anchor: "drugs", title: "Drugs", count: report.drugs?.advice.count, body: drugs),
            Section(anchor: "risk", title: "Polygenic risk", count: report.risk.count, body: risk),
            Section(anchor: "family", title: "Family", count: report.family?.relatives.count, body: family),
            Section(anchor: "coverage", title: "What could be seen", body: coverage),
            Section(anchor: "absent", title: "Alleles that are no findings", body: absent),
            Section(anchor: "methods", title: "Methods, limits and remarks", body: methods),
            Section(anchor: "laboratory", title: "Laboratory", body: laboratory),
            Section(anchor: "provenance", title: "What the report rests on", body: provenance),
            Section(anchor: "notes", title: "Where each sentence comes from", body: reasons),
        ]
    }

    private func contents(_ sections: [Section]) -> HTML {
        let items = sections.map { section -> HTML in
            let count = section.count.map { " (\($0))" } ?? ""
            var item: HTML = "<a href=\"#\(section.anchor)\">\(section.title)\(count)</a>"
            if section.anchor == "findings", (1...20).contains(report.findings.count) {
                item += HTML.list(
                    report.findings.enumerated().map { place, finding in
                        "<a href=\"#finding-\(place + 1)\">\(finding.gene)</a>, \(finding.classification.byPoints.rawValue)"
                    }, ordered: true)
            }
            return item
        }
        return """
            <nav class="contents" aria-labelledby="contents"><h2 id="contents">Contents</h2>
            \(HTML.list(items, ordered: true))</nav>

            """
    }

    /// A sentence with the number of the note that says where it comes from; `first` is the number of the list's first.
    func sentences(_ statements: [ClinicalReport.Statement], first: Int) -> [HTML] {
        statements.enumerated().map { place, statement in
            let number = first + place
            return """
                \(statement.text)<sup><a href="#note-\(number)" id="sentence-\(number)" \
                aria-label="Note \(number): where this sentence comes from">\(number)</a></sup>
                """
        }
    }

    /// Sources by name, those that the page shows as links.
    func links(_ sources: [String]) -> HTML {
        let parts = sources.map { source -> HTML in
            anchors[source].map { "<a href=\"#\($0)\">\(source)</a>" } ?? "\(source)"
        }
        guard let first = parts.first else { return "" }
        return parts.dropFirst().reduce(first) { $0 + ", " + $1 }
    }

    /// The finding that a source is, if it is one.
    func anchor(_ source: String) -> String? { anchors[source] }

    /// A day of UTC.
    static func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }
}
