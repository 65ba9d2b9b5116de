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
        var judged = VariantAssessor.Options()
        judged.frequencySources = ["gnomad"]
        let classifier = AlleleClassifier(VariantAssessor(knowledge: try .bundled(), options: judged))
        return try CalledVariants(path: path, options: options, family: Self.family) {
            try classifier.class(of: $0, $1)
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

    @Test("A class is that of the criteria for the gene of the consequence; what cannot matter has none")
    func classes() throws {
        var options = VariantAssessor.Options()
        options.frequencySources = ["gnomad"]
        let classifier = AlleleClassifier(VariantAssessor(knowledge: try .bundled(), options: options))
        func kind(_ gene: String, _ term: String, _ impact: String, share: Double? = nil) throws -> GeneVariant.Class? {
            let own = TranscriptConsequence(
                gene: gene, transcript: "NM_1.1", terms: [term], impact: impact,
                isDecayed: term == "stop_gained" ? true : nil)
            let other = TranscriptConsequence(
                gene: "A1BG", transcript: "NM_2.1", terms: ["intron_variant"], impact: "MODIFIER")
            let allele = AnnotatedAllele(
                contig: "1", position: 1, reference: "A", alternate: "C", consequences: [other, own],
                frequencies: share.map {
                    [.init(source: "gnomad", alleleCount: Int($0 * 150_000), alleleNumber: 150_000, frequency: $0)]
                }
                    ?? [])
            return try classifier.class(of: allele, own)
        }
        // PVS1 of a gene that does not tolerate losing a copy, and PM2; PVS1 of one that does is not met.
        #expect(try kind("NF1", "stop_gained", "HIGH") == .likelyPathogenic)
        #expect(try kind("NF1", "missense_variant", "MODERATE") == .uncertain)
        #expect(try kind("NF1", "missense_variant", "MODERATE", share: 0.2) == .benign)
        #expect(try kind("NF1", "synonymous_variant", "LOW") == nil)
    }
}
