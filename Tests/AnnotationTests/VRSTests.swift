import Annotation
import Foundation
import Genomics
import Hashing
import TestSupport
import Testing

@Suite("VRS identifiers")
struct VRSTests {
    /// The specification's own values, and alleles of the reference implementation's tests.
    @Test("digests are those that the specification publishes")
    func digests() {
        #expect(SHA512Digest.sha512t24u(of: []) == "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXc")
        #expect(SHA512Digest.sha512t24u(of: Array("ACGT".utf8)) == "aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2")
    }

    @Test(
        "an allele's identifier is the published one",
        arguments: [
            (
                "IIB53T8CNeJJdUqzn9V_JnRtQadwWCbl", 44_908_821, 44_908_822, VRSAllele.State.literal("T"),
                "0AePZIWZUNsUlQTamyLrjm2HWUw2opLt"
            ),
            (
                "Ya6Rs7DHhDeg7YaOSg1EoNi3U_nQ9SvO", 40_819_438, 40_819_446,
                .referenceLength(length: 11, repeatSubunitLength: 3),
                "Oop4kjdTtKcg1kiZjIJAAR3bp7qi4aNT"
            ),
            (
                "F-LrLMe1SRpfUZHkQmvkVKFEGaoDeHul", 55_181_219, 55_181_220,
                .referenceLength(length: 0, repeatSubunitLength: 1),
                "klRMVChjvV73ZxS9Ajq1Rb8WU-p_HbLu"
            ),
            (
                "F-LrLMe1SRpfUZHkQmvkVKFEGaoDeHul", 55_181_230, 55_181_230, .literal("GGCT"),
                "CLOvnFRJXGNRB9aTuNbvsLqc7syRYb55"
            ),
            (
                "209Z7zJ-mFypBEWLk4rNC6S_OxY5p7bs", 38_148_684, 38_148_693,
                .referenceLength(length: 4, repeatSubunitLength: 5),
                "4GjeORfLxGnNzZhQrYQLL4SRt6teQJ2q"
            ),
            (
                "IIB53T8CNeJJdUqzn9V_JnRtQadwWCbl", 289_464, 289_466,
                .referenceLength(length: 6, repeatSubunitLength: 2),
                "YFUR4oR_84b-rRFf0UzOjfI4eE5FTKAP"
            ),
        ])
    func identifiers(accession: String, start: Int, end: Int, state: VRSAllele.State, digest: String) {
        let allele = VRSAllele(refgetAccession: "SQ.\(accession)", location: start..<end, state: state)
        #expect(allele.identifier == "ga4gh:VA.\(digest)")
    }

    private func allele(_ bases: String, _ position: Int, _ ref: String, _ alt: String) throws -> VRSAllele {
        let edit = try #require(MinimalEdit(contig: "c", position: position, reference: ref, alternate: alt))
        return try VRSAllele(normalizing: edit, covered: edit.range, refgetAccession: "SQ.x", lookup(bases))
    }

    @Test("an insertion or deletion covers all places where it can be told")
    func justified() throws {
        //            0123456789
        let bases = "GGACACACTTGG"
        let deletion = try allele(bases, 2, "GAC", "G")
        #expect(deletion.location == 2..<8)
        #expect(deletion.state == .referenceLength(length: 4, repeatSubunitLength: 2))
        #expect(try allele(bases, 6, "CAC", "C") == deletion)
        let insertion = try allele(bases, 8, "C", "CAC")
        #expect(insertion.location == 2..<8)
        #expect(insertion.state == .referenceLength(length: 8, repeatSubunitLength: 2))
        // CACACA in front of one CA: the unit is CA, though six bases come.
        #expect(try allele("GGCATT", 2, "G", "GCACA").state == .referenceLength(length: 6, repeatSubunitLength: 2))
        // ACG in front of A only rolls over the A, and is no repeat of the reference's.
        let partial = try allele("GGATT", 2, "G", "GACG")
        #expect(partial.location == 1..<3)
        #expect(partial.state == .literal("GACGA"))
        #expect(try allele("GGATT", 3, "A", "ACC").state == .literal("CC"))
        #expect(try allele("GGATT", 3, "AT", "CC").state == .literal("CC"))
    }

    @Test("a change of nothing is the reference's own length")
    func unchanged() throws {
        let edit = MinimalEdit(contig: "c", range: 2..<4, removed: Array("AT".utf8), inserted: Array("AT".utf8))
        #expect(edit.isEmpty)
        let allele = try VRSAllele(normalizing: edit, covered: 2..<4, refgetAccession: "SQ.x", lookup("GGATT"))
        #expect(allele.state == .referenceLength(length: 2, repeatSubunitLength: 2))
        #expect(try allele.sequence(contig: "c", lookup("GGATT")) == "AT")
    }
}

/// A genome of one contig.
func lookup(_ bases: String) -> ReferenceLookup {
    let letters = Array(bases.utf8)
    return { (_, range) throws(GenomicsError) in
        let clamped = range.clamped(to: 0..<letters.count)
        return ReferenceWindow(start: clamped.lowerBound, bases: Array(letters[clamped]))
    }
}

@Suite("VRS identifiers of real variants", .enabled(if: HGVSData.isThere, "HELICASE_DATA has no clinical/hgvs"))
struct VRSDataTests {
    /// The digests are those of the reference implementation (ga4gh/vrs-python, `test_allele_translator.py`).
    ///
    /// The reference here holds the bases around BRCA2 alone, so its own digest is another; chromosome 13's is given.
    @Test(
        "a name of the genome has the published identifier",
        arguments: [
            ("NC_000013.11:g.32331093_32331094dup", "swY2caCgv1kP6YqKyPlcEzJqTvou15vC"),
            ("NC_000013.11:g.32316467dup", "96ak7XdY3DNbp71aHEXw-NHSfeHGW-KT"),
            ("NC_000013.11:g.32331043_32331094dup", "j7qUzb1uvmdxLAbtdCPiay4kIRQmyZNv"),
        ])
    func published(name: String, digest: String) throws {
        let reference = try ReferenceGenome(
            path: HelicaseData.folder.appending(path: "clinical/brca/GRCh38.chr13_chr17.masked.fa.gz").path)
        let placement = try #require(
            try VariantMapper(reference: reference).placements(of: try HGVSVariant(name)).first)
        let allele = try VRSAllele(
            normalizing: placement.edit, covered: placement.covered,
            refgetAccession: "SQ._0wi-qoDrvram155UmcSC-zA5ZK4fpLT", reference.window)
        #expect(allele.identifier == "ga4gh:VA.\(digest)")
    }
}
