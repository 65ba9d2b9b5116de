import Clinical
import Foundation
import Genomics
import Testing

@Suite("Parentage by calls")
struct ParentageCheckTests {
    /// A child, two people, and places at which the child has two copies of the alternate.
    private func check(
        sites: Int = 400, contig: String = "chr1", _ columns: (_ site: Int) -> String
    ) throws -> ParentageCheck {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).vcf").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let header = [
            "##fileformat=VCFv4.2", "##contig=<ID=\(contig)>",
            "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">",
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tCHILD\tMOM\tDAD",
        ]
        let records = (1...sites).map { "\(contig)\t\($0)\t.\tA\tG\t.\t.\t.\tGT\t\(columns($0))" }
        try ((header + records).joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return try ParentageCheck(path: path, child: "CHILD", parents: ["MOM", "DAD"])
    }

    @Test("Parents have what the child has on both chromosomes, but for errors")
    func parents() throws {
        let found = try check { "1/1\t\($0 % 100 == 0 ? "0/0" : "0/1")\t1/1" }
        #expect(found.sites == [400, 400] && found.contradictions == [4, 0])
        #expect(found.isConfirmed)
    }

    @Test("A person who lacks it at every tenth place is no parent")
    func others() throws {
        let found = try check { "1|1\t0|1\t\($0 % 10 == 0 ? "0|0" : "1|1")" }
        #expect(found.verdicts == [true, false] && !found.isConfirmed)
    }

    @Test("Few places, missing calls, X and a child with one copy do not tell")
    func fewPlaces() throws {
        #expect(try check(sites: 199) { _ in "1/1\t0/1\t0/1" }.verdicts == [nil, nil])
        #expect(try check { _ in "1/1\t./.\t0/1" }.verdicts == [nil, true])
        #expect(try check(contig: "chrX") { _ in "1/1\t0/1\t0/1" }.sites == [0, 0])
        #expect(try check { _ in "0/1\t0/0\t0/0" }.sites == [0, 0])
    }
}
