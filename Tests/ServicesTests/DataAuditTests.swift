import Commands
import Foundation
import SequenceAnalysis
import Testing

@testable import helicase

/// `helicase data audit`.
@Suite("The audit of data")
struct DataAuditTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func write(_ name: String, _ text: String) throws -> String {
        let path = folder.appending(path: name).path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private func audit(_ line: [String]) async throws {
        try await DataAudit(CommandLineParser(CommandTree.root).parse(["data", "audit"] + line)).run()
    }

    private let sequence = "ACGTTGCAATCGGATTACAGCTTAGGCATCCGATTAACGGTCATGC"

    @Test("A leak ends in an error after the table and the page are written; without one there is none")
    func leaks() async throws {
        let first = try write("a.fa", ">1\n\(sequence)\n>2\nACGT\n")
        let second = try write("b.fa", ">1\nTT\(sequence)<script>\n>3\nGG\(sequence)\n")
        let output = folder.appending(path: "out").path
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let error = await #expect(throws: ControlError.self) { try await audit([first, second, "--output", output]) }
        #expect(error?.description.contains("leak") == true)
        let table = try String(contentsOfFile: "\(output)/findings.tsv", encoding: .utf8).split(separator: "\n")
        #expect(table[0] == "kind\trecord\tsplit\tlabel\tfinding" && table.count == 4)
        #expect(table[1].hasPrefix("leak\ta.fa:0\ta.fa\tunlabelled\tshares 40 bases with b.fa:1"))
        #expect(table[3].hasPrefix("letters\tb.fa:0"))
        let page = try String(contentsOfFile: "\(output)/index.html", encoding: .utf8)
        #expect(page.contains("<svg") && page.contains("Records leak between splits") && !page.contains("<script>"))
        try await audit([first])
        await #expect(throws: (any Error).self, "nothing is replaced") {
            try await audit([first, "--output", output])
        }
    }

    @Test("Labels that networks surely disagree with are listed; a table that is another is refused")
    func labels() throws {
        let table = try write(
            "p.tsv",
            "file\trecord\tfold\tlabel\tp_no\tp_yes\na.fa\t0\t1\tyes\t0.99\t0.01\na.fa\t3\t0\tno\t0.97\t0.03\n"
                + "b.fa\t2\t0\tno\t0.2\t0.8\n")
        let found = try PredictedLabels.disagreements(table, confidence: 0.95)
        #expect(found.map(\.record) == ["a.fa:0"] && found[0].other == "no with 0.9900" && found[0].split == "fold 1")
        #expect(try PredictedLabels.disagreements(table, confidence: 0.75).map(\.record) == ["a.fa:0", "b.fa:2"])
        let other = try write("q.tsv", "record\tprediction\n0\t1\n")
        #expect(throws: ControlError.self) { try PredictedLabels.disagreements(other, confidence: 0.9) }
        let torn = try write("r.tsv", "file\trecord\tfold\tlabel\tp_no\tp_yes\na.fa\t0\t1\tyes\t0.99\n")
        #expect(throws: ControlError.self) { try PredictedLabels.disagreements(torn, confidence: 0.9) }
    }

    @Test("Files and a recipe at once, a recipe without its folder, and columns of a recipe are refused")
    func usage() async throws {
        for line in [
            [], ["--recipe", "splice"], ["x.fa", "--recipe", "splice", "--data", "d"],
            ["--recipe", "splice", "--data", "d", "--label", "x"],
        ] {
            await #expect(throws: StartError.self) { try await audit(line) }
        }
    }
}
