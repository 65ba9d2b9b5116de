import Foundation
import Genomics
import Testing

@testable import SequenceAnalysis

/// Splice sites of transcripts as examples.
@Suite("Splice sites of transcripts")
struct TranscriptSiteTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "transcripts-\(UUID())")

    private func write(_ text: String, _ name: String) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: folder.appending(path: name))
        return folder.appending(path: name).path
    }

    private static func exon(_ range: ClosedRange<Int>, _ strand: String, _ name: String) -> String {
        "c\ttest\texon\t\(range.lowerBound)\t\(range.upperBound)\t.\t\(strand)\t.\tID=e;Parent=\(name)\n"
    }

    /// Exons in capitals: two of the forward strand, and one intron of the reverse strand, whose GT and AG read AC and CT here.
    private static let text =
        "AAAACCCC" + "gtaagtttttttttttcag" + "GGGGAAAA" + "ttttt" + "AAAACCCC" + "ctgaaaaaaaaaaacttac" + "GGGGAAAA"
        + "tttt"

    @Test("Donors and acceptors of both strands stand in the middle of their windows as their strand reads them")
    func sites() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let annotation = try write(
            "##gff-version 3\nc\ttest\tgene\t1\t80\t.\t+\t.\tID=g\n" + Self.exon(28...35, "+", "one")
                + Self.exon(1...8, "+", "one") + Self.exon(41...48, "-", "two") + Self.exon(68...75, "-", "two"),
            "t.gff3")
        let genome = try ReferenceGenome(path: write(">c\n\(Self.text)\n", "c.fa"))
        let transcripts = try TranscriptFile.transcripts(path: annotation)
        #expect(transcripts.map(\.exons) == [[0..<8, 27..<35], [40..<48, 67..<75]])
        let sites = try TranscriptSites(transcripts: transcripts, genome: genome, length: 8, decoys: 5, seed: 1)
        let shown = sites.windows.map {
            (String(decoding: $0.codes.map(BaseCode.ascii(ofNibble:)), as: UTF8.self), $0.kind)
        }
        #expect(shown.prefix(4).map(\.0) == ["CCCCGTAA", "TCAGGGGG", "TCAGGGGG", "CCCCGTAA"])
        #expect(shown.prefix(4).map(\.1) == [.donor, .acceptor, .acceptor, .donor])
        let decoys = shown.dropFirst(4)
        #expect(!decoys.isEmpty && decoys.allSatisfy { $0.1 == .none })
        #expect(!decoys.contains { ["CCCCGTAA", "TCAGGGGG"].contains($0.0) })
        // The same decoys for the same seed.
        let again = try TranscriptSites(transcripts: transcripts, genome: genome, length: 8, decoys: 5, seed: 1)
        #expect(again.windows.map(\.codes) == sites.windows.map(\.codes))
    }

    @Test("A site without its motif is left out and counted")
    func motif() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let annotation = try write(Self.exon(1...7, "+", "one") + Self.exon(28...35, "+", "one"), "t.gff3")
        let genome = try ReferenceGenome(path: write(">c\n\(Self.text)\n", "c.fa"))
        let sites = try TranscriptSites(
            transcripts: TranscriptFile.transcripts(path: annotation), genome: genome, length: 8, decoys: 0, seed: 1)
        #expect(sites.windows.map(\.kind) == [.acceptor] && sites.problems == ["its intron begins with CG": 1])
    }

    @Test(
        "Lines that are no exons of one transcript are refused with their number",
        arguments: [
            ("c\ttest\texon\t1\t8\n", "has 5 columns"),
            (exon(1...8, "+", "a").replacing("\t1\t", with: "\t9\t"), "9-8"),
            (exon(1...8, ".", "a"), "on + or -"), (exon(1...8, "+", "a") + exon(20...30, "-", "a"), "two strands"),
            (exon(1...8, "+", "a") + exon(8...30, "+", "a"), "overlap"),
            ("c\ttest\texon\t1\t8\t.\t+\t.\tID=x\n", "names its transcript"),
        ])
    func refusals(text: String, message: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write("##gff-version 3\n" + text, "t.gff3")
        let error = #expect(throws: GenomicsError.self) { try TranscriptFile.transcripts(path: path) }
        #expect(error?.description.contains(message) == true)
    }
}
