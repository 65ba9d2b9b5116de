import Foundation
import TestSupport
import Testing

@testable import Genomics

/// hap.py's own examples with the counts that it gives; skipped where the data is absent.
@Suite(.enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
struct HappyCaseTests {
    private func path(_ name: String) -> String { HelicaseData.variants("more/evaluator_happy/\(name)") }

    /// A reference of which only what the records say is known: their REF alleles, and N elsewhere.
    ///
    /// The genome of the example is not at hand. N agrees with N alone, so the haplotypes of two records are the same only
    /// where they are so in any genome that has these alleles, and what needs the bases between them does not agree.
    private func reference(of lists: [Variant]...) -> ReferenceLookup {
        var contigs: [String: [UInt8]] = [:]
        for variant in lists.joined() {
            let range = variant.referenceRange
            var bases = contigs[variant.contig] ?? []
            if bases.count < range.upperBound + 100 {
                bases += [UInt8](repeating: UInt8(ascii: "N"), count: range.upperBound + 100_000 - bases.count)
            }
            contigs[variant.contig] = nil
            bases.replaceSubrange(range, with: variant.reference.utf8)
            contigs[variant.contig] = bases
        }
        let known = contigs
        return { contig, range throws(GenomicsError) in
            let bases = known[contig] ?? []
            let clamped = range.clamped(to: 0..<bases.count)
            return ReferenceWindow(start: clamped.lowerBound, bases: Array(bases[clamped]))
        }
    }

    private func fasta(_ name: String) throws -> ReferenceLookup {
        let genome = try String(contentsOfFile: path(name), encoding: .utf8)
        let bases = Array(genome.split(whereSeparator: \.isNewline).dropFirst().joined().uppercased().utf8)
        return { _, range throws(GenomicsError) in
            let clamped = range.clamped(to: 0..<bases.count)
            return ReferenceWindow(start: clamped.lowerBound, bases: Array(bases[clamped]))
        }
    }

    /// TP, FN of the truth and FP of SNP, then of INDEL.
    private func counts(_ result: VariantComparisonResult) -> [Int] {
        [result.substitutions, result.indels].flatMap {
            [$0.truthTruePositives, $0.falseNegatives, $0.falsePositives]
        }
    }

    @Test func `A chromosome is counted as by hap.py in seconds, as far as goes without the reference`()
        throws
    {
        let truth = try VCFReader.variants(path: path("PlatinumGenomes.truth.hg19_chr21.vcf.gz"))
        let calls = try VCFReader.variants(path: path("NA12878.query.hg19_chr21.vcf.gz"))
        let confident = try BED(path: path("PlatinumGenomes.confident.hg19_chr21.bed.gz"))
        #expect(calls.count > 45_000)
        let lookup = reference(of: truth, calls)
        let start = ContinuousClock.now
        var comparison = VariantComparison()
        comparison.takesFilteredRecords = true
        let all = try comparison.compare(truth: truth, calls: calls, confident: confident, reference: lookup)
        #expect(ContinuousClock.now - start < .seconds(60))
        comparison.takesFilteredRecords = false
        let passing = try comparison.compare(truth: truth, calls: calls, confident: confident, reference: lookup)
        // Recall of hap.py's table for all records and for those that pass; hap.py drops the others after the comparison.
        for (result, snp, indel, reach) in [(all, 0.986476, 0.866431, 0.01), (passing, 0.713868, 0.804947, 0.02)] {
            #expect(abs(result.substitutions.recall.value - snp) < 0.003, "\(result.table)")
            #expect(abs(result.indels.recall.value - indel) < reach, "\(result.table)")
        }
        #expect(abs(all.substitutions.precision.value - 0.986382) < 0.003, "\(all.table)")
        #expect(abs(all.indels.precision.value - 0.955624) < 0.02, "\(all.table)")
    }

    @Test func `A haploid genotype is a homozygous one`() throws {
        let result = try VariantComparison().compare(
            truth: VCFReader.variants(path: path("haploid/truth.vcf")),
            calls: VCFReader.variants(path: path("haploid/query.vcf")), confident: nil,
            reference: fasta("haploid/test.fa"))
        #expect(counts(result) == [1, 0, 0, 0, 0, 0])
    }

    @Test func `One of five exchanges is true`() throws {
        let truth = try VCFReader.variants(path: path("snp_counting/truth.vcf"))
        func compare(_ name: String) throws -> [Int] {
            try counts(
                VariantComparison().compare(
                    truth: truth, calls: VCFReader.variants(path: path(name)), confident: nil,
                    reference: fasta("snp_counting/test.fa")))
        }
        #expect(try compare("snp_counting/query.vcf") == [1, 0, 4, 0, 0, 0])
        // The same five as one record are one false call here, for a record is kept whole; hap.py counts its bases.
        #expect(try compare("snp_counting/query2.vcf") == [0, 1, 1, 0, 0, 0])
    }

    @Test func `A complex record is what its parts are`() throws {
        let truth = try VCFReader.variants(path: path("decomp/decomp_test.truth.vcf"))
        let calls = try VCFReader.variants(path: path("decomp/decomp_test.query.vcf"))
        let result = try VariantComparison().compare(
            truth: truth, calls: calls, confident: BED(path: path("decomp/decomp_test.conf.bed.gz")),
            reference: reference(of: truth, calls))
        #expect(counts(result) == [2, 0, 0, 1, 0, 0])
        #expect(result.indels.callTruePositives + result.substitutions.callTruePositives == 1)
    }

    @Test func `Reference blocks are no variants`() throws {
        let blocks = try VCFReader.variants(path: path("homref/homref.vcf"))
        let result = try VariantComparison().compare(
            truth: blocks, calls: VCFReader.variants(path: path("homref/homref2.vcf")), confident: nil,
            reference: reference(of: blocks))
        #expect(counts(result) == [0, 0, 0, 0, 0, 0] && result.omittedTruth == ["noVariant": blocks.count])
    }

    /// som.py compares alleles without genotypes; it counts an indel that only overlaps the regions, as here.
    @Test(arguments: [("snvs", 13_575, 2_005, 66), ("indels", 1_600, 674, 36)])
    func `Somatic calls are counted as by som.py`(_ kind: String, _ true: Int, _ missed: Int, _ false: Int) throws {
        let truth = try VCFReader.variants(path: path("somatic_admix.truth_grch38_\(kind).vcf.gz"))
        let calls = try VCFReader.variants(path: path("somatic_admix.strelka_pass_\(kind).grch38.vcf.gz"))
        var comparison = VariantComparison(mode: .allele)
        comparison.sitesOnly = [.truth, .calls]
        comparison.takesFilteredRecords = true
        let lookup = reference(of: truth, calls)
        let inside = try comparison.compare(
            truth: truth, calls: calls, confident: BED(path: path("somatic_admix.fp_regions.grch38.bed.gz")),
            reference: lookup)
        let everywhere = try comparison.compare(truth: truth, calls: calls, confident: nil, reference: lookup)
        func sum(_ result: VariantComparisonResult, _ key: KeyPath<VariantComparisonResult.Tally, Int>) -> Int {
            result.substitutions[keyPath: key] + result.indels[keyPath: key]
        }
        #expect(sum(everywhere, \.truthTruePositives) == `true`, "\(everywhere.table)")
        #expect(sum(everywhere, \.falseNegatives) == missed, "\(everywhere.table)")
        #expect(sum(inside, \.falsePositives) == `false`, "\(inside.table)")
    }
}
