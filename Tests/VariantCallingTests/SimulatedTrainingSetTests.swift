import Genomics
import Testing
import VariantCalling

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
            reference: folder.reference([("chr1", bases)]), truth: truth, confident: BED([("chr1", 0..<12_000)]),
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
        let batch = try set(seed: 11).examples(0)
        let labels = try #require(batch.labels)
        #expect(labels.count == batch.count && batch.features.allSatisfy(\.isFinite))
        var copies: [String: Int] = [:]
        for (candidate, label) in zip(batch.candidates, labels) {
            copies["\(candidate.position)\(candidate.alternate)"] = Int(label)
        }
        let expected = truth.map { copies["\($0.position)\($0.alternates[0])"] == $0.genotype?.copies(of: 1) }
        #expect(expected.count { $0 } >= truth.count * 8 / 10, "nearly all variants are found and labelled")
        let known = Set(truth.map(\.position))
        #expect(zip(batch.candidates, labels).allSatisfy { known.contains($0.position) || $1 == 0 })
    }

    /// A set over 50,000-base windows of unknown bases, in which nothing is simulated.
    private func emptySet(from first: Int, to last: Int, windows: Int, replicates: Int) throws -> SimulatedTrainingSet {
        let ends = [first, last].map { Variant(contig: "chr1", position: $0, reference: "N", alternates: ["A"]) }
        let sequence = bases + String(repeating: "N", count: last)
        return try SimulatedTrainingSet(
            reference: folder.reference([("chr1", sequence)]), truth: ends, confident: BED([]), windows: windows,
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
                    reference: reference, truth: truth, confident: BED([]), windows: 1, replicates: 1, seed: 1)
            }
        }
    }
}
