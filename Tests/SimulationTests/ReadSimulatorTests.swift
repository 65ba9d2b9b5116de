import Foundation
import Hashing
import Testing

@testable import Genomics
@testable import Simulation

@Suite struct ReadSimulatorTests {
    /// A reference without repeats longer than two bases.
    private static func bases(_ count: Int) -> [UInt8] {
        var random = SplitMix64(seed: 7)
        var bases: [UInt8] = []
        while bases.count < count {
            let base = Array("ACGT".utf8)[Int(random.next() >> 62)]
            if bases.last != base { bases.append(base) }
        }
        return bases
    }

    private static func text(_ bases: some Sequence<UInt8>) -> String { String(decoding: Array(bases), as: UTF8.self) }

    private let window = ReferenceWindow(start: 1_000, bases: Self.bases(20_000))

    private func simulator(
        _ profile: SequencingProfile = .hiSeq2000, variants: [Variant] = [], coverage: Double = 20, seed: UInt64 = 1
    ) -> ReadSimulator {
        ReadSimulator(
            contig: "c", window: window, variants: variants, profile: profile, coverage: coverage, seed: seed)
    }

    /// A profile without anything but substitutions.
    private var plain: SequencingProfile {
        var profile = SequencingProfile.hiSeq2000
        profile.indels = IndelErrors(insertionRate: 0, deletionRate: 0)
        (profile.slippageScale, profile.duplicateRate) = (0, 0)
        (profile.chimeraRate, profile.systematic.rate, profile.clips.rate) = (0, 0, 0)
        return profile
    }

    /// What the first mate should show.
    private func expected(_ fragment: SimulatedFragment, _ length: Int) -> [UInt8] {
        let bases = Array(window[fragment.origin])
        return Array((fragment.isReverse ? bases.reversed().map(BaseCode.complement) : bases).prefix(length))
    }

    @Test func `A seed gives the same bytes, in any order, and another seed gives others`() throws {
        let first = simulator(coverage: 2)
        let again = simulator(coverage: 2)
        let forward = (0..<first.count).map { first.fragment($0) }
        let backward = (0..<first.count).reversed().map { again.fragment($0) }
        #expect(forward == backward.reversed())
        #expect(first.fragment(0) != simulator(coverage: 2, seed: 2).fragment(0))
        // A fingerprint: a change of the generator is a change of every training set made with it.
        let bytes = forward.compactMap { $0 }.flatMap(\.records).flatMap(\.bytes)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        #expect(SplitMix64.mix(hash) == simulatedFingerprint)
    }

    private let simulatedFingerprint: UInt64 = 15368463889806884453

    @Test func `Reads are pairs of unaligned records of the requested coverage`() throws {
        let simulator = simulator(coverage: 20)
        #expect(simulator.count == 20 * 20_000 / 202)
        let fragment = try #require(simulator.fragment(3))
        #expect(fragment.records.map(\.flags.rawValue) == [77, 141])
        #expect(fragment.records.allSatisfy { $0.sequenceLength == 101 && $0.position == -1 })
        #expect(fragment.records[0].name == fragment.records[1].name)
        #expect(BAMTags(fragment.records[0].tags).string("RG") == "simulated")
        #expect(window.range.contains(fragment.origin.lowerBound))
    }

    @Test(arguments: [SequencingProfile.hiSeq2000, .hiSeqX, .fourLevels])
    func `Errors are as frequent as the qualities say`(_ original: SequencingProfile) {
        var profile = original
        profile.indels = IndelErrors(insertionRate: 0, deletionRate: 0)
        (profile.slippageScale, profile.duplicateRate) = (0, 0)
        (profile.chimeraRate, profile.systematic.rate, profile.clips.rate) = (0, 0, 0)
        let simulator = simulator(profile, coverage: 100)
        let probabilities = profile.qualities.errorProbabilities
        var (wrong, bases, foreseen) = (0, 0, 0.0)
        for fragment in (0..<simulator.count).compactMap(simulator.fragment) {
            let read = fragment.records[0]
            for (index, base) in expected(fragment, profile.readLength).enumerated() {
                bases += 1
                wrong += read.base(index) == base ? 0 : 1
                foreseen += probabilities[Int(read.quality(index))]
            }
        }
        let rate = Double(wrong) / Double(bases)
        #expect(rate > 0.001 && rate < 0.012)
        #expect(abs(Double(wrong) / foreseen - 1) < 0.1)
    }

    @Test func `Qualities are spread as in the reads they were taken from`() {
        let simulator = simulator(plain, coverage: 40)
        let fragments = (0..<simulator.count).compactMap(simulator.fragment)
        func quantile(_ mate: Int, _ cycle: Int, _ part: Double) -> Int {
            let sorted = fragments.map { $0.records[mate].quality(cycle) }.sorted()
            return Int(sorted[Int(Double(sorted.count) * part)])
        }
        #expect(abs(quantile(0, 0, 0.5) - 34) <= 1 && abs(quantile(0, 0, 0.05) - 30) <= 2)
        #expect(abs(quantile(0, 50, 0.5) - 40) <= 1 && abs(quantile(0, 50, 0.05) - 30) <= 3)
        #expect(abs(quantile(1, 100, 0.1) - 23) <= 4 && abs(quantile(1, 100, 0.5) - 34) <= 1)
        // Good reads are good all along: means differ far more than independent bases would let them.
        let means = fragments.map { fragment in
            Double(fragment.records[0].qualities.reduce(0) { $0 + Int($1) }) / 101
        }.sorted()
        #expect(means[means.count / 20] < 33 && means[means.count * 3 / 4] > 38)
    }

    @Test func `Variants stand on their haplotypes`() throws {
        func base(_ position: Int) -> String { Self.text([window[position - 1]]) }
        func other(_ position: Int) -> String { base(position) == "A" ? "C" : "A" }
        let variants = [
            Variant(
                contig: "c", position: 5_001, reference: base(5_001), alternates: [other(5_001)],
                genotype: Genotype([1, 1])),
            Variant(
                contig: "c", position: 5_011, reference: base(5_011), alternates: [other(5_011)],
                genotype: Genotype([0, 1], isPhased: true)),
            Variant(
                contig: "c", position: 5_021, reference: base(5_021), alternates: [base(5_021) + "GGG"],
                genotype: Genotype([1, 0], isPhased: true)),
            Variant(
                contig: "c", position: 5_031, reference: Self.text(window[5_030..<5_034]),
                alternates: [base(5_031)], genotype: Genotype([0, 1], isPhased: true)),
            Variant(
                contig: "c", position: 5_041, reference: base(5_041), alternates: ["<DEL>"], genotype: Genotype([1, 1])),
        ]
        let adjacent = [
            Variant(
                contig: "c", position: 6_001, reference: base(6_001), alternates: [base(6_001) + "GG"],
                genotype: Genotype([1, 1])),
            Variant(
                contig: "c", position: 6_002, reference: base(6_002), alternates: [other(6_002)],
                genotype: Genotype([1, 1])),
        ]
        var random = SplitMix64(seed: 1)
        let both = DiploidSequence(contig: "c", window: window, variants: adjacent, random: &random)
        #expect(Self.text(both.haplotypes[1].bases[5_000...5_003]) == base(6_001) + "GG" + other(6_002))
        let sample = DiploidSequence(contig: "c", window: window, variants: variants, random: &random)
        let (a, b) = (sample.haplotypes[0], sample.haplotypes[1])
        #expect(sample.alleleCount == 5)
        #expect(a.bases.count == 20_003 && b.bases.count == 19_997)
        #expect(a.bases[4_000] == UInt8(ascii: other(5_001).unicodeScalars.first!) && a.bases[4_000] == b.bases[4_000])
        #expect(a.bases[4_010] == window[5_010] && b.bases[4_010] != window[5_010])
        #expect(
            a.places[4_020...4_024]
                == [
                    .at(5_020), .inserted(after: 5_020), .inserted(after: 5_020), .inserted(after: 5_020), .at(5_021),
                ])
        #expect(b.places[4_030] == .at(5_030) && b.places[4_031] == .at(5_034))
        #expect(sample.placed.map { $0.genotype?.description } == ["1|1", "0|1", "1|0", "0|1"])
    }

    @Test func `Unphased variants go to a haplotype by seed, phased ones where they say`() {
        let position = 5_001
        let reference = Self.text([window[position - 1]])
        func side(_ seed: UInt64, isPhased: Bool) -> Int {
            var random = SplitMix64(seed: seed)
            let variant = Variant(
                contig: "c", position: position, reference: reference, alternates: [reference == "A" ? "C" : "A"],
                genotype: Genotype([0, 1], isPhased: isPhased))
            let sample = DiploidSequence(contig: "c", window: window, variants: [variant], random: &random)
            return sample.haplotypes[0].bases == window.bases ? 1 : 0
        }
        #expect(Set((0..<20).map { side($0, isPhased: false) }) == [0, 1])
        #expect(Set((0..<20).map { side($0, isPhased: true) }) == [1])
    }

    @Test func `Slippage grows with the length of a homopolymer`() {
        let bases = Array(
            "GCTAGCAAAACGTACGGGGGGGGCATGCTTTTTTTTTTTTACGCACACACACACACGTAG".utf8)
        let slippage = RepeatTracts(bases, errors: .polymerase, scale: 1)
        func rate(_ tract: RepeatTracts.Tract) -> Double {
            let rates = slippage.rates(tract, isReverse: false)
            return rates.insertion + rates.deletion
        }
        let tracts = slippage.tracts.filter { rate($0) > 1e-4 }
        #expect(tracts.map { "\($0.start)-\($0.end) \($0.unit)" } == ["15-23 1", "28-40 1", "43-56 2"])
        #expect(rate(tracts[1]) > 10 * rate(tracts[0]))
        var random = SplitMix64(seed: 5)
        var changes = 0
        for _ in 0..<20_000 {
            changes += slippage.changes(in: 24..<42, isReverse: false, with: &random).count
            // A tract that the fragment does not hold does not slip.
            #expect(slippage.changes(in: 30..<42, isReverse: false, with: &random).isEmpty)
        }
        #expect(abs(Double(changes) / 20_000 / rate(tracts[1]) - 1) < 0.25)
    }

    @Test func `Difficult places are as rare as asked for, and half of them show on one strand`() {
        let places = DifficultPlaces(
            model: SystematicErrors(rate: 0.01, fractions: Quantiles([0.05, 0.35])), seed: 9)
        var (both, single) = (0, 0)
        for position in 0..<Int32(100_000) {
            switch (places[position, false], places[position, true]) {
            case (nil, nil): break
            case (nil, _), (_, nil): single += 1
            case (let forward?, let reverse?):
                both += 1
                #expect(forward.error == reverse.error && forward.drop == reverse.drop)
            }
        }
        #expect(abs(both + single - 1_000) < 100)
        #expect(abs(both - single) < 100)
    }

    @Test func `A stretch without known bases gives no fragment`() {
        let unknown = ReferenceWindow(start: 0, bases: [UInt8](repeating: UInt8(ascii: "N"), count: 5_000))
        let simulator = ReadSimulator(
            contig: "c", window: unknown, variants: [], profile: .hiSeq2000, coverage: 10, seed: 1)
        #expect(simulator.count == 0)
        #expect(simulator.fragment(0) == nil)
        let short = ReadSimulator(
            contig: "c", window: ReferenceWindow(start: 0, bases: []), variants: [], profile: .hiSeqX, coverage: 10,
            seed: 1)
        #expect(short.count == 0 && short.fragment(0) == nil)
    }
}
