import Annotation
import Foundation
import Genomics
import TestSupport
import Testing

@Suite("HGVS names are found on the genome")
struct VariantMapperTests {
    /// 40 bases: two exons of a reverse transcript and of a forward one, with an intron of six.
    private static let genome = "ACGTTTTTGCACACACGGATCCATGCCCAAAGGGTACGTA"

    private func mapper() throws -> (VariantMapper, ReferenceGenome) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mapper-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "r.fa").path
        try ">chr1\n\(Self.genome)\n".write(toFile: path, atomically: true, encoding: .utf8)
        let reference = try ReferenceGenome(path: path)
        let forward = Transcript(
            id: "NM_1.2", contig: "chr1", isReverse: false, exons: [3..<12, 18..<30], coding: 5..<26,
            biotype: "protein_coding")
        let reverse = Transcript(
            id: "NR_2.1", contig: "chr1", isReverse: true, exons: [3..<12, 18..<30], biotype: "lncRNA")
        return (VariantMapper(reference: reference, transcripts: TranscriptSet([forward, reverse])), reference)
    }

    @Test(
        "a name is VCF's columns",
        arguments: [
            ("chr1:g.8T>A", "8 T A"), ("1:g.8T>A", "8 T A"), ("chr1:g.8delT", "3 GT G"), ("chr1:g.5_6insA", "5 T TA"),
            ("chr1:g.11_12dup", "9 G GCA"), ("chr1:g.11_12inv", "11 AC GT"), ("chr1:g.10_15delinsTT", "10 CACACA TT"),
            ("chr1:g.10CA[5]", "9 G GCACA"), ("chr1:g.10_11[2]", "9 GCA G"), ("chr1:g.10_15CA[3]", "10 CACACA ."),
            ("chr1:g.1del", "1 AC C"), ("chr1:g.3=", "3 G ."), ("chr1:g.3_4copy3", "2 C CGTGT"),
            ("chr1:g.5_6ins[A;20_22inv]", "5 T TAGGA"), ("chr1:g.20_21con1_2", "20 T A"),
            ("NM_1.2:c.1T>G", "6 T G"), ("NM_1.2:c.-2T>G", "4 T G"), ("NM_1.2:c.7+3A>G", "15 A G"),
            ("NM_1.2:c.8-1G>T", "18 G T"), ("NM_1.2:c.*1C>T", "27 C T"), ("NM_1.2:r.(8a>g)", "19 A G"),
            ("NR_2.1:n.1T>A", "30 A T"), ("NR_2.1:n.12+1C>A", "18 G T"), ("NR_2.1:n.13-2_13-1insTT", "12 C CAA"),
        ])
    func columns(name: String, expected: String) throws {
        let (mapper, reference) = try mapper()
        let placements = try mapper.placements(of: try HGVSVariant(name))
        let columns = try #require(placements.first).columns(reference.window)
        #expect("\(columns.position) \(columns.reference) \(columns.alternate)" == expected)
    }

    @Test(
        "a name that cannot be placed is refused with the reason",
        arguments: [
            ("chr1:g.8G>A", HGVSError.Code.referenceMismatch, "is T in the reference"),
            ("chr1:g.5_7delTT", .contradiction, "3 bases, and 2"), ("chr1:g.41del", .outside, "not within"),
            ("chr2:g.5del", .unknownReference, "no contig"), ("NM_9.1:c.5del", .unknownReference, "not among"),
            ("NM_1.1:c.5del", .unknownReference, "they have NM_1.2"), ("NR_2.1:c.5del", .unknownReference, "n."),
            ("NM_1.2:c.5+1G>A", .outside, "end of an exon"), ("NM_1.2:c.7+9G>A", .outside, "shorter"),
            ("NM_1.2:c.50A>G", .outside, "told with *"), ("NM_1.2:c.*50A>G", .outside, "outside"),
            ("NM_1.2:c.7_8insA", .inexact, "parted by an intron"), ("NM_1.2:c.9del3", .contradiction, "stated"),
            ("NP_1.2:p.Ala5Gly", .inexact, "protein"), ("chr1:g.(5_8)_10del", .inexact, "not exact"),
            ("chr1:g.5_6insN[4]", .inexact, "not given"), ("c.5del", .unknownReference, "no reference"),
            ("chr1:g.10CA[(2_4)]", .inexact, "not exact"), ("chr1:g.1TTG[4]", .referenceMismatch, "no TTG"),
            ("chr1:g.8T[9999999999]", .inexact, "too many"),
            ("chr1:g.5_6ins[A[9000000];C[9000000]]", .inexact, "bases are inserted"),
        ] as [(String, HGVSError.Code, String)])
    func refused(name: String, code: HGVSError.Code, reason: String) throws {
        let (mapper, _) = try mapper()
        #expect {
            _ = try mapper.placements(of: try HGVSVariant(name))
        } throws: { error in
            let error = error as? HGVSError
            return error?.code == code && error?.message.contains(reason) == true
        }
    }

    @Test("what is named is found again")
    func roundTrip() throws {
        let (mapper, reference) = try mapper()
        let transcripts = [("NM_1.2", false), ("NR_2.1", true)]
        let namer = VariantNamer(reference: reference.window)
        let letters = Array(Self.genome.utf8)
        var count = 0
        for start in 3..<27 {
            for (length, inserted) in [(1, ""), (2, ""), (3, "A"), (0, "CA"), (0, "T"), (1, "GG"), (2, "TG")] {
                let range = start..<(start + length)
                let edit = MinimalEdit(
                    contig: "chr1", range: range, removed: Array(letters[range]), inserted: Array(inserted.utf8))
                if edit.isEmpty { continue }
                let canonical = try edit.shifted(towardsEnd: true, reference.window)
                for (id, isReverse) in transcripts {
                    var transcript = Transcript(
                        id: id, contig: "chr1", isReverse: isReverse, exons: [3..<12, 18..<30], biotype: "x")
                    if !isReverse { transcript.coding = 5..<26 }
                    guard let name = try namer.transcriptName(edit, transcript) else { continue }
                    let found = try mapper.placements(of: try HGVSVariant(name.description))
                    #expect(try found.first?.edit.shifted(towardsEnd: true, reference.window) == canonical, "\(name)")
                    count += 1
                }
            }
        }
        #expect(count > 250)
    }
}
