import Foundation
import Genomics
import TestSupport
import Testing

@testable import Clinical

/// All forms of a report say the same of the same calls, and of each call something.
@Suite("One truth")
struct OneTruthTests {
    @Test(
        "VCF, JSON, FHIR and page hold the same findings; each other allele of the person has its reason",
        arguments: 1...6)
    func forms(seed: Int) throws {
        let person = try GeneratedPerson(seed: UInt64(seed))
        defer { try? FileManager.default.removeItem(at: person.folder) }
        let interpreter = try Interpreter(person.files, reference: person.reference)
        let result = try person.report(interpreter)
        let report = result.report
        let findings = report.findings + (report.secondary ?? [])

        // The annotated VCF has every allele of the person, once.
        var calls = try AnnotatedVCF(path: result.annotated, options: .init())
        var inFile: [AnnotatedAllele] = []
        while let allele = try calls.next() { inFile.append(allele) }
        #expect(inFile.map(\.name) == person.alleles && person.alleles.count > 50)
        for finding in findings {
            let same = inFile.filter { $0.name == finding.allele.name }
            #expect(same.count == 1 && same[0].call == finding.allele.call, "\(finding.allele.name)")
            #expect(same.first?.chosen?.codingName == finding.allele.chosen?.codingName)
        }

        // Whoever is told of an allele is told what moved the network.
        #expect(findings.allSatisfy { $0.score?.reasons.isEmpty != true })

        // JSON.
        #expect(try ClinicalReport(decoding: Data(report.encoded())) == report)

        // FHIR and the page.
        let forms = try ClinicalForms.all(of: report)
        #expect(forms.map(\.ending) == ["report.fhir.json", "report.html"])
        let variants = try FHIRReading(report).profiled("variant")
        #expect(variants.count == findings.count)
        for (variant, finding) in zip(variants, findings) {
            #expect(variant.answer("69551-0") == finding.allele.alternate)
            #expect(variant.answer("69547-8") == finding.allele.reference)
        }
        let page = try #require(ParsedPage.read(String(decoding: forms[1].bytes, as: UTF8.self)))
        let articles = page.named("article")
        #expect(articles.map { $0.attributes["data-finding"] } == findings.map(\.id))
        for (article, finding) in zip(articles, findings) {
            #expect(article.text.contains(finding.classification.byPoints.rawValue))
            #expect(finding.genomicName.map { article.text.contains($0) } ?? false)
        }

        // Whoever is asked why an allele is absent counts as the report does.
        #expect(report.counts.alleles == person.alleles.count)
        var reasons: [String: Int] = [:]
        let fates = try interpreter.fates(
            Set(person.alleles), of: result.annotated, sample: nil, question: person.question)
        for name in person.alleles {
            if let finding = findings.first(where: { $0.allele.name == name }) {
                #expect(fates[name] == "\(name) is \(finding.id).")
            } else {
                let reason = FindingSelection.Absence.allCases.first { fates[name] == "\(name): \($0.words)." }
                reasons[reason?.rawValue ?? "nothing is said of \(name)", default: 0] += 1
            }
        }
        #expect(reasons == report.counts.absent)
        let never = try interpreter.absence(
            "chr1", 1, "N", "A", of: result.annotated, sample: nil, question: person.question)
        #expect(never.contains("was not called in this person"))
    }
}
