import Foundation
import Testing

@testable import Genomics

@Suite struct ReadFileTests {
    static let two = "@r1 comment\nACGTN\n+\nIIII!\n@r2/1\nTTT\n+r2/1\n~~~\n"

    @Test func readsAFASTQRecordIntoAnUnalignedOne() throws {
        let folder = try ScratchFolder()
        let read = try Delivered(.fastq(path: try folder.write("r.fq", Self.two)))
        #expect(read.problems.isEmpty)
        #expect(read.names == ["r1", "r2"])
        let expected = BAMRecord(
            name: Array("r1".utf8), flags: [.unmapped], sequence: Array("ACGTN".utf8), qualities: [40, 40, 40, 40, 0],
            tags: Array("RGZrg\0".utf8))
        #expect(read.fragments[0] == [expected])
        #expect(Array(read.fragments[1][0].qualities) == [93, 93, 93])
    }

    @Test(
        "Line ends, cases, blank lines and comments make no difference",
        arguments: [
            two.replacingOccurrences(of: "\n", with: "\r\n"), String(two.dropLast()), two + "\n\r\n\n",
            two.lowercasedBases,
            two.replacingOccurrences(of: " comment", with: " 1:N:0:ATCACG"), "\n" + two,
            two.replacingOccurrences(of: " comment", with: "\ttab"),
        ])
    func variants(text: String) throws {
        let folder = try ScratchFolder()
        let read = try Delivered(.fastq(path: try folder.write("r.fq", text)))
        #expect(read.problems.isEmpty)
        let expected = try Delivered(.fastq(path: try folder.write("plain.fq", Self.two)))
        #expect(read.fragments == expected.fragments)
    }

    @Test func readsGzipOfSeveralMembersAndBGZF() throws {
        let folder = try ScratchFolder()
        let whole = (0..<4000).map { "@r\($0)\nACGTACGTAC\n+\nIIIIIIIIII\n" }.joined()
        let path = try folder.write("r.fq", whole)
        let member = try Tool.run("gzip", "-c", path)
        let gzip = try Delivered(.fastq(path: try folder.write("m.fq.gz", member + member)))
        #expect(gzip.problems.isEmpty && gzip.fragments.count == 8000)
        let blocked = try Delivered(
            .fastq(path: try folder.write("b.fq.gz", BGZFBytes.compress(Array(whole.utf8), level: 1))))
        #expect(blocked.problems.isEmpty && blocked.names == (0..<4000).map { "r\($0)" })
    }

    @Test func saysHowFarItHasRead() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.fq", Self.two)
        let file = try ReadFile(.fastq(path: path), readGroup: "rg", reference: nil)
        #expect(file.totalBytes == Int64(Self.two.utf8.count) && file.header == nil)
        while try file.next() != nil {}
        #expect(file.bytesRead == file.totalBytes)
    }

    @Test func longReadsGrowTheBuffer() throws {
        let folder = try ScratchFolder()
        let length = 3_000_001
        let long = "@long\n" + String(repeating: "A", count: length) + "\n+\n" + String(repeating: "I", count: length)
        let read = try Delivered(.fastq(path: try folder.write("r.fq", Self.two + long + "\n" + Self.two)))
        #expect(read.problems.isEmpty && read.names == ["r1", "r2", "long", "r1", "r2"])
        #expect(read.fragments[2][0].sequenceLength == length)
    }

    @Test func aMissingFileIsAnErrorThatNamesIt() throws {
        let error = #expect(throws: GenomicsError.self) {
            try ReadFile(.fastq(path: "/no/such.fq"), readGroup: "rg", reference: nil)
        }
        #expect(error?.code == .cannotRead && error?.file == "/no/such.fq")
        #expect(throws: GenomicsError.self) { try ReadFile(.fastq(path: "/tmp"), readGroup: "rg", reference: nil) }
    }

    @Test(
        "A file of another format is refused with what to do",
        arguments: [">x\nACGT\n", "@HD\tVN:1.6\n", "@SQ\tSN:x\tLN:4\n", "BZh91AY\n", "CRAM\u{3}\0\n"])
    func foreign(text: String) throws {
        let folder = try ScratchFolder()
        let path = try folder.write("x", text)
        let error = #expect(throws: GenomicsError.self) {
            try ReadFile(.fastq(path: path), readGroup: "rg", reference: nil)
        }
        #expect(error?.code == .unsupported)
    }
}

extension String {
    /// The bases in lower case.
    fileprivate var lowercasedBases: String {
        replacingOccurrences(of: "ACGTN", with: "acgtn").replacingOccurrences(of: "TTT", with: "uTt")
    }
}
