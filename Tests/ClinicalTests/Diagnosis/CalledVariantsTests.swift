import Clinical
import Foundation
import Genomics
import Testing

@Suite("Variants of a person and relatives")
struct CalledVariantsTests {
    private static let header = """
        ##fileformat=VCFv4.2
        ##contig=<ID=chr1,length=1000000>
        ##contig=<ID=chrX,length=156040895>
        ##FILTER=<ID=LowQual,Description="">
        ##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Allele|Consequence|IMPACT|SYMBOL|Feature|HGVSc|NMD">
        ##INFO=<ID=gnomad_AF,Number=A,Type=Float,Description="">
        ##INFO=<ID=CLNSIG,Number=.,Type=String,Description="">
        ##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="">
        ##FORMAT=<ID=GT,Number=1,Type=String,Description="">
        ##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="">

        """

    private static let family = [
        FamilyMember(name: "dad", relation: .father, sex: .male, isAffected: false),
        FamilyMember(name: "mum", relation: .mother, sex: .female, isAffected: false),
        FamilyMember(name: "gone", relation: .other),
    ]

    /// Reads records of child, father and mother; blanks stand for tabs.
    private func read(_ records: [String]) throws -> CalledVariants {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).vcf").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let columns = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT child dad mum"
        let lines = ([columns] + records).map { $0.replacing(" ", with: "\t") }.joined(separator: "\n")
        try (Self.header + lines + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        var options = AnnotatedVCF.Options()
        options.sample = "child"
        return try CalledVariants(path: path, options: options, family: Self.family) {
            ProvisionalClass.of($0, $1).class
        }
    }

    private func row(_ allele: String, _ terms: String, _ impact: String, _ gene: String, _ nmd: String = "") -> String
    {
        "\(allele)|\(terms)|\(impact)|\(gene)|NM_1.1|NM_1.1:c.1|\(nmd)"
    }

    @Test("Telling alleles come by gene with what the parents have; others are counted")
    func trio() throws {
        let missense = row("T", "missense_variant", "MODERATE", "AAA")
        let variants = try read([
            "chr1 100 . A T 50 PASS CSQ=\(missense) GT:GQ 0|1:50 0/1:50 0/0:50",
            "chr1 200 . A T 50 PASS CSQ=\(missense) GT:GQ 1|0:50 0/0:50 0/0:5",
            "chr1 300 . A T 50 PASS CSQ=\(missense);gnomad_AF=0.02 GT:GQ 0/1:50 0/1:50 0/0:50",
            "chr1 400 . A T 50 LowQual CSQ=\(missense) GT:GQ 0/1:50 0/1:50 0/0:50",
            "chr1 500 . A T 50 PASS CSQ=\(missense) GT:GQ 0/1:10 0/1:50 0/0:50",
            "chr1 600 . A T 50 PASS CSQ=\(missense) GT:GQ 0/0:50 0/1:50 0/0:50",
            "chrX 5000000 . A T 50 PASS CSQ=\(row("T", "missense_variant", "MODERATE", "XXX")) GT:GQ 1:50 0:50 0/1:50",
            "chrX 20000 . A T 50 PASS CSQ=\(row("T", "missense_variant", "MODERATE", "PAR")) GT:GQ 0/1:50 ./.:0 0/1:50",
        ])
        #expect(variants.genes == ["AAA", "PAR", "XXX"])
        let own = variants.variants(ofGene: "AAA")
        #expect(own.map(\.name) == ["chr1:100:A>T NM_1.1:c.1", "chr1:200:A>T NM_1.1:c.1"])
        #expect(own.compactMap { $0.phase?.haplotype } == [1, 0])
        #expect((own[0].relatives ?? []).map(\.copies) == [1, 0])
        #expect((own[1].relatives ?? []).map(\.name) == ["dad"])
        #expect(variants.variants(ofGene: "XXX").map(\.isOnX) == [true])
        #expect(variants.variants(ofGene: "XXX").first?.zygosity == .hemizygous)
        #expect(variants.variants(ofGene: "PAR").map(\.isOnX) == [false])
        #expect(variants.relatives == ["dad", "mum"])
        let counts = variants.counts
        #expect(counts.alleles == 7)
        #expect(counts.kept == 4)
        #expect(counts.untelling == 1)
        #expect(counts.filtered == 1)
        #expect(counts.doubtful == 1)
    }

    @Test(
        "Without criteria ClinVar's starred word goes first, then how common an allele is, then what it does",
        arguments: [
            ("HIGH", "stop_gained", "true", 0, "", "", GeneVariant.Class.likelyPathogenic),
            ("HIGH", "stop_gained", "", 0, "", "", .uncertain),
            ("HIGH", "stop_gained", "true", 0.002, "", "", .likelyBenign),
            ("MODERATE", "missense_variant", "", 0, "", "", .uncertain),
            ("LOW", "synonymous_variant", "", 0, "", "", .likelyBenign),
            (
                "MODERATE", "missense_variant", "", 0.02, "Pathogenic/Likely pathogenic",
                "criteria provided, single submitter", .pathogenic
            ),
            ("MODERATE", "missense_variant", "", 0, "Pathogenic", "no assertion criteria provided", .uncertain),
            (
                "HIGH", "stop_gained", "true", 0, "Conflicting interpretations of pathogenicity",
                "criteria provided, conflicting interpretations", .uncertain
            ),
            ("MODERATE", "missense_variant", "", 0, "drug response", "reviewed by expert panel", .uncertain),
        ] as [(String, String, String, Double, String, String, GeneVariant.Class)])
    func provisional(
        impact: String, term: String, nmd: String, share: Double, significance: String, status: String,
        kind: GeneVariant.Class
    ) {
        let consequence = TranscriptConsequence(
            gene: "A", transcript: "NM_1.1", terms: [term], impact: impact, isDecayed: nmd == "true" ? true : nil)
        let stars = status.hasPrefix("reviewed") ? 3 : status.hasPrefix("criteria") ? 1 : 0
        let allele = AnnotatedAllele(
            contig: "1", position: 1, reference: "A", alternate: "C", consequences: [consequence],
            frequencies: share == 0 ? [] : [.init(source: "g", frequency: share)],
            clinVar: significance.isEmpty
                ? nil
                : .init(source: "clinvar", id: "1", significance: significance, reviewStatus: status, stars: stars))
        #expect(ProvisionalClass.of(allele, consequence).class == kind)
    }
}
