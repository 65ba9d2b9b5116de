import Annotation
import Foundation
import Genomics
import Testing

/// A genome of one contig with a transcript on each strand: three exons, a start and a stop codon.
private struct GeneFixture {
    // The forward gene: exons 10..<22, 30..<42, 50..<64; translated from 14 to 60:
    // ATG AAA CC|C CAG CAG TGG AG|C TTT TAA, then the untranslated GCACTGA.
    static let letters: [UInt8] = {
        var text =
            String(repeating: "T", count: 10) + "GGCCATGAAACC" + "GTAAGTAG" + "CCAGCAGTGGAG" + "GTAAGCAG"
            + "CTTTTAAGCACTGA"
        text += String(repeating: "C", count: 16)
        return Array(text.utf8)
    }()
    let reference = lookup(String(decoding: letters, as: UTF8.self))
    var transcript = Transcript(
        id: "NM_1.1", contig: "c", isReverse: false, exons: [10..<22, 30..<42, 50..<64], coding: 14..<57,
        biotype: "protein_coding")
    /// The mirror image of the genome and the transcript.
    let mirrored: ReferenceLookup
    var mirror: Transcript

    init() {
        let count = Self.letters.count
        mirrored = lookup(String(decoding: Transcript.reverseComplement(Self.letters), as: UTF8.self))
        func turned(_ range: Range<Int>) -> Range<Int> { (count - range.upperBound)..<(count - range.lowerBound) }
        mirror = Transcript(
            id: "NM_1.1", contig: "c", isReverse: true, exons: transcript.exons.map(turned),
            coding: transcript.coding.map(turned), biotype: "protein_coding")
    }

    /// The names of an edit on both strands, which are the same.
    func names(_ range: Range<Int>, _ inserted: String) throws -> (String?, String?) {
        let removed = Array(Self.letters[range])
        let edit = MinimalEdit(contig: "c", range: range, removed: removed, inserted: Array(inserted.utf8))
        var namer = VariantNamer(reference: reference)
        let forward = (
            try namer.transcriptName(edit, transcript)?.description,
            try namer.proteinName(edit, transcript)?.description
        )
        let count = Self.letters.count
        let turned = MinimalEdit(
            contig: "c", range: (count - range.upperBound)..<(count - range.lowerBound),
            removed: Transcript.reverseComplement(removed), inserted: Transcript.reverseComplement(Array(inserted.utf8))
        )
        var other = VariantNamer(reference: mirrored)
        let reverse = (
            try other.transcriptName(turned, mirror)?.description, try other.proteinName(turned, mirror)?.description
        )
        #expect(forward == reverse)
        return forward
    }
}

@Suite("HGVS names are given to variants")
struct VariantNamerTests {
    // c.1 is base 14; the protein is Met Lys Pro Gln Gln Trp Ser Phe.
    @Test(
        "an edit has one name on a transcript, whichever strand it is on",
        arguments: [
            (14..<15, "G", "NM_1.1:c.1A>G", "NM_1.1:p.(Met1?)"),
            (17..<18, "G", "NM_1.1:c.4A>G", "NM_1.1:p.(Lys2Glu)"),
            (19..<20, "G", "NM_1.1:c.6A>G", "NM_1.1:p.(Lys2=)"),
            (17..<18, "T", "NM_1.1:c.4A>T", "NM_1.1:p.(Lys2Ter)"),
            // One of three As: the last is told.
            (17..<18, "", "NM_1.1:c.6del", "NM_1.1:p.(Lys2AsnfsTer10)"),
            (17..<17, "A", "NM_1.1:c.6dup", "NM_1.1:p.(Pro3ThrfsTer?)"),
            (17..<17, "AAA", "NM_1.1:c.4_6dup", "NM_1.1:p.(Lys2dup)"),
            (17..<20, "", "NM_1.1:c.4_6del", "NM_1.1:p.(Lys2del)"),
            (17..<17, "GGG", "NM_1.1:c.3_4insGGG", "NM_1.1:p.(Met1_Lys2insGly)"),
            (17..<20, "CCGTAG", "NM_1.1:c.4_6delinsCCGTAG", "NM_1.1:p.(Lys2delinsProTer)"),
            (15..<17, "CA", "NM_1.1:c.2_3inv", "NM_1.1:p.(Met1?)"),
            // The untranslated region, an intron, its border, and beyond the transcript.
            (12..<13, "T", "NM_1.1:c.-2C>T", nil), (25..<26, "C", "NM_1.1:c.8+4A>C", nil),
            (22..<23, "A", "NM_1.1:c.8+1G>A", "NM_1.1:p.?"), (29..<30, "A", "NM_1.1:c.9-1G>A", "NM_1.1:p.?"),
            (20..<24, "", "NM_1.1:c.7_8+2del", "NM_1.1:p.?"), (60..<61, "T", "NM_1.1:c.*4C>T", nil),
            (8..<9, "A", nil, nil),
            // The stop codon is lost, and none follows in the transcript; two glutamines, of which the second is told.
            (54..<55, "C", "NM_1.1:c.25T>C", "NM_1.1:p.(Ter9GlnextTer?)"),
        ] as [(Range<Int>, String, String?, String?)])
    func names(range: Range<Int>, inserted: String, coding: String?, protein: String?) throws {
        let names = try GeneFixture().names(range, inserted)
        #expect(names.0 == coding)
        #expect(names.1 == protein)
    }

    @Test("a genomic name is told at the 3' end of the forward strand, and the reference is read as far as it shifts")
    func genomic() throws {
        let bases = "G" + String(repeating: "CA", count: 40_000) + "T"
        var asked = 0
        let letters = Array(bases.utf8)
        let reference: ReferenceLookup = { (_, range) throws(GenomicsError) in
            let range = range.clamped(to: 0..<letters.count)
            asked += range.count
            return ReferenceWindow(start: range.lowerBound, bases: Array(letters[range]))
        }
        let namer = VariantNamer(reference: reference)
        let contig = Contig(name: "chr13", length: 114_364_328)
        let edit = try #require(MinimalEdit(contig: "chr13", position: 1, reference: "GCA", alternate: "G"))
        #expect(try namer.genomicName(edit, contig: contig)?.description == "NC_000013.11:g.80000_80001del")
        #expect(asked < 400_000)
        let single = try #require(MinimalEdit(contig: "MT", position: 2, reference: "C", alternate: "T"))
        #expect(
            try namer.genomicName(single, contig: Contig(name: "MT", length: 16_569))?.description
                == "NC_012920.1:m.2C>T")
        #expect(
            try namer.genomicName(single, contig: Contig(name: "chr13", length: 5))?.description == "chr13:g.2C>T")
    }
}
