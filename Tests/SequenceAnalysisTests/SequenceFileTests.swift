import Foundation
import Genomics
import Testing

@testable import SequenceAnalysis

/// The forms of files that hold sequences.
@Suite("Files of sequences")
struct SequenceFileTests {
    private func records(_ text: String, column: String? = nil) throws -> [SequenceFile.Record] {
        let path = FileManager.default.temporaryDirectory.appending(path: "sequences-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(filePath: path))
        let file = try SequenceFile(path: path, column: column)
        var records: [SequenceFile.Record] = []
        while let record = try file.next() { records.append(record) }
        return records
    }

    private func text(_ records: [SequenceFile.Record]) -> [String] {
        records.map { "\($0.number) \($0.name) \(String(decoding: $0.letters, as: UTF8.self))" }
    }

    @Test("FASTA: lines are joined, a > within a line begins no record, an empty record is one")
    func fasta() throws {
        let read = try records("\n>a first > word\nACG\r\nT t\n>b\n>c\nNNN")
        #expect(text(read) == ["0 a ACGTt", "1 b ", "2 c NNN"])
    }

    @Test("Tables: the column is found by its name, with tabs or commas")
    func tables() throws {
        #expect(text(try records("id\tseq\tlabel\nx\tACGT\t1\n\ny\tTT\t0\n")) == ["0 x ACGT", "1 y TT"])
        #expect(text(try records("a,x\n1,\"ACGT\"\n")) == ["0  ACGT"])
        #expect(text(try records("first\tsecond\nAA\tCC\n", column: "second")) == ["0  CC"])
        let error = #expect(throws: GenomicsError.self) { try records("first\tsecond\nAA\tCC\n", column: "third") }
        #expect(error?.message.contains("third") == true && error?.message.contains("first, second") == true)
    }

    @Test("Lines without a header end in the sequence; what ends in none is refused")
    func lines() throws {
        #expect(text(try records("EI,  ATRINS,   CCAG\nN, X, GGDR\n")) == ["0 ATRINS CCAG", "1 X GGDR"])
        #expect(text(try records("ACGT\nGG\n")) == ["0  ACGT", "1  GG"])
        #expect(throws: GenomicsError.self) { try records("hello, world\n") }
        #expect(try records("").isEmpty)
    }

    @Test(
        "What is no DNA is said, with its place",
        arguments: [
            ("", "the sequence is empty"), ("ACGTE", "'E' at base 5 stands for no base; is this a protein?"),
            ("AC-T", "'-' at base 3 stands for no base"), ("AC\u{1}T", "byte 1 at base 3 stands for no base"),
            ("=", "'=' at base 1 stands for no base"),
        ])
    func flaws(_ letters: String, _ flaw: String) {
        #expect(SequenceSource.flaw(Array(letters.utf8)) == flaw)
    }

    @Test("Lower case, U and the IUPAC codes are DNA")
    func letters() { #expect(SequenceSource.flaw(Array("acgtuACGTURYSWKMBDHVNn".utf8)) == nil) }
}
