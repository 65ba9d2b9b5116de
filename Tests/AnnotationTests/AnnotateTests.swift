import Foundation
import Genomics
import TestSupport
import Testing

@testable import Annotation

@Suite("Records of a VCF file are annotated with consequences and with what other files know")
struct AnnotateTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func file(_ name: String, _ text: String) throws -> String {
        let url = folder.appendingPathComponent(name)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    /// 20 bases, ATG GCC CTG | an intron of 20 | AAA TGG TAA, 20 bases.
    private static let bases =
        "TTTTTTTTTTTTTTTTTTTT" + "ATGGCCCTG" + "GTAAGTTTTTTTTTTTTCAG" + "AAATGGTAA" + "CACACACACACACATTTTTT"

    private static let models = """
        ##gff-version 3
        chr1\te\tgene\t11\t78\t.\t+\t.\tID=gene:ENSG1;Name=ABC;biotype=protein_coding
        chr1\te\tmRNA\t11\t78\t.\t+\t.\tID=transcript:ENST1;Parent=gene:ENSG1;biotype=protein_coding;tag=MANE_Select
        chr1\te\texon\t11\t29\t.\t+\t.\tParent=transcript:ENST1
        chr1\te\texon\t50\t78\t.\t+\t.\tParent=transcript:ENST1
        chr1\te\tCDS\t21\t29\t.\t+\t0\tParent=transcript:ENST1;protein_id=ENSP1
        chr1\te\tCDS\t50\t58\t.\t+\t0\tParent=transcript:ENST1;protein_id=ENSP1
        chr1\te\tlnc_RNA\t11\t60\t.\t+\t.\tID=transcript:ENST0;Parent=gene:ENSG1;biotype=lncRNA
        chr1\te\texon\t11\t60\t.\t+\t.\tParent=transcript:ENST0

        """

    private func annotate(
        _ records: [String], samples: String = "", sources: [String] = [],
        set: (inout VariantAnnotator.Options) -> Void = { _ in }
    ) throws -> (variants: [Variant], text: [String], summary: VariantAnnotator.Summary, remarks: [String]) {
        let reference = try ReferenceGenome(path: try file("r.fa", ">1\n\(Self.bases)\n"))
        let transcripts = try TranscriptSet(path: try file("t.gff3", Self.models)).matched(to: reference)
        let header = "##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\(samples)\n"
        let input = try file("v.vcf", header + records.map { $0 + "\n" }.joined())
        let output = folder.appendingPathComponent("o.vcf.gz").path
        var options = VariantAnnotator.Options()
        set(&options)
        let annotator = VariantAnnotator(
            reference: reference, transcripts: transcripts,
            sources: try sources.map { try AnnotationSource($0, reference: reference) }, options: options)
        var remarks: [String] = []
        let summary = try annotator.annotate(input, to: output, metadata: ["by=test"]) { remarks.append($0) }
        var lines: [String] = []
        var reader = try BGZFLines(path: output)
        while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
        return (
            try VCFReader.variants(path: output), lines.filter { !$0.hasPrefix("#") }, summary, remarks
        )
    }

    private func entries(_ variant: Variant) -> [[String]] {
        (variant.info("CSQ") ?? "").split(separator: ",").map {
            $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test("An exchanged amino acid has its codons, positions and the transcript that is chosen")
    func missense() throws {
        let result = try annotate(["1\t25\trs1\tC\tT\t50\tPASS\tDP=7"])
        #expect(result.text[0].hasPrefix("1\t25\trs1\tC\tT\t50\tPASS\tDP=7;CSQ=T|"))
        let entries = entries(result.variants[0])
        #expect(entries.count == 2)
        let coding = try #require(entries.first { $0[6] == "ENST1" })
        #expect(coding[1...5] == ["missense_variant", "MODERATE", "ABC", "ENSG1", "Transcript"])
        #expect(coding[8] == "1/2")
        #expect(coding[12...16] == ["15", "5", "2", "A/V", "gCc/gTc"])
        #expect(coding[19] == "1")
        let other = try #require(entries.first { $0[6] == "ENST0" })
        #expect(other[1] == "non_coding_transcript_exon_variant")
        #expect(other[19] == "")
    }

    @Test(
        "Start, stop, splice sites, frame and untranslated regions have their terms",
        arguments: [
            ("1\t20\t.\tT\tC", "5_prime_UTR_variant"), ("1\t21\t.\tA\tG", "start_lost"),
            ("1\t26\t.\tC\tA", "synonymous_variant"), ("1\t30\t.\tG\tC", "splice_donor_variant"),
            ("1\t34\t.\tG\tC", "splice_region_variant&intron_variant"), ("1\t40\t.\tT\tC", "intron_variant"),
            ("1\t49\t.\tG\tC", "splice_acceptor_variant"), ("1\t55\t.\tG\tA", "stop_gained"),
            ("1\t57\t.\tA\tG", "stop_retained_variant"), ("1\t56\t.\tT\tC", "stop_lost"),
            ("1\t23\t.\tG\tGA", "frameshift_variant"), ("1\t23\t.\tGGCC\tG", "inframe_deletion"),
            ("1\t59\t.\tC\tG", "3_prime_UTR_variant"),
            (
                "1\t20\t.\tT\t<DEL>",
                "splice_donor_variant&feature_truncation&coding_sequence_variant&intron_variant"
            ),
        ])
    func terms(record: String, expected: String) throws {
        let info = record.hasSuffix("<DEL>") ? "END=40" : "."
        let result = try annotate([record + "\t.\t.\t\(info)"])
        let found = entries(result.variants[0]).first { $0[6] == "ENST1" }?[1]
        #expect(found == expected)
    }

    @Test("Phased neighbours in one codon are told together, others alone, and phase sets apart")
    func phase() throws {
        let samples = "\tFORMAT\tA"
        func changes(_ one: String, _ two: String, format: String = "GT") throws -> [[String]] {
            try annotate(
                ["1\t24\t.\tG\tT\t.\t.\t.\t\(format)\t\(one)", "1\t25\t.\tC\tA\t.\t.\t.\t\(format)\t\(two)"],
                samples: samples
            ).variants.map { entries($0).filter { $0[6] == "ENST1" }.map { $0[15] } }
        }
        #expect(try changes("0|1", "0|1") == [["A/Y"], ["A/Y"]])
        #expect(try changes("0|1", "1|0") == [["A/S"], ["A/D"]])
        #expect(try changes("0/1", "0/1") == [["A/S"], ["A/D"]])
        #expect(try changes("1/1", "0/1") == [["A/S", "A/Y"], ["A/Y"]])
        #expect(try changes("0|1:7", "0|1:7", format: "GT:PS") == [["A/Y"], ["A/Y"]])
        #expect(try changes("0|1:7", "0|1:8", format: "GT:PS") == [["A/S"], ["A/D"]])
    }

    @Test("A record that does not fit the reference is kept, marked and counted; so is one on another contig")
    func mismatch() throws {
        let result = try annotate([
            "1\t25\t.\tG\tT\t.\t.\tDP=1", "1\t75\t.\tTTTTTTTTTTTT\tT\t.\t.\t.", "7\t5\t.\tA\tC\t.\t.\tDP=3",
        ])
        #expect(
            result.text == [
                "1\t25\t.\tG\tT\t.\t.\tDP=1;REF_MISMATCH", "1\t75\t.\tTTTTTTTTTTTT\tT\t.\t.\tREF_MISMATCH",
                "7\t5\t.\tA\tC\t.\t.\tDP=3",
            ])
        #expect(result.summary.mismatched == 2)
        #expect(result.summary.foreign == 1)
        #expect(result.remarks.count == 2)
    }

    @Test("Fields of another file are found by allele, however it is spelled, and under another name of the contig")
    func sources() throws {
        let known = """
            ##fileformat=VCFv4.2
            ##INFO=<ID=AF,Number=A,Type=Float,Description="f">
            ##INFO=<ID=AD,Number=R,Type=Integer,Description="d">
            ##INFO=<ID=SIG,Number=.,Type=String,Description="s">
            ##INFO=<ID=DB,Number=0,Type=Flag,Description="b">
            ##contig=<ID=chr1>
            #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
            chr1\t25\t.\tC\tA,T\t.\t.\tAF=0.1,0.2;AD=9,1,2;SIG=x,y;DB
            chr1\t60\t.\tACA\tA\t.\t.\tAF=0.4

            """
        let header = known.split(separator: "\n").filter { $0.hasPrefix("#") }.joined(separator: "\n") + "\n"
        let path = folder.appendingPathComponent("k.vcf.gz").path
        let writer = try VCFTextWriter(path: path, header: header)
        for line in known.split(separator: "\n") where !line.hasPrefix("#") { try writer.write(String(line)) }
        try writer.finish()
        // The deletion of one CA among many, written elsewhere in the repeat.
        let result = try annotate(
            ["1\t25\t.\tC\tG,T\t.\t.\t.", "1\t64\t.\tACA\tA\t.\t.\t.", "1\t71\t.\tC\tT\t.\t.\t."],
            sources: ["\(path)=k_"])
        let found = result.variants.map { variant in
            variant.info.filter { $0.key.hasPrefix("k_") }.map { "\($0.key)=\($0.value)" }
        }
        #expect(found == [["k_AF=.,0.2", "k_AD=.,2", "k_SIG=x,y", "k_DB="], ["k_AF=0.4"], []])
        #expect(result.summary.known == [2])
        let error = #expect(throws: GenomicsError.self) { try annotate([], sources: ["\(path):NO"]) }
        #expect(error?.message.contains("defines no INFO NO") == true)
    }

    @Test("What is no VCF, or not sorted, or has the field already, is refused with the place")
    func refused() throws {
        func error(_ records: [String]) -> GenomicsError? {
            do {
                _ = try annotate(records)
                return nil
            } catch { return error as? GenomicsError }
        }
        #expect(error(["1\t25\t.\tC\tT\t.\t.\t.", "1\t24\t.\tG\tT\t.\t.\t."])?.message.contains("sort") == true)
        #expect(error(["1\tx\t.\tC\tT\t.\t.\t."])?.field == "POS")
        #expect(error(["1\t25\t.\tC"])?.record == 4)
        #expect(error(["1\t25\t.\t\tT\t.\t.\t."])?.field == "REF")
    }

    @Test("The mitochondrion's code reads MITOMAP's changes", .enabled(if: HelicaseData.isThere, "no real data"))
    func mitochondrion() throws {
        let data = HelicaseData.folder.appending(path: "clinical/mtdna").path
        let reference = try ReferenceGenome(path: "\(data)/rCRS.fa")
        let transcripts = try TranscriptSet(path: "\(data)/rCRS.genes.gff3").matched(to: reference)
        var options = VariantAnnotator.Options()
        options.isLocal = true
        let output = folder.appendingPathComponent("m.vcf.gz").path
        _ = try VariantAnnotator(reference: reference, transcripts: transcripts, sources: [], options: options)
            .annotate("\(data)/mitomap_variants_coding.vcf.gz", to: output, metadata: []) { _ in }
        var (equal, comparable, initiators) = (0, 0, 0)
        for variant in try VCFReader.variants(path: output) {
            // One residue for another, in one gene or in both of two that overlap.
            guard let gene = variant.info("Locus"), let change = variant.info("AminoAcidChange") else { continue }
            var isEqual = true
            var parts: [(own: [String], sides: [Substring])] = []
            for part in change.components(separatedBy: "__") {
                let words = part.split(separator: ":")
                let name = words.count == 2 ? "MT-\(words[0])" : gene.split(separator: "/").first.map(String.init)
                let sides = (words.last.map(String.init) ?? "").replacing("TERM", with: "*").replacing(
                    "Term", with: "*"
                )
                .split(separator: "-")
                guard sides.count == 2, sides.allSatisfy({ $0.utf8.count == 1 }),
                    let own = entries(variant).first(where: { $0[3] == name && !$0[15].isEmpty })
                else { continue }
                let mine = own[15].split(separator: "/")
                if mine.first != sides[0] || mine.last != sides[1] { isEqual = false }
                parts.append((own, sides))
            }
            guard let own = parts.first?.own else { continue }
            let mine = own[15].split(separator: "/")
            comparable += 1
            if isEqual { equal += 1 }
            guard own[14] == "1" else { continue }
            initiators += 1
            let codon = own[16].split(separator: "/").last.map { $0.uppercased() } ?? ""
            let isStart = ["ATT", "ATC", "ATA", "ATG", "GTG"].contains(codon)
            #expect(own[1].contains(isStart ? "start_retained_variant" : "start_lost"), "\(variant.position)")
            #expect(mine.first == "M" && (mine.last == "M") == isStart, "\(variant.position)")
        }
        print("MITOMAP: \(equal) of \(comparable) amino-acid changes, \(initiators) in initiator codons")
        #expect(Double(equal) > 0.985 * Double(comparable))
        #expect(initiators > 20)
    }

    @Test("What separates values in INFO is written as VCF 4.3 has it, so that a silent name stays one")
    func separators() {
        var text: [UInt8] = []
        text.append(safe: "NM_1.1:p.(Lys2=); 5%,a|b")
        #expect(String(decoding: text, as: UTF8.self) == "NM_1.1:p.(Lys2%3D)%3B_5%25%2Ca%7Cb")
    }

    @Test(
        "A symbolic deletion ends where END says, or SVLEN; an END that no contig has is none",
        arguments: [("END=40", true), ("SVLEN=-20", true), ("SVLEN=20", true), ("END=-9223372036854775808", false)])
    func symbolic(info: String, isTold: Bool) throws {
        let result = try annotate(["1\t20\t.\tT\t<DEL>\t.\t.\t\(info)"])
        #expect(entries(result.variants[0]).contains { $0[1].contains("feature_truncation") } == isTold)
    }

    @Test("A carrier of three copies is one, whatever its first two are")
    func polyploid() throws {
        func changes(_ genotype: String) throws -> [[String]] {
            try annotate(
                ["1\t24\t.\tG\tT\t.\t.\t.\tGT\t\(genotype)", "1\t25\t.\tC\tA\t.\t.\t.\tGT\t\(genotype)"],
                samples: "\tFORMAT\tA"
            ).variants.map { entries($0).filter { $0[6] == "ENST1" }.map { $0[15] } }
        }
        #expect(try changes("0|0|1") == [["A/Y"], ["A/Y"]])
    }
}
