import Foundation
import Genomics
import Testing

@Suite("A VCF file of text is indexed while it is written")
struct VCFLineIndexTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).vcf.gz").path
    private static let header = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"

    @Test(
        "Records are found by the bases that REF or END reach, over many blocks and on each contig",
        arguments: [0, 1 << 30])
    func found(longestContig: Int) throws {
        let writer = try VCFTextWriter(path: path, header: Self.header, longestContig: longestContig)
        try writer.write("a\t100\t.\tACGT\tA\t.\t.\tX=1;END=60000")
        for position in 1...9_000 {
            try writer.write("a\t\(position * 50 + 150)\tr\(position)\tA\tC\t.\t.\tTEXT=\(position * 7919)")
        }
        try writer.write("b\t7\tlast\tA\tC\t.\t.\t.")
        try writer.finish()
        var lines = try IndexedLines(path: path)
        #expect(lines.contigs == ["a", "b"])
        func first(_ contig: String, from position: Int) throws -> String {
            guard lines.seek(to: contig, from: position), let line = try lines.next() else { return "" }
            return String(decoding: line.prefix(12), as: UTF8.self)
        }
        #expect(try first("a", from: 59_999) == "a\t100\t.\tACGT")
        #expect(try first("a", from: 60_000) == "a\t60050\tr119")
        #expect(try first("a", from: 449_999) == "a\t450000\tr89")
        #expect(try first("b", from: 0) == "b\t7\tlast\tA\tC")
        #expect(try first("b", from: 7) == "")
    }

    @Test("A record that comes before the last, or on a contig that was there already, is refused")
    func unsorted() throws {
        let writer = try VCFTextWriter(path: path, header: Self.header)
        try writer.write("a\t100\t.\tA\tC\t.\t.\t.")
        #expect(throws: GenomicsError.self) { try writer.write("a\t99\t.\tA\tC\t.\t.\t.") }
        let other = try VCFTextWriter(path: path, header: Self.header)
        for contig in ["a", "b"] { try other.write("\(contig)\t5\t.\tA\tC\t.\t.\t.") }
        #expect(throws: GenomicsError.self) { try other.write("a\t9\t.\tA\tC\t.\t.\t.") }
    }
}
