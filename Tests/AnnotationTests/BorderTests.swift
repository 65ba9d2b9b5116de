import Foundation
import Genomics
import TestSupport
import Testing

@testable import Annotation

@Suite("Variants at borders of exons, in cut codons and of unknown bases have their terms")
struct BorderTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private static let intron = "GTAAGTTTTTTTTTTTTCAG"
    /// Ten Ts, AT | G GCC CTG | AAA TGG TAA, and ten bases more: the start codon is divided by the first of two introns.
    private static let bases = "TTTTTTTTTTAT" + intron + "GGCCCTG" + intron + "AAATGGTAA" + "CACACACACA"

    /// W is whole; N begins and E ends in the middle of a codon.
    private static let models = """
        ##gff-version 3
        1\te\tmRNA\t6\t74\t.\t+\t.\tID=transcript:W;biotype=protein_coding
        1\te\texon\t6\t12\t.\t+\t.\tParent=transcript:W
        1\te\texon\t33\t39\t.\t+\t.\tParent=transcript:W
        1\te\texon\t60\t74\t.\t+\t.\tParent=transcript:W
        1\te\tCDS\t11\t12\t.\t+\t0\tParent=transcript:W;protein_id=P
        1\te\tCDS\t33\t39\t.\t+\t1\tParent=transcript:W;protein_id=P
        1\te\tCDS\t60\t68\t.\t+\t0\tParent=transcript:W;protein_id=P
        1\te\tmRNA\t33\t39\t.\t+\t.\tID=transcript:N;biotype=protein_coding
        1\te\texon\t33\t39\t.\t+\t.\tParent=transcript:N
        1\te\tCDS\t33\t39\t.\t+\t1\tParent=transcript:N
        1\te\tmRNA\t33\t39\t.\t+\t.\tID=transcript:E;biotype=protein_coding
        1\te\texon\t33\t39\t.\t+\t.\tParent=transcript:E
        1\te\tCDS\t33\t39\t.\t+\t0\tParent=transcript:E

        """

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func file(_ name: String, _ text: String) throws -> String {
        let url = folder.appendingPathComponent(name)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    /// The rows of a transcript, a list of columns each.
    private func rows(_ record: String, of transcript: String) throws -> [[String]] {
        let reference = try ReferenceGenome(path: try file("r.fa", ">1\n\(Self.bases)\n"))
        let transcripts = try TranscriptSet(path: try file("t.gff3", Self.models)).matched(to: reference)
        let header = "##fileformat=VCFv4.4\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        let input = try file("v.vcf", header + record + "\n")
        let output = folder.appendingPathComponent("o.vcf.gz").path
        _ = try VariantAnnotator(reference: reference, transcripts: transcripts, sources: [])
            .annotate(input, to: output, metadata: []) { _ in }
        let variant = try #require(try VCFReader.variants(path: output).first)
        return (variant.info("CSQ") ?? "").split(separator: ",").map {
            $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }.filter { $0[6] == transcript }
    }

    @Test(
        "What replaces bases on both sides of a border is told by its splice site",
        arguments: [
            // More bases come in than go, and fewer.
            ("38\t.\tTGGT\tCCCCCC", "splice_donor_variant&coding_sequence_variant", "2/3", "2/2"),
            ("38\t.\tTGGT\tCC", "splice_donor_variant&coding_sequence_variant", "2/3", "2/2"),
            ("31\t.\tAGGG\tTTTTTT", "splice_acceptor_variant&coding_sequence_variant", "2/3", "1/2"),
            // A whole exon.
            (
                "30\t.\tCAGGGCCCTGGTAAGT\tC",
                "splice_acceptor_variant&splice_donor_variant&coding_sequence_variant", "2/3", "1-2/2"
            ),
        ])
    func borders(record: String, terms: String, exons: String, introns: String) throws {
        let row = try #require(try rows("1\t\(record)\t.\t.\t.", of: "W").first)
        #expect(row[1] == terms)
        #expect(row[8] == exons)
        #expect(row[9] == introns)
    }

    @Test("A start codon that an intron divides is lost with any of its bases")
    func dividedStart() throws {
        #expect(try rows("1\t33\t.\tG\tA\t.\t.\t.", of: "W").first?[1] == "start_lost&splice_region_variant")
        #expect(try rows("1\t12\t.\tT\tA\t.\t.\t.", of: "W").first?[1] == "start_lost&splice_region_variant")
        #expect(try rows("1\t34\t.\tG\tA\t.\t.\t.", of: "W").first?[1] == "missense_variant&splice_region_variant")
    }

    @Test("Bases of an incomplete codon are of the coding sequence, not of an intron")
    func incompleteCodons() throws {
        #expect(try rows("1\t33\t.\tG\tA\t.\t.\t.", of: "N").first?[1] == "coding_sequence_variant")
        #expect(
            try rows("1\t39\t.\tG\tA\t.\t.\t.", of: "E").first?[1]
                == "incomplete_terminal_codon_variant&coding_sequence_variant")
    }

    @Test(
        "Symbolic alleles and breakends are told by what they reach, with the exons and introns",
        arguments: [
            ("2\t.\tT\t<DUP>", "END=76", ["transcript_amplification"], "1-3/3", "1-2/2"),
            ("2\t.\tT\t<DEL>", "END=76", ["transcript_ablation"], "1-3/3", "1-2/2"),
            (
                "20\t.\tT\t<DUP:TANDEM>", "END=50", ["feature_elongation&coding_sequence_variant&intron_variant"],
                "2/3", "1-2/2"
            ),
            (
                "20\t.\tT\t<INV>", "END=36", ["splice_acceptor_variant&coding_sequence_variant&intron_variant"],
                "2/3", "1/2"
            ),
            ("20\t.\tT\t<CNV>", "SVLEN=30", ["coding_sequence_variant&intron_variant"], "2/3", "1-2/2"),
            ("35\t.\tC\tC]1:70]", "SVTYPE=BND", ["feature_truncation&coding_sequence_variant"], "2/3", ""),
            (
                "15\t.\tA\t<DEL>,<DEL>", "SVLEN=-5,-40",
                [
                    "feature_truncation&intron_variant",
                    "splice_acceptor_variant&splice_donor_variant&feature_truncation&coding_sequence_variant&intron_variant",
                ], "", "1/2"
            ),
            ("15\t.\tA\t<UNHEARD>", "END=60", [], nil, nil), ("15\t.\tA\t<DUP>", ".", [], nil, nil),
        ] as [(String, String, [String], String?, String?)])
    func symbolic(record: String, info: String, terms: [String], exons: String?, introns: String?) throws {
        let rows = try rows("1\t\(record)\t.\t.\t\(info)", of: "W")
        #expect(rows.map { $0[1] } == terms)
        #expect(rows.first?[8] == exons)
        #expect(rows.first?[9] == introns)
    }
}
