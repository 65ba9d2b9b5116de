import Foundation
import Genomics
import TestSupport
import Testing

@testable import VariantCalling

/// Real reads with published truth; skipped where the data is absent (set `HELICASE_DATA`).
@Suite(.enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
struct RealCandidateTests {
    @Test func `The candidates of 40 kb at 52x hold every true variant and few others`() throws {
        let genome = try ReferenceGenome(path: HelicaseData.variants("hg19.chr20.masked.fa.gz"))
        let bam = HelicaseData.variants("illumina_na12878/NA12878.chr20_10.0-10.1Mb.52x.bam")
        let core = 10_000_000..<10_040_000
        let result = BinCaller().process(
            contig: "chr20", core: core, reference: try genome.window("chr20", 9_999_400..<10_040_600),
            records: try BAMBatch.decode([UInt8](Data(contentsOf: URL(filePath: bam)))).records.filter {
                $0.position < core.upperBound + 200
            })
        let truth = try VCFReader.variants(
            path: HelicaseData.variants("illumina_na12878/NA12878.truth.GIABv3.3.2.vcf.gz"))
        let regions = try BED(path: HelicaseData.variants("illumina_na12878/NA12878.confident.bed"))
        let confident = BED(
            (regions.ranges["chr20"] ?? []).map { (contig: "chr20", range: $0.clamped(to: core)) })
        let labels = try CandidateLabeler(truth: truth, confident: confident, reference: genome.window)
            .labels(for: result.candidates, reference: genome.window)
        let calls = zip(result.candidates, labels).compactMap { candidate, label in
            label == 0 ? nil : Variant(site: [candidate])
        }
        var rules = VariantComparison(mode: .allele)
        rules.sitesOnly = .calls
        let comparison = try rules.compare(
            truth: truth, calls: calls, confident: confident, reference: genome.window)
        #expect(comparison.falseNegatives.isEmpty && comparison.falsePositives.isEmpty)
        #expect(comparison.substitutions.truthTruePositives + comparison.indels.truthTruePositives > 80)
        #expect(labels.count { $0 == 0 } < 15)
        #expect(result.features.count == result.candidates.count * CandidateEncoder.valuesPerCandidate)
        #expect(result.features.allSatisfy { $0.isFinite && abs($0) <= 2 })
        #expect(result.summary.bases(.callable) > 39_000)
    }
}
