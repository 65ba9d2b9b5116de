import Clinical
import Foundation
import Genomics
import TestSupport
import Testing

struct RiskScoreTests {
    private func path(_ name: String, _ text: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "risk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func vcf(_ records: [String], samples: Int, header: String = "") throws -> String {
        let names = (1...samples).map { "S\($0)" }.joined(separator: "\t")
        return try path(
            "v.vcf",
            "##fileformat=VCFv4.3\n\(header)##FORMAT=<ID=GT,Number=1,Type=String,Description=\"G\">\n##contig=<ID=1>\n"
                + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t\(names)\n"
                + records.map { $0 + "\n" }.joined())
    }

    private let columns = "rsID\tchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\n"

    @Test("Alleles are matched on either strand, and those of one reading on both are told apart")
    func alleles() {
        func match(_ effect: String, _ other: String?, _ ref: String, _ alts: [String]) -> AlleleMatch {
            AlleleMatch.of(effect: effect, other: other, reference: ref, alternates: alts)
        }
        #expect(match("A", "G", "G", ["A"]) == .allele(1, isFlipped: false))
        #expect(match("G", "A", "G", ["A"]) == .allele(0, isFlipped: false))
        #expect(match("T", "C", "G", ["A"]) == .allele(1, isFlipped: true))
        #expect(match("T", "A", "A", ["T"]) == .ambiguous(direct: 1, flipped: 0))
        #expect(match("A", "C", "G", ["A"]) == .none)
        #expect(match("A", "C", "G", ["A", "C"]) == .none)
        #expect(match("C", "G", "G", ["A", "C"]) == .ambiguous(direct: 2, flipped: 0))
        #expect(match("GA", "G", "G", ["GA"]) == .allele(1, isFlipped: false))
        #expect(match("CT", "C", "G", ["GA"]) == .none)
        #expect(match("A", nil, "G", ["A"]) == .allele(1, isFlipped: false))
    }

    @Test("Weights are added by copies; dominant, recessive and dosage weights by theirs; HLA types are named")
    func sums() throws {
        let score = try path(
            "s.txt",
            "#pgs_id=PGS1\n# Original Genome Build = GRCh37\nrsID\tchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\tis_dominant\tis_recessive\n"
                + "rs1\t1\t10\tA\tG\t0.5\tFalse\tFalse\nrs2\tchr1\t20\tT\tC\t2\tTrue\tFalse\nrs3\t1\t30\tC\tA\t4\tFalse\tTrue\n"
                + "\t1\t\tHLA-A*24\t\t8\tFalse\tFalse\nrs5\t1\t50\tA\tT\t16\tFalse\tFalse\nrs6\t1\t60\tA\tC\t32\tFalse\tFalse\n"
        )
        let file = try ScoreFile(path: score)
        #expect(file.identifier == "PGS1" && file.build == .grch37 && file.rows.count == 6)
        let genotypes = try vcf(
            [
                "1\t10\t.\tG\tA\t.\t.\t.\tGT\t0/1\t1|1", "1\t20\t.\tC\tT\t.\t.\t.\tGT\t1/1\t0/0",
                "1\t30\t.\tA\tC\t.\t.\t.\tGT\t0/1\t1/1", "1\t50\t.\tA\tT\t.\t.\t.\tGT\t1/1\t1/1",
            ], samples: 2)
        let sums = try PolygenicScorer(file).score(path: genotypes)
        #expect(sums.sums == [2.5, 5])
        #expect(sums.outcomes == [.matched, .matched, .matched, .unsupported, .ambiguous, .absent])
        #expect(sums.called == [3, 3] && sums.coverage == 0.5)
    }

    @Test("A missing genotype is the mean of fifty called samples and more; of fewer it adds nothing and is counted")
    func missing() throws {
        let file = try ScoreFile(path: try path("s.txt", columns + "rs1\t1\t10\tA\tG\t1\n"))
        func sums(_ samples: Int) throws -> ScoreSums {
            let calls = ["./."] + (1..<samples).map { $0 % 2 == 0 ? "0/1" : "1/1" }
            return try PolygenicScorer(file).score(
                path: try vcf(["1\t10\t.\tG\tA\t.\t.\t.\tGT\t" + calls.joined(separator: "\t")], samples: samples))
        }
        let many = try sums(51)
        #expect(many.sums[0] == 1.5 && many.filled == 1 && many.called[0] == 0)
        let few = try sums(50)
        #expect(few.sums[0] == 0 && few.unfilled == 1)
    }

    @Test("A score whose positions are of another build than the VCF is refused, and one without a build too")
    func builds() throws {
        let genotypes = try vcf(
            ["1\t10\t.\tG\tA\t.\t.\t.\tGT\t0/1"], samples: 1, header: "##contig=<ID=chr2,length=242193529>\n")
        for (line, isRight) in [
            ("#genome_build=GRCh37\n", false), ("#genome_build=hg38\n", true), ("#genome_build=NR\n", false),
        ] {
            let file = try ScoreFile(path: try path("s.txt", line + columns + "rs1\t1\t10\tA\tG\t1\n"))
            if isRight {
                #expect(try PolygenicScorer(file).score(path: genotypes).sums == [1])
            } else {
                #expect(throws: GenomicsError.self) { try PolygenicScorer(file).score(path: genotypes) }
            }
        }
    }

    @Test(
        "Files that are no score are refused",
        arguments: [
            "rsID\teffect_allele\nrs1\tA\n", "#weight_type=OR\nrsID\teffect_allele\teffect_weight\nrs1\tA\t1.2\n",
            "rsID\teffect_allele\teffect_weight\nrs1\tA\tnan\n", "rsID\teffect_allele\teffect_weight\nrs1\tA\n",
            "rsID\teffect_allele\teffect_weight\n", "",
        ])
    func refused(text: String) throws {
        let file = try path("s.txt", text)
        #expect(throws: GenomicsError.self) { try ScoreFile(path: file) }
    }

    @Test(
        "plink2's sums of 1,252 samples are met to 1e-5",
        .enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
    func plink() throws {
        let folder = HelicaseData.folder.appending(path: "clinical/polygenic").path
        let scorer = PolygenicScorer(try ScoreFile(path: folder + "/PGS001229_chr22.GRCh37.txt"))
        let sums = try scorer.score(path: folder + "/cineca_chr22_829x2504.GRCh37.vcf.gz")
        let found = Dictionary(uniqueKeysWithValues: zip(sums.samples, sums.sums))
        let table = try TableFile(path: folder + "/cineca_chr22.expected_scores.visible.tsv.gz")
        let (name, sum) = (try table.place(of: "IID"), try table.place(of: "PGS001229_SUM"))
        var count = 0
        while let record = try table.nextWhole() {
            let sample = record.fields[name]
            #expect(abs((found["\(sample)_\(sample)"] ?? .nan) - (Double(record.fields[sum]) ?? .nan)) <= 1e-5)
            count += 1
        }
        #expect(count == 1252 && sums.count(.matched) == 782 && sums.filled == 42)
    }
}
