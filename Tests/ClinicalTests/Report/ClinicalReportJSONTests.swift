import Clinical
import Foundation
import Schemas
import Testing

/// A report as JSON: what `Schemas/Documents/clinical-report` promises of it.
struct ClinicalReportJSONTests {
    private static let golden = SchemaFiles.folder.appending(path: "Documents/clinical-report/golden")

    private static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: golden.path).sorted()
    }

    @Test("Every golden report decodes with today's code and is written again as it was", arguments: try names())
    func goldenReports(name: String) throws {
        let bytes = try Data(contentsOf: Self.golden.appending(path: name))
        #expect(try Data(ClinicalReport(decoding: bytes).encoded()) == bytes.dropLast(), "a line, and its end")
    }

    @Test("What is written is read back as it was", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        let report = ClinicalReportExamples.random(seed: seed, findings: 5)
        #expect(try ClinicalReport(decoding: report.encoded()) == report)
    }

    @Test("A laboratory's file says what is missing in it")
    func laboratory() throws {
        func failure(_ text: String) -> String? {
            do {
                _ = try ClinicalReport.Laboratory(decoding: Array(text.utf8), file: "lab.json")
                return nil
            } catch { return error.description }
        }
        #expect(failure(#"{"name":"L","address":"A"}"#) == nil)
        #expect(failure(#"{"name":"L"}"#)?.contains("has no field \"address\"") == true)
        #expect(failure(#"{"name":"","address":""}"#)?.contains("are empty") == true)
        #expect(
            failure(#"{"name":"L","address":"A","adress":"B"}"#)?.contains("no report has a place for \"adress\"")
                == true)
        #expect(failure("[]")?.contains("is no JSON object") == true)
    }

    /// For those who make golden records: `HELICASE_REPORTS=folder` keeps the examples there.
    @Test(
        "The examples are kept",
        .enabled(if: ProcessInfo.processInfo.environment["HELICASE_REPORTS"] != nil, "HELICASE_REPORTS names no folder")
    )
    func keep() throws {
        let folder = URL(filePath: ProcessInfo.processInfo.environment["HELICASE_REPORTS"] ?? ".")
        for example in ClinicalReportExamples.all {
            let bytes = try example.report.encoded() + [UInt8(ascii: "\n")]
            try Data(bytes).write(to: folder.appending(path: "\(example.name).json"))
        }
    }
}
