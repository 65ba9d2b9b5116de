import Foundation
import TestSupport
import Testing

@testable import Genomics

/// Real reads with published truth; skipped where the data is absent (set `HELICASE_DATA`).
@Suite(.enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
struct RealDataTests {
    private func reference() throws -> ReferenceGenome {
        try ReferenceGenome(path: HelicaseData.variants("hg19.chr20.masked.fa.gz"))
    }

    private func records(_ path: String) throws -> [BAMRecord] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        return try BAMBatch.decode([UInt8](bytes)).records
    }

    @Test(.enabled(if: Tool.isInstalled("samtools"), "samtools is not installed"))
    func `Duplicates are those of samtools markdup`() throws {
        let folder = try ScratchFolder()
        let bam = HelicaseData.variants("trio_10kb/NA12891.chr20_10.00-10.01Mb.bam")
        let (named, fixed, marked) = (folder.path("n.bam"), folder.path("f.bam"), folder.path("m.bam"))
        try Tool.run("samtools", "sort", "-n", "-o", named, bam)
        try Tool.run("samtools", "fixmate", "-m", named, folder.path("u.bam"))
        try Tool.run("samtools", "sort", "-o", fixed, folder.path("u.bam"))
        try Tool.run("samtools", "markdup", fixed, marked)
        struct Read: Hashable {
            var name: ArraySlice<UInt8>
            var isFirst: Bool
        }
        func duplicates(_ records: [BAMRecord]) -> Set<Read> {
            Set(
                records.filter { $0.flags.contains(.duplicate) }
                    .map { Read(name: $0.name, isFirst: $0.flags.contains(.firstInPair)) })
        }
        var ours = try records(fixed)
        for index in ours.indices { ours[index].flags.remove(.duplicate) }
        #expect(DuplicateMarker().mark(&ours) == 387)
        #expect(try duplicates(ours) == duplicates(records(marked)))
    }

    /// The data's README gives what `isec` and RTG vcfeval say of these calls.
    @Test(.enabled(if: Tool.isInstalled("bcftools"), "bcftools is not installed"))
    func `The comparison gives bcftools the figures that vcfeval gives it`() throws {
        let fasta = HelicaseData.variants("hg19.chr20.masked.fa.gz")
        let bam = HelicaseData.variants("illumina_na12878/NA12878.chr20_10.0-10.1Mb.52x.bam")
        let folder = try ScratchFolder()
        let path = folder.path("calls.vcf.gz")
        try Tool.run("bcftools", "mpileup", "-Ou", "-o", folder.path("pileup.bcf"), "-f", fasta, bam)
        try Tool.run("bcftools", "call", "-m", "-v", "-Oz", "-o", path, folder.path("pileup.bcf"))
        let genome = try reference()
        let truth = try VCFReader.variants(
            path: HelicaseData.variants("illumina_na12878/NA12878.truth.GIABv3.3.2.vcf.gz"))
        let confident = try BED(path: HelicaseData.variants("illumina_na12878/NA12878.confident.bed"))
        let calls = try VCFReader.variants(path: path)
        // TP, FP and FN of substitutions, then of indels: precision 0.993, recall 0.986 and so on.
        func counts(_ mode: VariantComparison.Mode) throws -> [[Int]] {
            let result = try VariantComparison(mode: mode, minimumQuality: 20).compare(
                truth: truth, calls: calls, confident: confident, reference: genome.window)
            return [result.substitutions, result.indels].map {
                [$0.truthTruePositives, $0.falsePositives, $0.falseNegatives]
            }
        }
        #expect(try counts(.genotype) == [[141, 1, 2], [22, 2, 2]])
        #expect(try counts(.allele) == [[141, 1, 2], [24, 0, 0]])
    }
}
