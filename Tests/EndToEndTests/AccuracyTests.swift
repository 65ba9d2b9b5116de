import Foundation
import Genomics
import TestSupport
import Testing

extension EndToEnd {
    /// Real reads through the real suite, against the Genome in a Bottle truth.
    @Suite("Accuracy on real reads", .serialized)
    struct AccuracyTests {
        private static let variants = HelicaseData.folder.appending(path: "variants")

        @Test(
            "NA12878 at 52x: genotype-strict F1 of SNPs at least 0.97, of indels at least 0.85, within a minute",
            .enabled(if: HelicaseData.isThere, "HELICASE_DATA holds no reads of NA12878"),
            arguments: Stack.Broker.tested)
        func na12878(_ broker: Stack.Broker) async throws {
            let sample = Self.variants.appending(path: "illumina_na12878")
            let path = Self.variants.appending(path: "hg19.chr20.masked.fa.gz").path
            let stack = try await Stack(broker, processes: ["train": 0])
            let start = ContinuousClock.now
            let run = try await stack.run([
                "--reference", path, "--fastq", sample.appending(path: "NA12878.R1.fastq.gz").path,
                "--fastq2", sample.appending(path: "NA12878.R2.fastq.gz").path,
            ])
            #expect(ContinuousClock.now - start < .seconds(60))
            #expect(run.report.input.reads == 51_678 && run.report.problemCount == 0)
            try await stack.down()

            let reference = try ReferenceGenome(path: path)
            let result = try VariantComparison(mode: .genotype).compare(
                truth: VCFReader.variants(path: sample.appending(path: "NA12878.truth.GIABv3.3.2.vcf.gz").path),
                calls: VCFReader.variants(path: run.folder.appending(path: "S.vcf.gz").path),
                confident: BED(path: sample.appending(path: "NA12878.confident.bed").path), reference: reference.window)
            #expect(result.substitutions.f1.value >= 0.97, "\(result.table)")
            #expect(result.indels.f1.value >= 0.85, "\(result.table)")
        }
    }
}
