import Foundation
import Testing

@testable import Clinical

@Suite("Reports as values")
struct ClinicalReportExampleTests {
    @Test("A report comes back from its JSON as it was", arguments: ClinicalReportExamples.all)
    func roundTrip(example: ClinicalReportExamples.Example) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(example.report)
        let decoded = try JSONDecoder().decode(ClinicalReport.self, from: data)
        #expect(decoded == example.report)
        #expect(try encoder.encode(decoded) == data)
    }

    @Test("Examples are the same for the same seed and differ between seeds")
    func seeds() {
        let report = ClinicalReportExamples.random(seed: 7, findings: 5)
        #expect(report == ClinicalReportExamples.random(seed: 7, findings: 5))
        #expect(report != ClinicalReportExamples.random(seed: 8, findings: 5))
        #expect(report.findings.count == 5)
    }
}
