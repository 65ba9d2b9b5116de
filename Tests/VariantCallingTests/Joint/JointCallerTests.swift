import Foundation
import Genomics
import TestSupport
import Testing

@testable import VariantCalling

@Suite struct JointCallerTests {
    private let block = "GT:DP:GQ:MIN_DP:PL"

    @Test func `Blocks give the reference with their GQ, and no reads give no genotype`() throws {
        let fixture = try JointFixture()
        try fixture.add("A", "2 A G,<NON_REF> . GT:AD:DP:GQ:PL 0/1:14,16,0:30:99:300,0,280,340,330,600")
        try fixture.add("B", "1 G <NON_REF> END=39 \(block) 0/0:30:42:25:0,42,630")
        try fixture.add("C", "1 G <NON_REF> END=39 \(block) 0/0:0:0:0:0,0,0")
        try fixture.add("D", "10 G <NON_REF> END=39 \(block) 0/0:30:60:25:0,60,900")
        let records = try fixture.join()
        #expect(records.count == 1)
        let record = try #require(records.first)
        #expect(record[0...4] == ["c", "2", ".", "A", "G"] && record[6] == "PASS")
        #expect(record[7] == "AC=1;AN=4;AF=0.2500;DP=55")
        #expect(record[9].hasPrefix("0/1:99:30:14,16:300,0,280"))
        #expect(record[10] == "0/0:42:25:.:0,42,630")
        #expect(record[11] == "./.:.:0:.:." && record[12] == "./.:.:.:.:.")
        #expect(try #require(Double(record[5])) > 200)
    }

    @Test func `Alleles come to one spelling, over the longest REF`() throws {
        let fixture = try JointFixture()
        let format = "GT:AD:DP:GQ:PL"
        // CTC of 13-15 loses TC in A and T in B; C has another C in front of it, D an exchange of the C.
        try fixture.add("A", "13 CTC C,<NON_REF> . \(format) 0/1:10,10,0:20:99:200,0,200,230,230,400")
        try fixture.add("B", "13 CT C,<NON_REF> . \(format) 1/1:0,20,0:20:60:600,60,0,600,60,600")
        try fixture.add("C", "13 C CC,<NON_REF> . \(format) 0/1:10,10,0:20:99:200,0,200,230,230,400")
        try fixture.add("D", "13 C G,<NON_REF> . \(format) 0/1:10,10,0:20:99:200,0,200,230,230,400")
        let records = try fixture.join()
        #expect(records.count == 1)
        let record = try #require(records.first)
        #expect(record[3] == "CTC" && record[4] == "C,CC,CCTC,GTC")
        #expect((0..<4).map { JointFixture.field("GT", record, $0) } == ["0/1", "2/2", "0/3", "0/4"])
        #expect(JointFixture.field("AD", record, 2) == "10,0,0,10,0")
        // PL of A in VCF's order: 00 01 11 02 12 22 03 13 23 33 …: what A's record says of all others.
        #expect(JointFixture.field("PL", record, 0).hasPrefix("200,0,200,230,230,400,230,230,400,400"))
        #expect(record[7].hasPrefix("AC=1,2,1,1;AN=8;"))
    }

    @Test func `An exchange below a deletion has the deletion as an allele`() throws {
        let fixture = try JointFixture()
        let format = "GT:AD:DP:GQ:PL"
        try fixture.add("A", "13 CTC C,<NON_REF> . \(format) 1/1:0,20,0:20:60:600,60,0,600,60,600")
        try fixture.add(
            "B", "1 G <NON_REF> END=14 \(block) 0/0:20:60:20:0,60,600",
            "15 C A,<NON_REF> . \(format) 0/1:10,10,0:20:99:200,0,200,230,230,400")
        try fixture.add("C", "1 G <NON_REF> END=39 \(block) 0/0:20:60:20:0,60,600")
        #expect(try fixture.genotypes() == ["13 CTC>C 1/1 0/0 0/0", "15 C>A,* 2/2 0/1 0/0"])
    }

    @Test func `One sample's calls come back`() throws {
        let fixture = try JointFixture()
        let format = "GT:AD:DP:GQ:PL"
        try fixture.add(
            "A", "1 G <NON_REF> . \(block) 0/0:20:60:20:0,60,600",
            "2 A G,<NON_REF> . \(format) 0/1:10,10,0:20:99:200,0,200,230,230,400",
            "3 T <NON_REF> END=4 \(block) 0/0:20:60:20:0,60,600",
            "5 A C,<NON_REF> . \(format) 1/1:0,3,0:3:9:90,9,0,90,9,90",
            "6 C A,<NON_REF> . \(format) 0/0:20,2,0:22:40:0,40,500,60,500,600",
            "13 CTC C,CT,<NON_REF> . \(format) 1/2:0,9,9,0:18:99:400,200,220,190,0,210,420,230,210,430",
            "24 G T,<NON_REF> . \(format) 0/1:4,2,0:6:5:5,0,90,20,100,120")
        #expect(try fixture.genotypes() == ["2 A>G 0/1", "5 A>C 1/1", "13 CTC>C,CT 1/2"])
        #expect(try fixture.genotypes(minimumQuality: 3).last == "24 G>T 0/1")
    }

    @Test func `gVCFs of DeepVariant and bcftools are read too`() throws {
        let fixture = try JointFixture()
        try fixture.add(
            "deepvariant", "1 G <*> END=1 GT:GQ:MIN_DP:PL 0/0:50:30:0,90,899",
            "2 A G,<*> . GT:GQ:DP:AD:VAF:PL 0/1:42:30:15,15,0:0.5,0:42,0,60,990,990,990",
            "3 T <*> END=39 GT:GQ:MIN_DP:PL 0/0:50:30:0,90,899")
        // bcftools call -g knows of a block no more than its least depth.
        try fixture.add(
            "bcftools", "1 G . END=4;MinDP=12 GT:DP 0/0:12", "5 A T DP=18;AC=2;AN=2 GT:PL:DP:AD 1/1:192,60,0:20:0,20")
        try fixture.add(
            "mpileup", "1 G <*> END=4;MinDP=9;QS=1,0 PL:DP 0,27,200:9",
            "5 A T,<*> DP=10;QS=0.5,0.5,0 PL:DP:AD 90,0,90,120,120,200:10:5,5,0")
        let records = try fixture.join()
        #expect(records.map { $0[1] } == ["2", "5"])
        #expect(records[0][9...].map { String($0.prefix(3)) } == ["0/1", "0/0", "0/0"])
        #expect(
            JointFixture.field("PL", records[0], 1) == "0,36,360" && JointFixture.field("GQ", records[0], 1) == "36")
        #expect(JointFixture.field("PL", records[0], 2) == "0,27,200")
        #expect(records[1][9...].map { String($0.prefix(3)) } == ["0/0", "1/1", "0/1"])
    }

    @Test func `Frequencies are those of the cohort, and decide where reads do not`() throws {
        // Of forty people all but one carry the allele; the one with two reads of the reference probably does too.
        func cohort(_ others: String) throws -> String {
            let fixture = try JointFixture()
            for index in 0..<40 {
                try fixture.add("S\(index)", "2 A G,<NON_REF> . GT:PL \(others)")
            }
            try fixture.add("X", "2 A G,<NON_REF> . GT:PL 0/0:0,6,60,6,60,60")
            return try #require(try fixture.genotypes().first).split(separator: " ").last.map(String.init) ?? ""
        }
        #expect(try cohort("1/1:300,30,0,300,30,300") == "0/1")
        #expect(try cohort("0/1:100,0,100,130,130,200") == "0/0")
        let frequencies = AlleleFrequencies(
            [3, 3, 3, 1].map { number in
                var evidence = SampleEvidence.nothing(ploidy: 2)
                evidence.likelihoods = number == 3 ? [1, 1e-9, 1e-30] : [1e-30, 1e-9, 1]
                return evidence
            }, alleles: try SiteAlleles([Self.record("2 A G")], hasDeletion: false))
        #expect(abs(frequencies.values[1] - 2.001 / 8.101) < 1e-4)
    }

    static func record(_ text: String) throws -> GVCFRecord {
        let parts = text.split(separator: " ").map(String.init)
        return try GVCFRecord(
            Variant(
                contig: "c", position: try #require(Int(parts[0])), reference: parts[1],
                alternates: parts[2].split(separator: ",").map(String.init)), contig: 0)
    }

    @Test func `What cannot be joined is refused by file, record and field`() throws {
        func refusal(_ build: (JointFixture) throws -> Void) throws -> String {
            let fixture = try JointFixture()
            try build(fixture)
            do {
                _ = try fixture.join()
                return "none"
            } catch let error as GenomicsError {
                return error.description
            }
        }
        let order = try refusal {
            try $0.add("A", "5 A <NON_REF> . \(block) 0/0:1:3:1:0,3,30", "2 A <NON_REF> . \(block) 0/0:1:3:1:0,3,30")
        }
        #expect(order.contains("0.g.vcf") && order.contains("record 2") && order.contains("sort"), "\(order)")
        let other = try refusal { try $0.add("A", "2 C G,<NON_REF> . GT:PL 0/1:99,0,99,99,99,99") }
        #expect(other.contains("REF at c:2"), "\(other)")
        let values = try refusal { try $0.add("A", "2 A G,<NON_REF> . GT:PL 0/1:99,0") }
        #expect(values.contains("PL") && values.contains("3 alleles"), "\(values)")
        let twice = try refusal { fixture in
            for _ in 0..<2 { try fixture.add("A", "2 A <NON_REF> . \(block) 0/0:1:3:1:0,3,30") }
        }
        #expect(twice.contains("sample A"), "\(twice)")
        let symbolic = try refusal { try $0.add("A", "2 A <DEL>,<NON_REF> END=20 GT:PL 0/1:99,0,99,99,99,99") }
        #expect(symbolic.contains("<DEL>"), "\(symbolic)")
    }
}
