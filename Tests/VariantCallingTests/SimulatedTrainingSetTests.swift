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

    private func set(seed: UInt64) throws -> SimulatedTrainingSet {
        try SimulatedTrainingSet(
            reference: folder.reference([("chr1", bases)]), truth: truth, confident: BED([("chr1", 0..<12_000)]),
            windows: 10, seed: seed)
    }

    @Test("A window's examples are the same whenever they are made, and others with another seed")
    func deterministic() throws {
        let first = try set(seed: 11)
        #expect(first.windows == [0..<12_000])
        let batch = try first.examples(window: 0)
        #expect(try set(seed: 11).examples(window: 0).encode() == batch.encode())
        #expect(try set(seed: 12).examples(window: 0).encode() != batch.encode())
    }

    @Test("The labels are the copies of the truth")
    func labels() throws {
        let batch = try set(seed: 11).examples(window: 0)
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

    @Test("Windows are spread over the truth, and what is held out for tests is in none")
    func windows() throws {
        let long = String(repeating: "N", count: 4_990_000) + bases + String(repeating: "N", count: 300_000)
        let ends = [5_001_000, 5_200_000].map {
            Variant(contig: "chr1", position: $0, reference: "N", alternates: ["A"])
        }
        let reference = try folder.reference([("chr1", long)])
        func windows(_ limit: Int) throws -> [Range<Int>] {
            try SimulatedTrainingSet(
                reference: reference, truth: ends, confident: BED([]), windows: limit, seed: 1
            ).windows
        }
        let all = try windows(100)
        #expect(
            all
                == [5_000_000..<5_050_000, 5_050_000..<5_100_000, 5_100_000..<5_150_000, 5_150_000..<5_200_000]
                .filter { !$0.overlaps(5_040_000..<5_090_000) })
        #expect(try windows(1) == [all[0]])
    }

    @Test("A truth without variants, or on a contig that the reference lacks, is an error")
    func unusableTruth() throws {
        let reference = try folder.reference([("chr1", bases)])
        let elsewhere = [Variant(contig: "chr9", position: 5, reference: "A", alternates: ["C"])]
        for truth in [[], elsewhere] {
            #expect(throws: GenomicsError.self) {
                _ = try SimulatedTrainingSet(
                    reference: reference, truth: truth, confident: BED([]), windows: 1, seed: 1)
            }
        }
    }

    @Test("Every tenth window validates")
    func split() {
        #expect((0..<30).filter(SimulatedTrainingSet.validates) == [9, 19, 29])
    }
}
