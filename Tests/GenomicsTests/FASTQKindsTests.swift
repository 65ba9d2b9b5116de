import Foundation
import Testing

@testable import Genomics

/// Kinds of FASTQ that are no error of one record: read as they are meant, or refused at once.
struct FASTQKindsTests {
    private static let bases = Array("ACGT".utf8)

    /// A read of 40 bases that no other number has.
    private static func sequence(_ number: Int) -> String {
        String(decoding: (0..<40).map { bases[(number >> ($0 % 16) ^ number &* (7 + $0)) & 3] }, as: UTF8.self)
    }

    private static func fastq(
        _ count: Int, from first: Int = 0, quality: Character = "I", name: (Int) -> String
    ) -> String {
        (first..<(first + count)).map {
            "@\(name($0))\n\(sequence($0))\n+\n\(String(repeating: quality, count: 40))\n"
        }.joined()
    }

    private static func refusal(_ source: (ScratchFolder) throws -> ReadSource) throws -> GenomicsError? {
        let folder = try ScratchFolder()
        return #expect(throws: GenomicsError.self) { try Delivered(try source(folder)) }
    }

    @Test("Bases and qualities on several lines are joined, quality lines that start with @ too")
    func wrapped() throws {
        let folder = try ScratchFolder()
        let text = "@a\nACGT\nAC\n+a\n@II@\n@I\n@b\nTT\n+\nII\n@c\r\nAC\r\nGT\r\nA\r\n+\r\nII\r\nII\r\nI\r\n"
        let read = try Delivered(.fastq(path: try folder.write("w.fq", text)))
        #expect(read.problems.isEmpty && read.names == ["a", "b", "c"])
        #expect(read.fragments.map { String(decoding: $0[0].sequence, as: UTF8.self) } == ["ACGTAC", "TT", "ACGTA"])
        #expect(Array(read.fragments[0][0].qualities) == [31, 40, 40, 31, 31, 40])
    }

    @Test("After a wrong record in a wrapped file the next one is found")
    func wrappedResynchronisation() throws {
        let folder = try ScratchFolder()
        let text = "@a\nAC\nGT\n+\nII\nII\n@b\nAC\nG!\n+\nII\nII\n@c\nAC\nGT\n+\nII\nII\n"
        let read = try Delivered(.fastq(path: try folder.write("w.fq", text)))
        #expect(read.names == ["a", "c"] && read.places == ["2 +"])
    }

    @Test("A file whose lines end in CR alone, or of two bytes a character, is refused with what to do")
    func foreignText() throws {
        let carriage = try Self.refusal { .fastq(path: try $0.write("r.fq", "@a\rACGT\r+\rIIII\r")) }
        #expect(carriage?.message.contains("CR") == true)
        let wide = try Self.refusal { .fastq(path: try $0.write("u.fq", [0xff, 0xfe, 0x40, 0, 0x61, 0])) }
        #expect(wide?.message.contains("UTF-16") == true)
    }

    @Test("A byte order mark is passed over, and a letter that is not ASCII is called that")
    func marksAndLetters() throws {
        let folder = try ScratchFolder()
        let marked = try Delivered(
            .fastq(path: try folder.write("b.fq", [0xef, 0xbb, 0xbf] + Array("@a\nACGT\n+\nIIII\n".utf8))))
        #expect(marked.problems.isEmpty && marked.names == ["a"])
        let read = try Delivered(.fastq(path: try folder.write("n.fq", "@Müller\nACGT\n+\nIIII\n")))
        #expect(read.problems.map(\.kind) == ["non-ascii"] && read.problems[0].message.contains("not ASCII"))
    }

    @Test(
        "Zeros behind the last gzip member or BGZF block are no damage; anything else is",
        arguments: [1, 2, 512, 70_000])
    func padding(_ count: Int) throws {
        let folder = try ScratchFolder()
        let text = Self.fastq(300) { "r\($0)" }
        let path = try folder.write("r.fq", text)
        try Tool.run("gzip", "-k", path)
        let gzip = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
        let zeros = [UInt8](repeating: 0, count: count)
        for whole in [gzip, gzip + gzip, try BGZFBytes.compress(Array(text.utf8), level: 1)] {
            let padded = try Delivered(.fastq(path: try folder.write("p.gz", whole + zeros)))
            #expect(padded.problems.isEmpty && padded.fragments.count % 300 == 0 && !padded.fragments.isEmpty)
            let garbage = try Delivered(.fastq(path: try folder.write("g.gz", whole + zeros + [7])))
            #expect(garbage.problems.map(\.kind) == ["cut-short"])
        }
    }

    @Test(
        "Mates whose names differ by a suffix alone are joined by place, under the name without it",
        arguments: [
            (".1", ".2"), ("/1", "/3"), ("_1", "_2"), ("-1", "-2"), ("_1:N:0:ACGT", "_2:N:0:ACGT"), ("/1", "/2"),
        ])
    func suffixes(one: String, two: String) throws {
        let folder = try ScratchFolder()
        let first = Self.fastq(100) { "SRR1.\($0)\(one) comment" }
        let second = Self.fastq(100, from: 100) { "SRR1.\($0 - 100)\(two) comment" }
        let pairs = try Delivered(
            .pairedFASTQ(try folder.write("1.fq", first), try folder.write("2.fq", second)))
        #expect(pairs.problems.isEmpty && pairs.names == (0..<100).map { "SRR1.\($0)+SRR1.\($0)" })
        let interleaved = zip(0..<100, 100..<200).map { left, right in
            Self.fastq(1, from: left) { "SRR1.\($0)\(one)" } + Self.fastq(1, from: right) { "SRR1.\($0 - 100)\(two)" }
        }
        let joined = try Delivered(.interleavedFASTQ(try folder.write("i.fq", interleaved.joined())))
        #expect(joined.problems.isEmpty && joined.names == pairs.names)
    }

    @Test("A read that is missing in one file is found missing under suffixes too")
    func missingUnderSuffixes() throws {
        let folder = try ScratchFolder()
        let first = Self.fastq(200) { "q\($0).1" }
        let second =
            Self.fastq(150, from: 1000) { "q\($0 - 1000).2" } + Self.fastq(49, from: 1151) { "q\($0 - 1000).2" }
        let pairs = try Delivered(
            .pairedFASTQ(try folder.write("1.fq", first), try folder.write("2.fq", second)))
        #expect(pairs.places == ["151 QNAME"] && pairs.problems[0].kind == "unpaired")
        #expect(pairs.names.count == 200 && pairs.names[150] == "q150" && pairs.names[151] == "q151+q151")
    }

    @Test("Counters at the end of names are no suffixes: a first read that is missing tears nothing else")
    func counters() throws {
        let folder = try ScratchFolder()
        let first = Self.fastq(100) { "SRR1.\($0 + 1)" }
        let second = Self.fastq(99, from: 1) { "SRR1.\($0 + 1)" }
        let pairs = try Delivered(
            .pairedFASTQ(try folder.write("1.fq", first), try folder.write("2.fq", second)))
        #expect(pairs.places == ["1 QNAME"] && pairs.names[1] == "SRR1.2+SRR1.2" && pairs.names.count == 100)
    }

    @Test("Files that are not each other's mates are refused at the first pairs, with both names")
    func strangers() throws {
        let error = try Self.refusal { folder in
            .pairedFASTQ(
                try folder.write("1.fq", Self.fastq(3000) { "laneA:\($0)" }),
                try folder.write("2.fq", Self.fastq(3000, from: 5000) { "laneB:\($0)" }))
        }
        #expect(error?.message.hasPrefix("paired reads have different names: \"laneA:0\" and \"laneB:5000\"") == true)
        let single = try Self.refusal { .interleavedFASTQ(try $0.write("i.fq", Self.fastq(100) { "single\($0)x" })) }
        #expect(single?.message.contains("no read is followed by its mate") == true)
    }

    @Test("One file as both mates is refused: by its identity, and a copy by its reads")
    func sameFile() throws {
        let text = Self.fastq(100) { "r\($0)" }
        let same = try Self.refusal { folder in
            let path = try folder.write("1.fq", text)
            try FileManager.default.createSymbolicLink(atPath: folder.path("link.fq"), withDestinationPath: path)
            return .pairedFASTQ(path, folder.path("link.fq"))
        }
        #expect(same?.message.contains("same file") == true)
        let copy = try Self.refusal { .pairedFASTQ(try $0.write("1.fq", text), try $0.write("2.fq", text)) }
        #expect(copy?.message.contains("same file") == true)
    }

    @Test("Qualities of the old scale are refused; those of today, however high or uniform, are not")
    func oldScale() throws {
        let low = "@x\n\(Self.sequence(9))\n+\n\(String(repeating: "B", count: 40))\n"
        let old = try Self.refusal {
            .fastq(path: try $0.write("o.fq", low + Self.fastq(100, quality: "h") { "r\($0)" }))
        }
        #expect(old?.field == "QUAL" && old?.message.contains("Phred+64") == true)
        let folder = try ScratchFolder()
        for (quality, extra) in [("I" as Character, ""), ("S", ""), ("~", ""), ("]", ""), ("h", "@l\nA\n+\n#\n")] {
            let text = extra + Self.fastq(100, quality: quality) { "r\($0)" }
            #expect(try Delivered(.fastq(path: try folder.write("t.fq", text))).problems.isEmpty, "\(quality)")
        }
    }
}
