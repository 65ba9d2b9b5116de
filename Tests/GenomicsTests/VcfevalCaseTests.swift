import Foundation
import TestSupport
import Testing

@testable import Genomics

/// The test cases of RTG vcfeval with the counts that it expects; skipped where the data is absent.
///
/// Annotated and GA4GH outputs are compared by their counts, `trickysquash` in the genotype-strict mode, for its option of
/// alleles on two haplotypes is not here. Not among them are cases of what is not here: `vcfeval_small_recode` rewrites a
/// cohort's records, `vcfeval_trio` judges three samples as one, and the files of curves and slopes have no records.
@Suite(.enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
struct VcfevalCaseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var truthSample: String?
        var sample: String?
        var mode = VariantComparison.Mode.genotype
        var phased: VariantComparison.Sides = []
        var sitesOnly: VariantComparison.Sides = []
        var takesFiltered = false
        var regions: String?
        /// TP, FN, true calls, FP.
        var expected: [Int]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "obeyphasing/obeyphasing", phased: [.truth, .calls], expected: [5, 3, 5, 3]),
        Case(name: "vcfeval_all_matches", truthSample: "BASELINE", sample: "CALLS", expected: [16, 5, 15, 4]),
        Case(name: "vcfeval_annotate", expected: [13, 0, 11, 0]),
        Case(name: "vcfeval_avoid_overlap/avoid_overlap", truthSample: "BASE", sample: "BASE", expected: [3, 0, 3, 0]),
        Case(name: "vcfeval_combine", expected: [13, 0, 11, 0]),
        Case(
            name: "vcfeval_combine2", truthSample: "sample1", sample: "sample2", mode: .allele, expected: [3, 1, 2, 0]),
        Case(name: "vcfeval_ga4gh", expected: [13, 2, 11, 1]),
        Case(
            name: "vcfeval_ga4gh2", truthSample: "sample1", sample: "sample2", mode: .allele, takesFiltered: true,
            expected: [3, 1, 2, 0]),
        Case(name: "vcfeval_nop/nop", expected: [0, 0, 0, 1]),
        Case(name: "vcfeval_phase_transfer", phased: .truth, expected: [13, 0, 11, 0]),
        Case(name: "vcfeval_roc_only", truthSample: "sample1", sample: "sample1", expected: [4, 0, 4, 0]),
        Case(name: "vcfeval_small", truthSample: "sample1", sample: "sample1", expected: [4, 0, 4, 1]),
        Case(
            name: "vcfeval_small", truthSample: "sample1", sample: "sample1", mode: .allele, expected: [4, 0, 4, 1]),
        Case(
            name: "vcfeval_small_squash/vcfeval_small", truthSample: "sample1", sample: "sample1", mode: .allele,
            expected: [4, 0, 4, 1]),
        Case(
            name: "vcfeval_small_alt/vcfeval_small", mode: .allele, sitesOnly: [.truth, .calls], expected: [6, 0, 6, 1]),
        Case(
            name: "vcfeval_small_region", truthSample: "sample1", sample: "sample1", regions: "chr2\t149\t1000\n",
            expected: [1, 0, 1, 0]),
        Case(name: "vcfeval_small_samples", truthSample: "sample2", sample: "sample1", expected: [2, 4, 2, 2]),
        Case(name: "vcfeval_small_tricky/vcfeval_small_tricky", expected: [5, 0, 3, 0]),
        Case(name: "vcfeval_small_tricky2", sitesOnly: .truth, expected: [5, 2, 4, 0]),
        Case(
            name: "vcfeval_small_tricky3", truthSample: "dummy", sample: "sample1", mode: .allele,
            expected: [4, 0, 4, 0]),
        Case(name: "vcfeval_small_tricky4", expected: [3, 0, 1, 0]),
        Case(name: "vcfeval_small_trickysquash/trickysquash", expected: [2, 0, 3, 0]),
        Case(name: "vcfeval_small_updel/updel", mode: .allele, expected: [1, 1, 1, 0]),
        Case(name: "vcfeval_small_updel/updel2", expected: [2, 0, 1, 0]),
        Case(name: "vcfeval_small_updel/updel3", expected: [2, 0, 1, 0]),
        Case(name: "vcfeval_small_updel/updel4", expected: [2, 0, 3, 0]),
        Case(name: "vcfeval_small_updel/updel5", expected: [2, 0, 2, 0]),
        Case(name: "vcfeval_split", truthSample: "sample1", sample: "sample1", expected: [4, 0, 4, 0]),
        Case(
            name: "vcfeval_split_no_roc", mode: .allele, sitesOnly: [.truth, .calls], expected: [6, 0, 6, 0]),
        Case(name: "vcfeval_tetraploid/small", expected: [1, 1, 3, 0]),
        Case(name: "vcfeval_triploid/small", expected: [6, 0, 6, 0]),
        Case(name: "vcfeval_too_complex", expected: [2, 1, 2, 2]),
        Case(name: "vcfeval_too_complex_end", expected: [1, 1, 1, 1]),
    ]

    @Test(arguments: cases)
    func `TP, FN and FP are those of vcfeval`(_ example: Case) throws {
        let path = HelicaseData.variants("more/evaluator_rtg/\(example.name)")
        let fasta = try String(contentsOfFile: path + "_in_template.fa", encoding: .utf8)
        var contigs: [String: [UInt8]] = [:]
        for sequence in fasta.split(separator: ">") {
            let lines = sequence.split(whereSeparator: \.isNewline)
            contigs[String(lines[0].split(separator: " ")[0])] = lines.dropFirst().flatMap {
                Array($0.uppercased().utf8)
            }
        }
        let bases = contigs
        let reference: ReferenceLookup = { contig, range throws(GenomicsError) in
            let all = bases[contig] ?? []
            let clamped = range.clamped(to: 0..<all.count)
            return ReferenceWindow(start: clamped.lowerBound, bases: Array(all[clamped]))
        }
        var comparison = VariantComparison(mode: example.mode)
        comparison.phasedSides = example.phased
        comparison.sitesOnly = example.sitesOnly
        comparison.takesFilteredRecords = example.takesFiltered
        let result = try comparison.compare(
            truth: VCFReader.variants(path: path + "_in_baseline.vcf", sample: example.truthSample),
            calls: VCFReader.variants(path: path + "_in_calls.vcf", sample: example.sample),
            confident: example.regions.map { try BED(text: $0) }, reference: reference)
        let (snp, indel) = (result.substitutions, result.indels)
        let counts = [
            snp.truthTruePositives + indel.truthTruePositives, snp.falseNegatives + indel.falseNegatives,
            snp.callTruePositives + indel.callTruePositives, snp.falsePositives + indel.falsePositives,
        ]
        #expect(counts == example.expected, "\(result)")
        let weight = snp.weightedCallTruePositives + indel.weightedCallTruePositives
        #expect(abs(weight - Double(counts[0])) < 1e-9)
    }
}
