import Genomics
import Hashing
import Testing

@testable import Simulation

/// Where simulated reads truly lie, and that their bases are the haplotype's but for the errors that were drawn.
struct GoldenAlignmentTests {
    private static let window: ReferenceWindow = {
        var random = SplitMix64(seed: 3)
        var bases: [UInt8] = []
        while bases.count < 60_000 {
            // Some homopolymers and pairs, for the indels.
            let base = Nucleotide.letters[random.index(below: 4)]
            let other = Nucleotide.letters[random.index(below: 4)]
            switch random.index(below: 40) {
            case 0: bases += repeatElement(base, count: 5 + random.index(below: 8))
            case 1: for _ in 0..<(4 + random.index(below: 8)) { bases += [base, other] }
            default: bases.append(base)
            }
        }
        return ReferenceWindow(start: 500, bases: bases)
    }()

    private static func variants() -> [Variant] {
        var random = SplitMix64(seed: 8)
        return RandomIndels.make(contig: "c", window: window, spacing: 400, avoiding: [], with: &random)
    }

    /// What is read is exact: only molecules differ from the reference, by the sample's variants.
    private static func exact(_ original: SequencingProfile) -> SequencingProfile {
        var profile = original
        profile.indels = IndelErrors(insertionRate: 0, deletionRate: 0)
        (profile.slippageScale, profile.duplicateRate, profile.errorScale) = (0, 0, 0)
        (profile.chimeraRate, profile.systematic.rate, profile.clips.rate) = (0, 0, 0)
        return profile
    }

    private static func simulator(
        _ profile: SequencingProfile, variants: [Variant], coverage: Double = 8,
        mixture: SimulatedMixture = SimulatedMixture()
    ) -> ReadSimulator {
        ReadSimulator(
            contig: "c", window: window, variants: variants, profile: profile, coverage: coverage, mixture: mixture,
            seed: 4)
    }

    /// The bases that a record's CIGAR aligns, insertions and deletions as VCF would say them, and the differing bases.
    private static func differences(_ record: BAMRecord) -> [String] {
        var found: [String] = []
        var (read, position) = (0, Int(record.position))
        for operation in record.cigar {
            let length = Int(operation.length)
            switch operation.kind {
            case .match:
                for offset in 0..<length where record.base(read + offset) != window[position + offset] {
                    found.append("\(position + offset) \(UnicodeScalar(record.base(read + offset)))")
                }
            case .insertion:
                let bases = (0..<length).map { record.base(read + $0) }
                found.append("\(position) +\(String(decoding: bases, as: UTF8.self))")
            case .deletion: found.append("\(position) -\(length)")
            default: break
            }
            read += operation.kind.consumesRead ? length : 0
            position += operation.kind.consumesReference ? length : 0
        }
        #expect(read == record.sequenceLength)
        return found
    }

    @Test(arguments: [SequencingProfile.hiSeqX, .hifi, .ontR10])
    func `Without errors, what differs from the reference is the variants of the read's haplotype`(
        _ profile: SequencingProfile
    ) throws {
        let simulator = Self.simulator(Self.exact(profile), variants: Self.variants())
        #expect(simulator.variants.count > 60)
        // Each haplotype's differences, as of its left-aligned variants.
        let expected: [Set<String>] = (0..<2).map { copy in
            Set(
                simulator.variants.compactMap { variant -> String? in
                    guard let number = variant.genotype?.alleles[copy], number > 0 else { return nil }
                    let allele = Allele(
                        contig: "c", position: variant.position, reference: variant.reference,
                        alternate: variant.alternates[number - 1])?.leftAligned(in: Self.window)
                    return allele.map { allele in
                        let (range, bases) = allele.edit
                        return range.isEmpty
                            ? "\(range.lowerBound) +\(String(decoding: bases, as: UTF8.self))"
                            : "\(range.lowerBound) -\(range.count - bases.count)"
                    }
                })
        }
        var (seen, records) = (Set<String>(), 0)
        for fragment in (0..<simulator.count).compactMap(simulator.fragment) {
            for record in fragment.aligned(contig: 0, window: Self.window) {
                records += 1
                let found = Self.differences(record)
                #expect(expected[fragment.haplotype].isSuperset(of: found))
                #expect(BAMTags(record.tags).int("HP") == fragment.haplotype + 1)
                seen.formUnion(found)
            }
        }
        #expect(records > 10)
        #expect(Double(seen.count) > 0.8 * Double(expected[0].union(expected[1]).count))
    }

    @Test(arguments: [SequencingProfile.hiSeqX, .hifi, .ontR10])
    func `With errors, reads still fit their CIGARs, and the reads of an exact run differ by no more than the errors`(
        _ profile: SequencingProfile
    ) {
        let simulator = Self.simulator(profile, variants: [])
        var (wrong, bases) = (0, 0)
        for fragment in (0..<simulator.count).compactMap(simulator.fragment) where !fragment.isChimera {
            for (record, read) in zip(fragment.aligned(contig: 0, window: Self.window), fragment.records) {
                wrong += Self.differences(record).count
                bases += record.referenceSpan
                #expect(BAMTags(record.tags).int("NM") != nil)
                let turned = read.sequence.reversed().map { BaseCode.complement(ofASCII: $0) }
                #expect(record.sequence == (record.flags.contains(.reverse) ? turned : read.sequence))
            }
        }
        let rate = Double(wrong) / Double(bases)
        switch profile.technology {
        case .shortPairs: #expect(rate > 0.001 && rate < 0.012)
        case .hifi: #expect(rate > 0.0005 && rate < 0.005)
        case .nanopore: #expect(rate > 0.008 && rate < 0.04)
        }
    }

    @Test func `A chimera is a primary and a supplementary record`() throws {
        var profile = Self.exact(.hifi)
        profile.chimeraRate = 1
        let simulator = Self.simulator(profile, variants: [])
        let fragments = (0..<simulator.count).compactMap(simulator.fragment)
        let records = fragments.map { $0.aligned(contig: 0, window: Self.window) }
        #expect(!fragments.contains { !$0.isChimera })
        #expect(records.count { $0.count == 2 } > records.count * 8 / 10)
        for pair in records where pair.count == 2 {
            #expect(!pair[0].flags.contains(.supplementary) && pair[1].flags.contains(.supplementary))
            #expect(pair.allSatisfy { Self.differences($0).isEmpty })
        }
    }

    @Test func `Copies and strangers give as many fragments as asked for, and are marked`() {
        let mixture = SimulatedMixture(contamination: 0.1, paralogs: 0.2)
        let simulator = Self.simulator(
            Self.exact(.hiSeqX), variants: Self.variants(), coverage: 40, mixture: mixture)
        let fragments = (0..<simulator.count).compactMap(simulator.fragment)
        func part(_ source: SimulatedFragment.Source) -> Double {
            Double(fragments.count { $0.source == source }) / Double(fragments.count)
        }
        #expect(abs(part(.contamination) - 0.1) < 0.012)
        #expect(abs(part(.paralog) - 0.2) < 0.02)
        var (differing, bases) = (0, 0)
        for fragment in fragments where fragment.source == .paralog {
            for record in fragment.aligned(contig: 0, window: Self.window) {
                #expect(BAMTags(record.tags).string("XO") == "paralog")
                // A read of the copy's surroundings lies nowhere, and is kept beside its mate.
                if record.flags.contains(.unmapped) { continue }
                differing += Self.differences(record).count
                bases += record.referenceSpan
            }
        }
        let divergence = Double(differing) / Double(bases)
        #expect(divergence > 0.008 && divergence < 0.032)
    }
}
