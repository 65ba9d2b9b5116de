import Foundation
import Testing

@testable import Genomics

/// Real reads with published truth; skipped where the data is absent (set `HELICASE_DATA`).
@Suite(.enabled(if: CallingData.isPresent, "no data folder; set HELICASE_DATA"))
struct RealDataTests {
    private static let region = 10_000_000..<10_100_000

    private func reference() throws -> ReferenceGenome {
        try ReferenceGenome(path: CallingData.variants("hg19.chr20.masked.fa.gz"))
    }

    private func records() throws -> [BAMRecord] {
        let path = CallingData.variants("illumina_na12878/NA12878.chr20_10.0-10.1Mb.52x.bam")
        return try BAMBatch.decode([UInt8](Data(contentsOf: URL(fileURLWithPath: path)))).records
    }

    @Test func `Candidates of 100 kb at 52x hold all but a few true variants and not many more`() throws {
        let genome = try reference()
        let records = try records()
        let window = try genome.window("chr20", (Self.region.lowerBound - 512)..<(Self.region.upperBound + 512))
        let clock = ContinuousClock()
        var result = BinCaller.Result(summary: CallabilitySummary(contig: ""))
        let time = clock.measure {
            result = BinCaller().process(contig: "chr20", core: Self.region, reference: window, records: records)
        }
        let truth = try VCFReader.variants(
            path: CallingData.variants("illumina_na12878/NA12878.truth.GIABv3.3.2.vcf.gz"))
        let confident = try BED(path: CallingData.variants("illumina_na12878/NA12878.confident.bed"))
        let calls = result.candidates.map {
            Variant(contig: $0.contig, position: $0.position, reference: $0.reference, alternates: [$0.alternate])
        }
        let comparison = try VariantComparison(mode: .allele).compare(
            truth: truth, calls: calls, confident: confident, reference: genome.window)
        let labels = try CandidateLabeler(truth: truth, confident: confident, reference: genome.window)
            .labels(for: result.candidates, reference: genome.window)
        print(
            "\(result.candidates.count) candidates in \(time); \(comparison.table)",
            labels.reduce(into: [:]) { $0[$1.map(String.init) ?? "-", default: 0] += 1 },
            comparison.falseNegatives, result.summary.reads)
        #expect(comparison.substitutions.recall.value >= 0.99)
        #expect(comparison.indels.recall.value >= 0.95)
        #expect(result.features.count == result.candidates.count * PileupEncoder.valuesPerCandidate)
        #expect(result.summary.bases(.callable) > 98_000)
    }

    /// The data's README gives what `isec` and RTG vcfeval say of these calls.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/bcftools"), "bcftools is not installed"))
    func `The comparison gives bcftools the figures that vcfeval gives it`() throws {
        let fasta = CallingData.variants("hg19.chr20.masked.fa.gz")
        let bam = CallingData.variants("illumina_na12878/NA12878.chr20_10.0-10.1Mb.52x.bam")
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).vcf.gz").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "bcftools mpileup -f \"$0\" \"$1\" | bcftools call -m -v -Oz -o \"$2\"", fasta, bam, path,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let genome = try reference()
        let truth = try VCFReader.variants(
            path: CallingData.variants("illumina_na12878/NA12878.truth.GIABv3.3.2.vcf.gz"))
        let confident = try BED(path: CallingData.variants("illumina_na12878/NA12878.confident.bed"))
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
