import Genomics
import Hashing
import Testing

@testable import VariantCalling

/// Labelled examples of simulated reads.
struct SimulatedTrainingSetTests {
    private let folder: ScratchFolder
    private let bases: String

    init() throws {
        folder = try ScratchFolder()
        bases = Fixture.bases(12_000, seed: 5)
    }

    /// A sample with a substitution every 400 bases, every third of them on both haplotypes.
    private var truth: [Variant] {
        let letters = Array(bases.utf8)
        return stride(from: 2000, to: 10_000, by: 400).enumerated().map { index, position in
            let reference = letters[position - 1]
            let alternate = reference == UInt8(ascii: "A") ? "G" : "A"
            return Variant(
                contig: "chr1", position: position, reference: String(decoding: [reference], as: UTF8.self),
                alternates: [alternate], genotype: Genotype(index % 3 == 0 ? [1, 1] : [0, 1], isPhased: true))
        }
    }

    private func set(seed: UInt64, replicates: Int = 1) throws -> SimulatedTrainingSet {
        try SimulatedTrainingSet(
            reference: folder.reference([("chr1", bases)]), truth: truth,
            windows: 10, replicates: replicates, seed: seed)
    }

    @Test("A window's examples are the same whenever they are made, and others with another seed or replicate")
    func deterministic() throws {
        let first = try set(seed: 11, replicates: 2)
        #expect(first.count == 2)
        let bytes = try first.examples(0).encode()
        #expect(try set(seed: 11).examples(0).encode() == bytes)
        #expect(try set(seed: 12).examples(0).encode() != bytes)
        #expect(try first.examples(1).encode() != bytes)
    }

    @Test("The labels are the copies of the truth")
    func labels() throws {
        let set = try set(seed: 11)
        let (batch, truth) = (try set.examples(0), try set.window(0).truth.filter { 2000..<10_000 ~= $0.position })
        #expect(truth.count > 10)
        let labels = try #require(batch.labels)
        #expect(labels.count == batch.count && batch.features.allSatisfy(\.isFinite))
        var copies: [String: Int] = [:]
        for (candidate, label) in zip(batch.candidates, labels) {
            copies["\(candidate.position)\(candidate.alternate)"] = Int(label)
        }
        let expected = truth.map { copies["\($0.position)\($0.alternates[0])"] == $0.genotype?.copies(of: 1) }
        #expect(expected.count { $0 } >= truth.count * 8 / 10, "nearly all variants are found and labelled")
        let known = Set(try set.window(0).truth.map(\.position))
        #expect(zip(batch.candidates, labels).allSatisfy { known.contains($0.position) || $1 == 0 })
    }

    @Test(
        "Each draw leaves out about a quarter of the variants, gives another quarter other genotypes, and keeps neighbours on their haplotypes"
    )
    func redrawn() throws {
        let many = (0..<4000).map { index in
            Variant(
                contig: "chr1", position: 10 * index + 1, reference: "A", alternates: ["C", "G"],
                genotype: Genotype([[0, 1], [1, 1], [1, 2], [1, 0]][index % 4], isPhased: true))
        }
        var random = SplitMix64(seed: 3)
        let drawn = RedrawnVariants.make(many, with: &random)
        #expect((2850...3150).contains(drawn.count))
        let old = Dictionary(uniqueKeysWithValues: many.map { ($0.position, $0.genotype?.alleles ?? []) })
        let pairs = drawn.map { (old[$0.position] ?? [], $0.genotype?.alleles ?? []) }
        let isTurned = pairs.contains { $0 == [1, 2] && $1 == [2, 1] }
        #expect(pairs.allSatisfy { $0 != [1, 2] || $1 == (isTurned ? [2, 1] : [1, 2]) })
        let kept = pairs.filter { $0 == [0, 1] && $1 == (isTurned ? [1, 0] : [0, 1]) }.count
        let doubled = pairs.filter { $0 == [0, 1] && $1 == [1, 1] }.count
        #expect(kept + doubled == pairs.count { $0.0 == [0, 1] } && (200...300).contains(doubled))
        #expect(pairs.contains { $0 == [1, 1] && $1.contains(0) })
        #expect(drawn.allSatisfy { $0.genotype?.isPhased == true })
    }

    /// A set over 50,000-base windows of unknown bases, in which nothing is simulated.
    private func emptySet(from first: Int, to last: Int, windows: Int, replicates: Int) throws -> SimulatedTrainingSet {
        let ends = [first, last].map { Variant(contig: "chr1", position: $0, reference: "N", alternates: ["A"]) }
        let sequence = bases + String(repeating: "N", count: last)
        return try SimulatedTrainingSet(
            reference: folder.reference([("chr1", sequence)]), truth: ends, windows: windows,
            replicates: replicates, seed: 1)
    }

    @Test("No more windows are made than asked for, and none that is held out for tests")
    func windows() throws {
        // Of the four windows from 5,000,000 to 5,200,000 two overlap the stretch that is held out.
        for (windows, replicates, count) in [(100, 1, 2), (100, 3, 6), (1, 1, 1), (1, 4, 4)] {
            let set = try emptySet(from: 5_001_000, to: 5_200_000, windows: windows, replicates: replicates)
            #expect(set.count == count)
        }
    }

    @Test("Every tenth window validates, in all its replicates")
    func split() throws {
        let set = try emptySet(from: 60_000, to: 1_060_000, windows: 20, replicates: 2)
        #expect(set.count == 40)
        let validating = try (0..<40).filter { try set.examples($0).split == .validation }
        #expect(validating == [18, 19, 38, 39])
    }

    @Test("A truth without variants, or on a contig that the reference lacks, is an error")
    func unusableTruth() throws {
        let reference = try folder.reference([("chr1", bases)])
        let elsewhere = [Variant(contig: "chr9", position: 5, reference: "A", alternates: ["C"])]
        for truth in [[], elsewhere] {
            #expect(throws: GenomicsError.self) {
                _ = try SimulatedTrainingSet(
                    reference: reference, truth: truth, windows: 1, replicates: 1, seed: 1)
            }
        }
    }
}
