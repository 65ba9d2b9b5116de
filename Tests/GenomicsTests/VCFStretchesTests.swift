import Genomics
import TestSupport
import Testing

@Suite struct VCFStretchesTests {
    private func positions(_ lines: String, in ranges: [String: [Range<Int>]]) throws -> [Int] {
        let folder = try ScratchFolder()
        let header = "##fileformat=VCFv4.3\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
        var reader = try VCFReader(path: folder.write("x.vcf", header + lines))
        let stretches = GenomeStretches(ranges)
        var found: [Int] = []
        while let record = try reader.next(in: stretches) { found.append(record.position) }
        return found
    }

    private func line(_ contig: String, _ position: Int, _ reference: String = "A", info: String = ".") -> String {
        "\(contig)\t\(position)\t.\t\(reference)\t<*>\t.\tPASS\t\(info)\tGT\t0/0\n"
    }

    @Test func `Records come that reach into a stretch with REF or up to END`() throws {
        let lines =
            line("1", 90, "ACGTACGTAC") + line("1", 91, "ACGTACGTAC") + line("1", 60, info: "DP=3;END=101")
            + line("1", 60, info: "BLEND=500;END=100") + line("1", 105) + line("1", 106) + line("2", 103)
        // 1-based 101 to 105.
        #expect(try positions(lines, in: ["1": [100..<105]]) == [60, 105])
        #expect(try positions(lines, in: ["1": [99..<105], "2": [102..<103]]) == [91, 60, 60, 105, 103])
    }

    @Test func `Stretches may overlap and come in any order`() {
        let stretches = GenomeStretches(["1": [50..<60, 0..<100, 200..<201]])
        #expect(stretches.overlaps(70..<71, on: "1"))
        #expect(!stretches.overlaps(100..<200, on: "1"))
        #expect(stretches.overlaps(150..<201, on: "1"))
        #expect(!stretches.overlaps(70..<71, on: "2") && !stretches.overlaps(70..<70, on: "1"))
    }

    @Test func `A line within reach that is no record is refused, and an empty QUAL is a missing one`() throws {
        #expect(throws: GenomicsError.self) { try positions("1\tx\t.\tA\tC\t.\t.\t.\tGT\t0/1\n", in: ["1": [0..<5]]) }
        #expect(try positions("1\t3\t.\tA\tC\t\tPASS\t.\tGT\t0/1\n", in: ["1": [0..<5]]) == [3])
    }
}
