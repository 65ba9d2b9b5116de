import Foundation
import TestSupport
import Testing

@testable import Clinical

@Suite("ClinVar submissions")
struct ClinVarSubmissionTests {
    private static var report: ClinicalReport {
        var report = ClinicalReportExamples.positive
        for index in report.findings.indices {
            report.findings[index].allele.call = AnnotatedAllele.Call(genotype: "0/1", zygosity: .heterozygous)
        }
        report.secondary = nil
        return report
    }

    private func records(_ submission: ClinVarSubmission) throws -> [JSONValue] {
        try submission.bytes.map { try JSONValue($0)["germlineSubmission"]?.elements ?? [] } ?? []
    }

    @Test("A finding is a record with its name, class, score, disease and observation")
    func record() throws {
        let report = Self.report
        let submission = ClinVarSubmission(report)
        #expect(submission.submitted == report.findings.map(\.id) && submission.refusals.isEmpty)
        let record = try #require(try records(submission).first)
        let finding = report.findings[0]
        let variant = record["variantSet"]?["variant"]?.elements.first
        #expect(variant?["hgvs"]?.text == finding.allele.chosen?.codingName)
        #expect(variant?["gene"]?.elements.first?["symbol"]?.text == "BRCA1")
        let classification = record["germlineClassification"]
        #expect(
            classification?["germlineClassificationDescription"]?.text == finding.classification.byPoints.rawValue)
        #expect(classification?["customClassificationScore"]?.integer == finding.classification.points)
        #expect(classification?["modeOfInheritance"]?.text == "Autosomal dominant inheritance")
        #expect(record["conditionSet"]?["condition"]?.elements.count == 1)
        let observed = record["observedIn"]?.elements.first
        #expect(observed?["alleleOrigin"]?.text == "germline")
        #expect(observed?["collectionMethod"]?.text == "clinical testing")
    }

    @Test("Only whom the variant makes ill is affected by its disease")
    func affected() throws {
        var report = Self.report
        report.findings.removeLast()
        func status() throws -> String? {
            try records(ClinVarSubmission(report)).first?["observedIn"]?.elements.first?["affectedStatus"]?.text
        }
        #expect(report.findings[0].classification.byPoints == .pathogenic)
        #expect(try status() == "yes")
        report.secondary = report.findings
        report.findings = []
        #expect(try status() == "unknown")
        (report.findings, report.secondary) = (report.secondary ?? [], nil)
        report.conclusion.result = .inconclusive
        #expect(try status() == "unknown")
        report.subject.present = []
        report.subject.excluded = []
        #expect(try status() == "not provided")
    }

    @Test("Nothing that identifies the person is in a submission")
    func privacy() throws {
        var report = Self.report
        report.subject.sample = "sample-7713"
        report.subject.caseID = "case-7713"
        report.laboratory?.patient = "patient-7713"
        let text = String(decoding: ClinVarSubmission(report).bytes ?? [], as: UTF8.self)
        #expect(!text.isEmpty && !text.contains("7713"))
        var options = ClinVarSubmission.Options()
        options.includesPhenotype = false
        #expect(
            !String(decoding: ClinVarSubmission(report, options: options).bytes ?? [], as: UTF8.self).contains("HP:"))
    }

    @Test("What the form demands and the report does not know is refused by finding and reason")
    func refusals() throws {
        func refusal(_ change: (inout ClinicalReport) -> Void) -> String? {
            var report = Self.report
            report.findings.removeLast()
            change(&report)
            let submission = ClinVarSubmission(report)
            #expect(submission.bytes == nil && submission.submitted.isEmpty)
            return submission.refusals.first?.description
        }
        #expect(refusal { $0.laboratory = nil }?.hasPrefix("finding.1: no laboratory is named") == true)
        #expect(refusal { $0.findings[0].disease = nil }?.contains("no disease is known") == true)
        #expect(refusal { $0.findings[0].allele.call = nil }?.contains("nobody's genotype is known") == true)
        #expect(refusal { $0.findings[0].allele.call?.filters = ["LowGQ"] }?.contains("filtered (LowGQ)") == true)
        let long = String(repeating: "A", count: 51)
        #expect(refusal { $0.findings[0].allele.alternate = long }?.contains("longer than 50 bases") == true)
        #expect(
            refusal {
                $0.findings[0].allele.consequences = []
                $0.findings[0].genomicName = nil
                $0.provenance.reference = ClinicalReport.Source(name: "some.fa")
            }?.contains("names no assembly") == true)
    }

    @Test("An allele without a name of RefSeq goes by its coordinates, and a variant has one record")
    func coordinates() throws {
        var report = Self.report
        report.findings[0].allele.consequences[0].codingName = "ENST00000357654.9:c.5266dup"
        report.findings[0].genomicName = nil
        report.findings[1] = report.findings[0]
        report.findings[1].id = "finding.2"
        let submission = ClinVarSubmission(report)
        #expect(submission.submitted == ["finding.1"])
        #expect(submission.refusals.map(\.finding) == ["finding.2"])
        let place = try records(submission).first?["variantSet"]?["variant"]?.elements.first?["chromosomeCoordinates"]
        #expect(place?["assembly"]?.text == "GRCh38" && place?["chromosome"]?.text == "17")
        #expect(place?["start"]?.integer == report.findings[0].allele.position)
        #expect(place?["referenceAllele"]?.text == report.findings[0].allele.reference)
    }

    @Test(
        "A disease goes by the identifier that ClinVar knows, else by its name",
        arguments: [
            ("OMIM:604370", "OMIM", "604370"), ("ORPHA:145", "Orphanet", "ORPHA145"),
            ("MONDO:0011450", "MONDO", "MONDO:0011450"), ("HP:0001250", "HP", "HP:0001250"),
        ])
    func conditions(id: String, db: String, value: String) throws {
        var report = Self.report
        report.findings[0].disease = ClinicalReport.Term(id: id, name: "a disease")
        let condition = try records(ClinVarSubmission(report)).first?["conditionSet"]?["condition"]?.elements.first
        #expect(condition?["db"]?.text == db && condition?["id"]?.text == value && condition?["name"] == nil)
        report.findings[0].disease = ClinicalReport.Term(id: "DECIPHER:18", name: "a disease")
        let named = try records(ClinVarSubmission(report)).first?["conditionSet"]?["condition"]?.elements.first
        #expect(named?["name"]?.text == "a disease" && named?["db"] == nil)
    }
}
