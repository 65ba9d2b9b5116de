import Commands
import Foundation
import Plots
import SequenceAnalysis

/// The page of an audit, which a browser opens without a network.
enum AuditPage {
    /// Findings of a kind that are shown; the table beside the page has all.
    private static let shown = 50

    static func html(_ audit: SequenceAudit, _ files: [String]) -> String {
        let lead =
            "\(Count.of(audit.records, "record")) of \(files.joined(separator: ", ")), in "
            + "\(Count.of(audit.families, "family", "families")) that share no 40 bases on either strand. findings.tsv lists every "
            + "record that something was found of."
        let kinds = SequenceAudit.Finding.Kind.allCases
        var body = Page.section(
            audit.leaks ? "Records leak between splits" : "No leak was found",
            Page.table(["#records", "what"], kinds.map { ["\(audit.count($0))", $0.text] }))
        body += Page.section(
            "Classes and GC",
            Page.table(
                ["split", "label", "#records", "#GC"],
                audit.shares.map {
                    [$0.split, $0.label, "\($0.count)", String(format: "%.1f %%", 100 * $0.meanGC)]
                })
                + (audit.aurocOfGC.map {
                    Page.paragraph(
                        String(format: "GC alone tells the classes apart with an area under the ROC of %.3f.", $0))
                } ?? "") + "<div class=\"plots\">" + Page.figure(gc(audit).plot()) + Page.figure(lengths(audit).plot())
                + "</div>")
        for kind in kinds where audit.count(kind) > 0 {
            let found = audit.findings.filter { $0.kind == kind }
            let rest = found.count > shown ? Page.paragraph("\(found.count - shown) more are in findings.tsv.") : ""
            body += Page.section(
                "\(Count.of(found.count, "record")): \(kind.text)",
                Page.table(
                    ["record", "split", "label", "finding"],
                    found.prefix(shown).map { [$0.record, $0.split, $0.label, $0.other] }) + rest)
        }
        return Page.page("Audit of labelled sequences", lead: lead, body)
    }

    /// The distribution of GC by class, over all splits.
    private static func gc(_ audit: SequenceAudit) -> LineChart {
        let labels = audit.shares.reduce(into: [String]()) { if !$0.contains($1.label) { $0.append($1.label) } }
        let series = labels.prefix(4).map { label -> LineChart.Series in
            let own = audit.shares.filter { $0.label == label }
            let total = Double(max(1, own.reduce(0) { $0 + $1.count }))
            let points = stride(from: 0, through: 96, by: 4).map { first in
                let count = own.reduce(0) { sum, share in sum + share.gc[first..<min(101, first + 4)].reduce(0, +) }
                return LineChart.Point(Double(first + 2), 100 * Double(count) / total)
            }
            return LineChart.Series(label, points)
        }
        return LineChart(
            title: "GC by class", x: Axis("percent of G and C"), y: Axis("percent of records"), series: Array(series))
    }

    private static func lengths(_ audit: SequenceAudit) -> LineChart {
        let points = audit.lengths.sorted { $0.key < $1.key }.map {
            LineChart.Point(Double($0.key), Double($0.value))
        }
        return LineChart(
            title: "Records by length", x: Axis("bases"), y: Axis("records"),
            series: [LineChart.Series("records", points, hasMarkers: true)])
    }
}
