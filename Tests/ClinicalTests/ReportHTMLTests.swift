import Foundation
import Testing

@testable import Clinical

/// One truth: what the page says is what the report holds.
@Suite("Report's page")
struct ReportHTMLTests {
    private static func parsed(_ report: ClinicalReport) throws -> ParsedPage {
        try #require(ParsedPage.read(ReportHTML.page(report)), "not well-formed")
    }

    @Test("The page holds each finding's id, names, class and call, in their order, and no other finding")
    func oneTruth() throws {
        let generated = (100..<124).map { ClinicalReportExamples.random(seed: UInt64($0), findings: $0 % 9) }
        for report in ClinicalReportExamples.all.map(\.report) + generated {
            let page = try Self.parsed(report)
            let findings = report.findings + (report.secondary ?? [])
            let articles = page.named("article")
            #expect(articles.map { $0.attributes["data-finding"] } == findings.map(\.id))
            for (article, finding) in zip(articles, findings) { Self.expect(article, says: finding) }
            let contents = page.named("nav")[0].text
            #expect(contents.contains("Findings (\(report.findings.count))"))
            if let secondary = report.secondary {
                #expect(contents.contains("Secondary findings (\(secondary.count))"))
            }
        }
    }

    private static func expect(_ article: ParsedPage.Element, says finding: Finding) {
        let badge = article.children[0].children.last
        #expect(badge?.text == finding.classification.byPoints.rawValue)
        var expected: [String?] = [
            finding.id, finding.genomicName, finding.vrs, finding.disease?.id,
            finding.allele.call?.genotype,
        ]
        expected += [finding.allele.call?.quality.map { "quality (GQ) \($0)" }]
        expected += [
            finding.allele.call?.depth.map { "\($0) reads" }, finding.allele.clinVar.map { "variation \($0.id)" },
        ]
        if finding.allele.reference.count < 40 {
            expected += [finding.gene, finding.allele.chosen?.codingName, finding.allele.chosen?.proteinName]
        }
        for text in expected.compactMap({ $0 }) { #expect(article.text.contains(text), "\(text)") }
        let (points, rules) = (finding.classification.byPoints, finding.classification.byRules)
        #expect(article.text.contains("give another class") == (points != rules))
        #expect(article.text.contains("No reads are at hand") == (finding.reads == nil))
        let comments = article.text.isEmpty ? [] : boxes(article)
        #expect(comments.count == 28, "every criterion has a place for a comment")
    }

    private static func boxes(_ element: ParsedPage.Element) -> [ParsedPage.Element] {
        element.children.flatMap { boxes($0) + ($0.attributes["role"] == "textbox" ? [$0] : []) }
    }

    @Test(
        "Counts, drugs, risk, coverage, laboratory and sources are those of the report",
        arguments: ClinicalReportExamples.all)
    func counts(example: ClinicalReportExamples.Example) throws {
        let report = example.report
        let page = try Self.parsed(report)
        func rows(_ id: String) throws -> Int {
            let section = try #require(page.element(id))
            return page.named("tr").count { row in
                row.ancestors.contains { $0 === section } && row.parent?.name == "tbody"
            }
        }
        #expect(try rows("absent") == report.counts.absent.count)
        #expect(try rows("risk") == report.risk.count)
        #expect(try rows("coverage") == report.coverage.count)
        #expect(try rows("provenance") == 2 + report.provenance.knowledge.count + report.provenance.models.count)
        let drugs = report.drugs.map { $0.advice.count + $0.genes.count + $0.sources.count } ?? 0
        #expect(try rows("drugs") == drugs)
        let conclusion = report.conclusion
        let sentences = conclusion.meaning + conclusion.next + conclusion.certainty + report.methods + report.limits
        #expect(try rows("notes") == sentences.count)
        #expect(page.element("absent")?.text.contains(PlainWords.grouped(report.counts.alleles)) == true)
        #expect(page.named("footer")[0].text.contains(ClinicalReport.disclaimer))
        #expect(page.named("header")[0].text.contains(ClinicalReport.disclaimer))
        #expect(
            (page.element("laboratory")?.text.contains("No laboratory answers") == true) == (report.laboratory == nil))
    }

    @Test("An ambiguity stands beside its finding, on the first page too")
    func ambiguities() throws {
        let report = ClinicalReportExamples.inconclusive
        let page = try Self.parsed(report)
        let row = try #require(
            page.named("tr").first { row in
                row.ancestors.contains { $0.attributes["id"] == "result" } && row.text.contains("CFTR")
            })
        #expect(row.text.contains("Both variants may lie on one chromosome."))
        #expect(page.element("finding-1")?.text.contains("Both variants may lie on one chromosome.") == true)
        #expect(page.element("finding-1")?.text.contains("whether they lie on different copies") == true)
    }

    @Test("The first page has the six most important findings and says how many more there are")
    func glance() throws {
        let report = ClinicalReportExamples.random(seed: 31, findings: 9)
        let page = try Self.parsed(report)
        let result = try #require(page.element("result"))
        let rows = page.named("tr").filter { row in
            row.parent?.name == "tbody" && row.ancestors.contains { $0 === result }
        }
        #expect(rows.map { $0.children[0].text } == report.findings.prefix(6).map(\.gene))
        #expect(result.text.contains("3 more of lesser importance"))
    }

    @Test("Classes that disagree are both said, with the one that the report states")
    func disagreement() throws {
        var maker = ExampleMaker(seed: 1)
        var report = ClinicalReportExamples.bare
        report.findings = [maker.finding("finding.1", .dmd)]
        let text = try #require(try Self.parsed(report).element("finding-1")?.text)
        #expect(text.contains("They come to 9 points: likely pathogenic."))
        #expect(text.contains("The rules of 2015 give another class, uncertain significance."))
    }

    @Test("What the network's score is worth is not said to count where the criterion is not met")
    func network() throws {
        var maker = ExampleMaker(seed: 1)
        var report = ClinicalReportExamples.bare
        report.findings = [maker.finding("finding.1", .cftrSecond), maker.finding("finding.2", .cftr)]
        let page = try Self.parsed(report)
        #expect(page.element("finding-1")?.text.contains("It counts as PP3_Moderate.") == true)
        let text = try #require(page.element("finding-2")?.text)
        #expect(text.contains("By itself it is worth PP3_Moderate") && !text.contains("It counts as"))
    }

    @Test("Every feature of the case is on the page with its term, however many there are")
    func features() throws {
        var report = ClinicalReportExamples.bare
        report.subject.present = (0..<40).map { ClinicalReport.Term(id: "HP:\(1_000_000 + $0)", name: "Feature \($0)") }
        let page = try Self.parsed(report)
        #expect(page.named("header")[0].text.contains("Feature 11 and 28 more"))
        for term in report.subject.present {
            #expect(page.element("diagnosis")?.text.contains("\(term.name) (\(term.id))") == true)
        }
    }

    @Test("A share of mitochondrial molecules is said in words and as a number")
    func mitochondrial() throws {
        let page = try Self.parsed(ClinicalReportExamples.mitochondrial)
        let text = try #require(page.element("finding-1")?.text)
        #expect(text.contains("in about 31 % of this person's mitochondrial DNA"))
        #expect(text.contains("m.3243A>G"))
    }

    @Test("What was not asked for, and what was not found, are two things")
    func missing() throws {
        let bare = try Self.parsed(ClinicalReportExamples.bare)
        #expect(bare.element("secondary")?.text.contains("does not consent") == true)
        #expect(bare.element("drugs")?.text.contains("not asked for") == true)
        #expect(bare.element("diagnosis")?.text.contains("No features were given: no diseases were ranked") == true)
        let negative = try Self.parsed(ClinicalReportExamples.negative)
        #expect(negative.element("secondary")?.text.contains("Looked for; none was found") == true)
        let coverage = try #require(negative.element("coverage")?.text)
        #expect(coverage.contains("22.60 %") && coverage.contains("a variant may have been missed"))
    }

    @Test("A gene that was seen but for one base is not called 100 %")
    func almost() throws {
        var report = ClinicalReportExamples.bare
        report.coverage = [ClinicalReport.GeneCoverage(gene: "TTN", bases: 107_976, callable: 107_975)]
        #expect(try Self.parsed(report).element("coverage")?.text.contains("99.99 %") == true)
    }

    @Test("The same report gives the same bytes")
    func deterministic() {
        for example in ClinicalReportExamples.all.prefix(9) {
            #expect(ReportHTML.page(example.report) == ReportHTML.page(example.report))
        }
    }

    @Test("A hundred findings with forty reads each are at most 5 MB")
    func size() {
        var report = ClinicalReportExamples.random(seed: 5, findings: 100)
        var maker = ExampleMaker(seed: 6)
        for index in report.findings.indices { report.findings[index].reads = maker.reads(.cftr) }
        let bytes = ReportHTML.page(report).utf8.count
        #expect(bytes <= 5_000_000, "\(bytes)")
    }

    /// For those who want to look: `HELICASE_PAGES=folder` keeps the examples' pages there, and one of a hundred findings.
    @Test(
        "Pages of examples are written where they are asked for",
        .enabled(if: ProcessInfo.processInfo.environment["HELICASE_PAGES"] != nil, "HELICASE_PAGES names no folder"))
    func pages() throws {
        let folder = URL(filePath: ProcessInfo.processInfo.environment["HELICASE_PAGES"] ?? ".")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var hundred = ClinicalReportExamples.random(seed: 5, findings: 100)
        var maker = ExampleMaker(seed: 6)
        for index in hundred.findings.indices { hundred.findings[index].reads = maker.reads(.cftr) }
        for example in ClinicalReportExamples.all + [.init(name: "hundred", report: hundred)] {
            let page = Data(ReportHTML.page(example.report).utf8)
            try page.write(to: folder.appending(path: "\(example.name).html"))
        }
    }
}
