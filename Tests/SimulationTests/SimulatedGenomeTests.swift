import Foundation
import Genomics
import Hashing
import Testing

@testable import Simulation

/// Reads of a reference in stretches.
struct SimulatedGenomeTests {
    private static func reference(_ length: Int) throws -> ReferenceGenome {
        var random = SplitMix64(seed: 12)
        let bases = (0..<length).map { _ in Nucleotide.letters[random.index(below: 4)] }
        let folder = FileManager.default.temporaryDirectory.appending(path: "genome-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "r.fa").path
        try ">c\n\(String(decoding: bases, as: UTF8.self))\n".write(toFile: path, atomically: true, encoding: .utf8)
        return try ReferenceGenome(path: path)
    }

    private static func genome(
        _ reference: ReferenceGenome, _ profile: SequencingProfile = .hiSeqX, mixture: SimulatedMixture = .init()
    ) -> SimulatedGenome {
        SimulatedGenome(
            reference: reference, profile: profile, coverage: 4, mixture: mixture, seed: 3, readGroup: "s")
    }

    @Test func `Stretches cover the regions once`() throws {
        let reference = try Self.reference(450_000)
        let genome = Self.genome(reference)
        #expect(genome.stretches(regions: nil).map(\.core) == [0..<200_000, 200_000..<400_000, 400_000..<450_000])
        let regions = BED([("c", 100..<250_000), ("c", 300_000..<300_100), ("d", 0..<5)])
        #expect(
            genome.stretches(regions: regions).map(\.core) == [
                100..<200_100, 200_100..<250_000, 300_000..<300_100,
            ])
    }

    @Test func `Alignments of stretches that come in order are a sorted file, with each read once`() throws {
        let reference = try Self.reference(450_000)
        let genome = Self.genome(reference, mixture: SimulatedMixture(contamination: 0.1, paralogs: 0.1))
        let variants = try genome.resolve([], contig: 0)
        var merger = AlignmentMerger()
        var (positions, reads) = ([Int32](), 0)
        let stretches = genome.stretches(regions: nil)
        for (index, stretch) in stretches.enumerated() {
            let made = try genome.reads(of: stretch, variants)
            #expect(made.alignments.allSatisfy { Int($0.position) >= stretch.core.lowerBound })
            // In any order, the same bytes.
            #expect(try genome.reads(of: stretch, variants).alignments == made.alignments)
            reads += made.alignments.count
            let next = index + 1 < stretches.count ? stretches[index + 1].core.lowerBound : nil
            positions += merger.add(made.alignments, next: next).map(\.position)
        }
        #expect(positions == positions.sorted())
        #expect(positions.count == reads)
        let depth = Double(positions.count) * 151 / 450_000
        #expect(depth > 3.9 && depth < 4.7)
    }

    @Test func `Depth is even over the seam of two stretches of long reads`() throws {
        let reference = try Self.reference(140_000)
        var profile = SequencingProfile.hifi
        profile.coverageSwing = 0
        let genome = SimulatedGenome(
            reference: reference, profile: profile, coverage: 30, mixture: .init(), seed: 3, readGroup: "s")
        let variants = try genome.resolve([], contig: 0)
        let stretches = [0..<50_000, 50_000..<100_000].map { SimulatedGenome.Stretch(contig: 0, core: $0) }
        let ranges = try stretches.flatMap { try genome.reads(of: $0, variants).alignments }.map(\.referenceRange)
        for position in [40_000, 49_999, 50_001, 60_000, 90_000] {
            let depth = ranges.count { $0.contains(position) }
            #expect(depth > 16 && depth < 46, "\(depth) at \(position)")
        }
    }

    @Test func `Variants are phased once, and what overlaps is left out and counted`() {
        func variant(_ position: Int, _ reference: String, _ alternate: String, _ genotype: [Int]) -> Variant {
            Variant(
                contig: "c", position: position, reference: reference, alternates: [alternate],
                genotype: Genotype(genotype, isPhased: true))
        }
        var random = SplitMix64(seed: 1)
        let (variants, leftOut) = SampleVariants.resolve(
            [
                variant(10, "ACG", "A", [1, 0]), variant(11, "C", "T", [1, 1]), variant(20, "A", "AT", [0, 1]),
                variant(20, "A", "AG", [0, 1]), variant(30, "A", "C", [0, 0]),
            ], with: &random)
        #expect(variants.map { "\($0.position) \($0.genotype?.description ?? "")" } == ["10 1|0", "11 0|1", "20 0|1"])
        #expect(leftOut == 2)
    }

    @Test func `Random indels are left-aligned, disjoint, and mostly changes of repeats`() throws {
        let reference = try Self.reference(100_000)
        let window = try reference.window("c", 0..<100_000)
        var random = SplitMix64(seed: 2)
        let variants = RandomIndels.make(contig: "c", window: window, spacing: 1000, avoiding: [], with: &random)
        #expect(variants.count > 60)
        #expect(zip(variants, variants.dropFirst()).allSatisfy { $0.referenceRange.upperBound < $1.position - 1 })
        for variant in variants {
            let allele = try #require(
                Allele(
                    contig: "c", position: variant.position, reference: variant.reference,
                    alternate: variant.alternates[0]))
            #expect(window[variant.referenceRange].elementsEqual(variant.reference.utf8))
            #expect(abs(allele.reference.count - allele.alternate.count) <= RandomIndels.longest)
            if variant.alternates.count == 1 { #expect(allele.leftAligned(in: window).start == variant.position - 1) }
        }
    }
}
