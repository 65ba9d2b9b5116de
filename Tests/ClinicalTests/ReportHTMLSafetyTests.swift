import Foundation
import Testing

@testable import Clinical

/// What a page must be for anybody: safe, complete for a keyboard and a screen reader, and legible.
@Suite("Report's page for everybody")
struct ReportHTMLSafetyTests {
    private static let pages: [(name: String, text: String)] =
        ClinicalReportExamples.all.map { ($0.name, ReportHTML.page($0.report)) }

    @Test("Nothing is loaded or run, and no text becomes markup")
    func inert() throws {
        for (name, text) in Self.pages {
            let page = try #require(ParsedPage.read(text), "\(name) is not well-formed")
            let known: Set = [
                "html", "head", "meta", "title", "style", "body", "a", "svg", "defs", "g", "rect", "text", "path",
                "use",
                "header", "main", "footer", "nav", "section", "article", "p", "strong", "em", "span", "div", "h1", "h2",
                "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "colgroup", "col", "thead", "tbody",
                "tr", "th", "td", "sup", "code", "figure", "figcaption", "details", "summary",
            ]
            #expect(Set(page.elements.map(\.name)).isSubset(of: known), "\(name)")
            for element in page.elements {
                for (key, value) in element.attributes {
                    #expect(!key.hasPrefix("on") && key != "src", "\(name): \(key)")
                    guard key == "href" else { continue }
                    #expect(value.hasPrefix("#") || value.hasPrefix("https://www.ncbi.nlm.nih.gov/clinvar/variation/"))
                }
            }
            let policy = page.named("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
            #expect(policy?.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'")
            let style = page.named("style")[0].text
            #expect(!style.contains("url(") && !style.contains("@import") && !style.contains("<"))
            #expect(!text.unicodeScalars.contains("\u{202e}"))
        }
    }

    @Test("Ids are unique, and every link within the page leads somewhere")
    func links() throws {
        for (name, text) in Self.pages {
            let page = try #require(ParsedPage.read(text))
            let ids = page.elements.compactMap { $0.attributes["id"] }
            #expect(Set(ids).count == ids.count, "\(name)")
            for element in page.elements {
                if let target = element.attributes["href"], target.hasPrefix("#") {
                    #expect(ids.contains(String(target.dropFirst())), "\(name): \(target)")
                }
                for label in (element.attributes["aria-labelledby"] ?? "").split(separator: " ") {
                    #expect(ids.contains(String(label)), "\(name): \(label)")
                }
            }
        }
    }

    @Test("There is one h1, and no heading skips a level")
    func headings() throws {
        for (name, text) in Self.pages {
            let page = try #require(ParsedPage.read(text))
            let levels = page.elements.compactMap { element in
                ["h1", "h2", "h3", "h4"].firstIndex(of: element.name).map { $0 + 1 }
            }
            #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
            for (before, after) in zip(levels, levels.dropFirst()) { #expect(after <= before + 1, "\(name)") }
        }
    }

    @Test(
        "Tables have captions and heads with a scope, rows as many cells as columns; pictures have words or none to say"
    )
    func tablesAndPictures() throws {
        for (name, text) in Self.pages {
            let page = try #require(ParsedPage.read(text))
            #expect(page.named("html")[0].attributes["lang"] == "en")
            for table in page.named("table") {
                #expect(table.children.first?.name == "caption")
                let columns = page.named("col").count { $0.parent?.parent === table }
                for row in page.named("tr") where row.parent?.parent === table {
                    #expect(row.children.count == columns, "\(name): \(table.children[0].text)")
                }
            }
            for head in page.named("th") { #expect(["row", "col"].contains(head.attributes["scope"])) }
            for picture in page.named("svg") {
                let isSpoken = picture.attributes["role"] == "img" && picture.attributes["aria-label"]?.isEmpty == false
                #expect(isSpoken != (picture.attributes["aria-hidden"] == "true"), "\(name)")
            }
            for details in page.named("details") { #expect(details.children.first?.name == "summary") }
        }
    }

    @Test("Colors of text stand out from what is behind them by 4.5 to 1")
    func contrast() throws {
        let sheet = ReportStyle.sheet(running: "").text
        func luminance(_ name: String) throws -> Double {
            let start = try #require(sheet.range(of: name)).upperBound
            let digits = sheet[start...].drop { $0 != "#" }.dropFirst().prefix(6)
            let value = try #require(Int(digits, radix: 16))
            let parts = [value >> 16, value >> 8 & 255, value & 255].map { part -> Double in
                let share = Double(part) / 255
                return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        for ink in ["--ink:", "--quiet:", "--link:", "--causal:", "--open:", "--harmless:"] {
            for paper in [
                "--paper:", "--tint:", "border-left: 4px double var(--open); background:", ":target { background:",
            ] {
                let (one, other) = (try luminance(ink), try luminance(paper))
                let ratio = (max(one, other) + 0.05) / (min(one, other) + 0.05)
                #expect(ratio >= 4.5, "\(ink) on \(paper) \(ratio)")
            }
        }
    }

    @Test("A text at the head of printed sheets stays a text")
    func quoted() {
        #expect(ReportStyle.quoted("a1\"}</style>é\0") == "\"a1\\22 \\7d \\3c \\2f style\\3e \\e9 \\1 \"")
    }

    @Test("Numbers that nobody expects break nothing")
    func numbers() throws {
        var report = ClinicalReportExamples.random(seed: 21, findings: 2)
        for value in [Int.min, -1, 0, Int.max] {
            report.findings[0].allele.position = value
            report.findings[0].allele.call = AnnotatedAllele.Call(
                genotype: "", zygosity: .heterozygous, quality: value, depth: value, depths: [value, value],
                share: .nan, phase: GeneVariant.Phase(set: "", haplotype: value))
            report.findings[0].classification.points = value
            report.findings[0].allele.clinVar = ClinVarRecord(
                source: "", id: "-1", significance: "", reviewStatus: "", stars: value)
            report.findings[0].allele.consequences[0].exon = TranscriptConsequence.Ordinal(value, of: value)
            report.findings[0].allele.frequencies = [
                PopulationFrequency(source: "", alleleCount: value, alleleNumber: value, frequency: 1e-300)
            ]
            let row = ReadPicture.Row(
                offset: value, bases: "A-.aN", isReverse: true, isSupporting: true, mappingQuality: value)
            report.findings[0].reads = ReadPicture(
                contig: "", start: value, reference: "ACGT", rows: [row], depth: value, supporting: value)
            report.coverage = [ClinicalReport.GeneCoverage(gene: "", bases: value, callable: value)]
            report.counts = ClinicalReport.Counts(alleles: value, absent: ["": value])
            report.risk = [
                ClinicalReport.RiskFinding(
                    score: "", trait: "", value: .infinity, matched: value, variants: value, percentile: .nan,
                    interval: [.infinity, -.infinity])
            ]
            report.subject.years = Double(value)
            let text = ReportHTML.page(report)
            #expect(ParsedPage.read(text) != nil)
            #expect(!text.contains(">nan") && !text.contains(">inf"))
        }
    }
}
