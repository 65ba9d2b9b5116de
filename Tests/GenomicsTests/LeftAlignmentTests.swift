import TestSupport
import Testing

@testable import Genomics

@Suite struct LeftAlignmentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var reference: String
        var read: String
        var cigar: String
        var expected: String
        var testDescription: String { "\(cigar) on \(reference)" }
    }

    @Test func `Inserted bases that are not known slide over nothing, where the contig ends and where it is not known`()
    {
        let window = ReferenceWindow(start: 0, bases: Array("ACAANN".utf8))
        #expect(LeftAlignment.tractEnd(start: 2, inserting: Array("A".utf8), in: window) == 4)
        #expect(LeftAlignment.tractEnd(start: 4, inserting: Array("N".utf8), in: window) == 4)
        #expect(LeftAlignment.tractEnd(start: 6, inserting: Array("NN".utf8), in: window) == 6)
    }

    @Test(
        arguments: [
            Case(reference: "GCAAAAT", read: "GCAAAT", cigar: "5M1D1M", expected: "2M1D4M"),
            Case(reference: "GCACACAT", read: "GCACAT", cigar: "5M2D1M", expected: "1M2D5M"),
            Case(reference: "GCACACAT", read: "GCACACACAT", cigar: "7M2I1M", expected: "1M2I7M"),
            Case(reference: "GCAAAAT", read: "GCAAAAAT", cigar: "6M1I1M", expected: "2M1I5M"),
            // Nothing to slide over.
            Case(reference: "GCATG", read: "GCTG", cigar: "2M1D2M", expected: "2M1D2M"),
            // One base of the match stays as the anchor.
            Case(reference: "AAAAT", read: "AAAT", cigar: "3M1D1M", expected: "1M1D3M"),
            // An insertion stops at a base of the read that differs.
            Case(reference: "GCAAAAT", read: "GCATAAAT", cigar: "6M1I1M", expected: "4M1I3M"),
            // `=` and `X` become `M`; clips stay.
            Case(reference: "GCAAAAT", read: "TTGCAAAT", cigar: "2S5=1D1=", expected: "2S2M1D4M"),
            // The second event stays behind the first.
            Case(reference: "GCAAAAAAT", read: "GCAAAAT", cigar: "2M1D2M1D3M", expected: "2M1D1M1D4M"),
        ])
    func `Events of reads move left`(_ example: Case) {
        let read = Array(example.read.utf8)
        let aligned = LeftAlignment.align(
            PileupFixture.cigar(example.cigar), position: 0,
            reference: ReferenceWindow(start: 0, bases: Array(example.reference.utf8))
        ) { read[$0] }
        #expect(aligned == PileupFixture.cigar(example.expected))
    }

    @Test func `Alleles come to their minimal left-most spelling`() throws {
        let window = ReferenceWindow(start: 0, bases: Array("GGCACACACATTTTG".utf8))
        func normal(_ position: Int, _ reference: String, _ alternate: String) throws -> String {
            let allele = try #require(
                Allele(contig: "c", position: position, reference: reference, alternate: alternate))
            let normal = allele.leftAligned(in: window)
            return "\(normal.start + 1) \(PileupFixture.text(normal.reference))>\(PileupFixture.text(normal.alternate))"
        }
        #expect(try normal(9, "CAT", "T") == "2 GCA>G")
        #expect(try normal(10, "A", "ACA") == "2 G>GCA")
        #expect(try normal(13, "TT", "T") == "10 AT>A")
        #expect(try normal(3, "CACA", "CACT") == "6 A>T")
        #expect(try normal(10, "ATTTTG", "ATTTTTG") == "10 A>AT")
        // Neither insertion nor deletion: it is trimmed and stays.
        #expect(try normal(10, "ATT", "GC") == "10 ATT>GC")
    }

    @Test func `A multi-nucleotide exchange falls into its substitutions`() throws {
        let allele = try #require(Allele(contig: "c", position: 5, reference: "ACG", alternate: "TCA"))
        #expect(allele.atoms.map(\.start) == [4, 6])
        #expect(Allele(contig: "c", position: 5, reference: "A", alternate: "<DEL>") == nil)
        #expect(Allele(contig: "c", position: 5, reference: "A", alternate: "*") == nil)
        #expect(Allele(contig: "c", position: 5, reference: "A", alternate: "a") == nil)
    }
}
