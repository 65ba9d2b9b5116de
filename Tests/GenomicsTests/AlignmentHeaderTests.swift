import Foundation
import Testing

@testable import Genomics

@Suite struct AlignmentHeaderTests {
    @Test func writesSAMTextThatItReadsBack() throws {
        let contigs = [Contig(name: "chr1", length: 100), Contig(name: "chrM", length: 16_571)]
        let groups = [
            ReadGroup(id: "a", sample: "NA12878", library: "lib", platform: "ILLUMINA", unit: "FC.1"),
            ReadGroup(id: "b", sample: "tab\there"),
        ]
        let header = AlignmentHeader(contigs: contigs, readGroups: groups)
        #expect(
            header.text == "@HD\tVN:1.6\tSO:unknown\n@SQ\tSN:chr1\tLN:100\n@SQ\tSN:chrM\tLN:16571\n"
                + "@RG\tID:a\tSM:NA12878\tLB:lib\tPL:ILLUMINA\tPU:FC.1\n@RG\tID:b\tSM:tab here\n"
                + "@PG\tID:helicase\tPN:helicase\n")
        let read = try AlignmentHeader(text: header.text)
        #expect(read.contigs == contigs && read.readGroups[0] == groups[0] && read.text == header.text)
        let decoded = try JSONDecoder().decode(AlignmentHeader.self, from: JSONEncoder().encode(header))
        #expect(decoded == header)
    }

    @Test(
        arguments: [
            [Contig(name: "c1", length: 0)], [Contig(name: "", length: 5)], [Contig(name: "c\t1", length: 5)],
            [Contig(name: "c1", length: 5), Contig(name: "c1", length: 5)],
        ])
    func aListOfContigsObeysTheRulesOfTheText(listed: [Contig]) throws {
        let error = #expect(throws: GenomicsError.self) { try AlignmentHeader(text: "@HD\tVN:1.6\n", contigs: listed) }
        #expect(error?.code == .malformed && error?.field == "SQ")
        let good = [Contig(name: "c1", length: 5)]
        #expect(try AlignmentHeader(text: "@HD\tVN:1.6\n", contigs: good).contigs == good)
    }

    @Test func readsCommentsAndFieldsInAnyOrder() throws {
        let header = try AlignmentHeader(text: "@CO\tSN:not a contig\n@SQ\tLN:5\tM5:abc\tSN:x\n@RG\tPL:ONT\tID:g")
        #expect(header.contigs == [Contig(name: "x", length: 5)])
        #expect(header.readGroups == [ReadGroup(id: "g", sample: "g", platform: "ONT")])
        #expect(header.text.hasSuffix("ID:g\n"))
    }

    @Test("Lines may end in CR LF, also the last one without LF")
    func carriageReturns() throws {
        let header = try AlignmentHeader(text: "@HD\tVN:1.6\r\n@SQ\tSN:a\tLN:5\r\r\n@RG\tID:g\tSM:s\r")
        #expect(header.contigs == [Contig(name: "a", length: 5)] && header.readGroups.map(\.sample) == ["s"])
        #expect(header.text == "@HD\tVN:1.6\n@SQ\tSN:a\tLN:5\n@RG\tID:g\tSM:s\n")
        let listed = try AlignmentHeader(text: "@HD\tVN:1.6\r", contigs: header.contigs)
        #expect(try AlignmentHeader(text: listed.text, contigs: header.contigs).contigs == header.contigs)
    }

    @Test(
        "A malformed line is named by its number and field",
        arguments: [
            ("@SQ\tLN:5", 1, "SN"), ("@HD\tVN:1.6\n@SQ\tSN:x", 2, "LN"), ("@SQ\tSN:x\tLN:-5", 1, "LN"),
            ("@SQ\tSN:x\tLN:99999999999999999999", 1, "LN"), ("@SQ\tSN:x\tLN:5\n@SQ\tSN:x\tLN:5", 2, "SN"),
            ("@RG\tSM:x", 1, "ID"), ("@RG\tID:x\n@RG\tID:x", 2, "ID"),
            ("@RG\tID:x\u{15}y", 1, "ID"), ("@RG\tID:x\tSM:a\rb", 1, "SM"), ("@SQ\tSN:c\tLN:2147483648", 1, "LN"),
            ("hello", 1, "header"), ("@", 1, "header"),
        ])
    func malformed(text: String, line: Int, field: String) {
        let error = #expect(throws: GenomicsError.self) { try AlignmentHeader(text: text) }
        #expect(error?.record == line && error?.field == field && error?.code == .malformed)
    }
}
