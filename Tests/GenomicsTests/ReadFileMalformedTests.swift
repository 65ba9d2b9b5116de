import Foundation
import Testing

@testable import Genomics

/// A damaged FASTQ file: what it holds, where the problems are, and which reads are still delivered.
struct MalformedFASTQ: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let places: [String]
    let names: [String]

    init(_ what: String, _ text: String, _ places: [String], _ names: [String]) {
        self.init(what, Array(text.utf8), places, names)
    }

    init(_ what: String, _ bytes: [UInt8], _ places: [String], _ names: [String]) {
        testDescription = what
        self.bytes = bytes
        self.places = places
        self.names = names
    }
}

@Suite struct ReadFileMalformedTests {
    private static let a = "@a\nACGT\n+\nIIII\n"
    private static let z = "@z\nTTTT\n+\nJJJJ\n"

    /// A wrong record between two good ones.
    private static func between(_ what: String, _ bad: String, _ field: String, _ names: [String] = ["a", "z"])
        -> MalformedFASTQ
    {
        MalformedFASTQ(what, a + bad + z, ["2 \(field)"], names)
    }

    static let cases: [MalformedFASTQ] = [
        between("fewer qualities than bases", "@b\nACGT\n+\nIII\n", "QUAL"),
        between("more qualities than bases", "@b\nACGT\n+\nIIIII\n", "QUAL"),
        between("no qualities", "@b\nACGT\n+\n\n", "QUAL"),
        between("a letter that is no base", "@b\nACXT\n+\nIIII\n", "SEQ"),
        between("a gap among the bases", "@b\nAC-T\n+\nIIII\n", "SEQ"),
        between("a blank among the bases", "@b\nAC T\n+\nIIII\n", "SEQ"),
        between("a NUL among the bases", "@b\nAC\0T\n+\nIIII\n", "SEQ"),
        between("a NUL among the qualities", "@b\nACGT\n+\nI\0II\n", "QUAL"),
        between("a blank among the qualities", "@b\nACGT\n+\nI II\n", "QUAL"),
        between("a quality past '~'", "@b\nACGT\n+\nI\u{7f}II\n", "QUAL"),
        between("a carriage return inside the bases", "@b\nAC\rT\n+\nIIII\n", "SEQ"),
        between("no name", "@\nACGT\n+\nIIII\n", "QNAME"),
        between("only a comment", "@ b\nACGT\n+\nIIII\n", "QNAME"),
        between("a NUL in the name", "@b\0b\nACGT\n+\nIIII\n", "QNAME"),
        between("a control character in the name", "@b\u{1}\nACGT\n+\nIIII\n", "QNAME"),
        between("a name beyond ASCII", "@bé\nACGT\n+\nIIII\n", "QNAME"),
        between("a name of 255 bytes", "@" + String(repeating: "b", count: 255) + "\nACGT\n+\nIIII\n", "QNAME"),
        between("no bases at all", "@b\n\n+\n\n", "SEQ"),
        between("the '+' line missing", "@b\nACGT\nIIII\n", "+"),
        between("the '+' line empty", "@b\nACGT\n\nIIII\n", "+"),
        between("the quality line missing", "@b\nACGT\n+\n", "QUAL"),
        between("the bases missing", "@b\n+\nIIII\n", "+"),
        between("the header missing", "ACGT\n+\nIIII\n", "QNAME"),
        between("the header without '@'", "b\nACGT\n+\nIIII\n", "QNAME"),
        between("FASTA in the middle", ">b\nACGT\nACGT\n", "QNAME"),
        between("garbage in the middle", "\u{1}\u{2}\u{3}\n\0\0\0\n@\n", "QNAME"),
        between("bases on two lines, a quality too few", "@b\nACGT\nACGT\n+\nIIII\nIII\n", "QUAL"),
        between("bases on two lines, then no plus", "@b\nACGT\nACGT\nIIII\n", "+"),
        between("qualities like a header", "@b\nACGT\n+\n@II\n", "QUAL"),
        MalformedFASTQ(
            "two wrong records", a + "@b\nAXGT\n+\nIIII\n@c\nACG\n+\nIIII\n" + z, ["2 SEQ", "3 QUAL"], ["a", "z"]),
        MalformedFASTQ("a wrong first record", "@b\nACGT\n+\nIII\n" + z, ["1 QUAL"], ["z"]),
        MalformedFASTQ("a wrong last record", a + "@b\nAC?T\n+\nIIII\n", ["2 SEQ"], ["a"]),
        MalformedFASTQ("cut after a header", a + "@b\n", ["2 SEQ"], ["a"]),
        MalformedFASTQ("cut inside a header", a + "@b", ["2 SEQ"], ["a"]),
        MalformedFASTQ("cut inside the bases", a + "@b\nAC", ["2 +"], ["a"]),
        MalformedFASTQ("cut after the '+'", a + "@b\nACGT\n+", ["2 QUAL"], ["a"]),
        MalformedFASTQ("cut inside the qualities", a + "@b\nACGT\n+\nII", ["2 QUAL"], ["a"]),
        MalformedFASTQ("garbage at the end", a + z + "garbage", ["3 QNAME"], ["a", "z"]),
        MalformedFASTQ("NUL bytes at the end", a + z + "\0\0\0\0", ["3 QNAME"], ["a", "z"]),
        MalformedFASTQ("an empty file", "", ["0 file"], []),
        MalformedFASTQ("only blank lines", "\n\n\r\n", ["0 file"], []),
        MalformedFASTQ("only garbage", [UInt8](repeating: 0x58, count: 5000), ["1 QNAME"], []),
        MalformedFASTQ("only '@'", "@", ["1 SEQ"], []),
        MalformedFASTQ(
            "quality lines that start with '@' and '+'", "@a\nACGT\n+\n@III\n@z\nACGT\n+\n+III\n", [], ["a", "z"]),
    ]

    @Test("A malformed record is reported and the others are read", arguments: cases)
    func malformed(file: MalformedFASTQ) throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.fq", file.bytes)
        let read = try Delivered(.fastq(path: path))
        #expect(read.places == file.places)
        #expect(read.names == file.names)
        #expect(read.problems.allSatisfy { $0.file == path && !$0.message.isEmpty && $0.sample.utf8.count <= 800 })
    }

    @Test func theSampleShowsTheRecord() throws {
        let folder = try ScratchFolder()
        let read = try Delivered(.fastq(path: try folder.write("r.fq", "@b\\\u{1}\nAC\n+\nI\n")))
        #expect(read.problems[0].sample == "@b\\\\\\x01\\nAC\\n+\\nI\\n")
        let long = try Delivered(.fastq(path: try folder.write("l.fq", String(repeating: "é", count: 1000))))
        #expect(long.problems[0].sample.utf8.count == 800)
    }

    private static let many = (0..<5000).map { "@read\($0)\nACGTACGTAC\n+\n\("IJKLMNOPQR".shifted($0))\n" }.joined()

    @Test("A gzip file cut anywhere still gives the reads before the cut", arguments: [0.02, 0.3, 0.5, 0.77, 0.999])
    func cutGzip(share: Double) throws {
        let folder = try ScratchFolder()
        let whole = try Tool.run("gzip", "-c", try folder.write("r.fq", Self.many))
        let kept = Int(Double(whole.count) * share)
        let path = try folder.write("cut.fq.gz", Array(whole[..<kept]))
        let read = try Delivered(.fastq(path: path))
        #expect(read.problems.count == 1)
        #expect(read.problems.first?.field == "gzip")
        #expect(read.names == (0..<read.fragments.count).map { "read\($0)" })
        // What zlib itself can still inflate is the measure; the last read may be whole without its line feed.
        let inflated = try Tool.run("gzip", "-dc", path, mayFail: true).split(separator: 0x0a)
        #expect((inflated.count / 4 - 1...inflated.count / 4 + 1).contains(read.fragments.count))
    }

    @Test func damageInsideGzipIsReported() throws {
        let folder = try ScratchFolder()
        var whole = try Tool.run("gzip", "-c", try folder.write("r.fq", Self.many))
        for index in 0..<64 { whole[whole.count / 2 + index] = 0xff }
        let read = try Delivered(.fastq(path: try folder.write("bad.fq.gz", whole)))
        #expect(read.problems.last?.field == "gzip")
        #expect(read.fragments.count > 500)
    }

    @Test func garbageAfterGzipIsReported() throws {
        let folder = try ScratchFolder()
        let whole = try Tool.run("gzip", "-c", try folder.write("r.fq", Self.many))
        let read = try Delivered(.fastq(path: try folder.write("bad.fq.gz", whole + Array("garbage".utf8))))
        #expect(read.problems.map(\.field) == ["gzip"])
        #expect(read.fragments.count == 5000)
    }

    @Test func aCutBGZFFileIsReported() throws {
        let folder = try ScratchFolder()
        let whole = try BGZFBytes.compress(Array(Self.many.utf8), level: 1)
        let noEnd = try Delivered(.fastq(path: try folder.write("e.fq.gz", Array(whole.dropLast(28)))))
        #expect(noEnd.problems.map(\.field) == ["gzip"] && noEnd.fragments.count == 5000)
        let cut = try Delivered(.fastq(path: try folder.write("c.fq.gz", Array(whole.dropLast(60)))))
        #expect(cut.problems.map(\.field) == ["gzip"] && cut.fragments.count > 1000)
    }

    @Test func everyFlippedByteOfAFileIsSurvived() throws {
        let folder = try ScratchFolder()
        let text = Array((Self.a + "@b/1 c\nACGTA\n+b\nIIIII\n" + Self.z).utf8)
        for index in text.indices {
            for value in [0x00, 0x0a, 0x40, 0x2b, 0xff] as [UInt8] {
                var damaged = text
                damaged[index] = value
                let read = try Delivered(.fastq(path: try folder.write("r.fq", damaged)))
                #expect(read.fragments.count >= 1)
                #expect(read.fragments.count + read.problems.count >= 2)
            }
        }
    }
}

extension String {
    /// The letters turned by some places, so that compression has something to do.
    fileprivate func shifted(_ places: Int) -> String {
        String((0..<count).map { self[index(startIndex, offsetBy: ($0 * (places % 7 + 1) + places) % count)] })
    }
}
