import Events
import Foundation
import Genomics
import Schemas
import TestSupport
import Testing

@testable import helicase_report

/// A report as a page.
@Suite("Report pages")
struct ReportPageTests {
    private func report(_ name: String) throws -> Report {
        let file = SchemaFiles.folder.appendingPathComponent("Events/report/golden/\(name).json")
        return try EventCoding.decode(Report.self, from: Array(Data(contentsOf: file)))
    }

    @Test("Sites, sex and what is missing stand on the page, and nothing of them is markup")
    func content() throws {
        var report = try report("sites")
        report.missing = ["<b>reads</b> of a file"]
        report.sites?.listed[0].contig = "<chr&M>"
        let page = ReportPage.html(report)
        for words in [
            "&lt;b&gt;reads&lt;/b&gt; of a file", "&lt;chr&amp;M&gt;", "Warning: XY was given",
            "<td>too few reads</td>",
            "<td>LowQual</td>", "<td class=\"number\">8860</td>", "panel.vcf.gz",
        ] {
            #expect(page.contains(words), "\(words)")
        }
        #expect(!page.contains("<b>"))
        #expect(page.hasPrefix("<!DOCTYPE html>") && !page.contains("http"))
    }

    @Test("A report of an earlier version has a page without them", arguments: ["full", "incomplete", "without-calls"])
    func earlier(name: String) throws {
        let page = ReportPage.html(try report(name))
        #expect(!page.contains("Sites asked for") && !page.contains("Sex chromosomes"))
        #expect(page.contains("What could be called"))
    }
}
