import Genomics
import Hashing
import NeuralNetwork
import TestSupport
import Testing

@testable import VariantCalling

/// Reads of two kinds of molecules in a known share, with errors as their qualities say.
@Suite struct SimulatedMixtureTests {
    private typealias Reads = PileupFixture
    private static let length = 1500
    private static let bases = Reads.reference(length, seed: 11)
    /// 0-based places where the rarer molecules differ, 60 bases apart.
    private static let sites = Array(stride(from: 120, to: length - 120, by: 60))

    private static func letter(_ position: Int) -> UInt8 {
        bases[position] == UInt8(ascii: "G") ? UInt8(ascii: "A") : UInt8(ascii: "G")
    }

    /// Reads of 100 bases, of which a tenth of the bases have a quality of 25 and the others of 37.
    private static func records(share: Double, depth: Int, seed: UInt64) -> [BAMRecord] {
        var random = SplitMix64(seed: seed)
        func uniform() -> Double { Double(random.next() >> 11) * 0x1p-53 }
        var rare = bases
        for site in sites { rare[site] = letter(site) }
        return (0..<(depth * length / 100)).map { index in
            let start = Int(uniform() * Double(length - 100))
            var own = Array((uniform() < share ? rare : bases)[start..<(start + 100)])
            var qualities = [UInt8](repeating: 37, count: 100)
            for place in own.indices {
                if uniform() < 0.1 { qualities[place] = 25 }
                guard uniform() < (qualities[place] == 37 ? 0.0002 : 0.00316) else { continue }
                own[place] = Array("ACGT".utf8)[Int(random.next() >> 62)]
            }
            return BAMRecord(
                name: "r\(index)".utf8, flags: uniform() < 0.5 ? .reverse : [], referenceID: 0, position: Int32(start),
                mappingQuality: 60, cigar: [CigarOperation(.match, 100)], sequence: own, qualities: qualities)
        }
    }

    private static func calls(share: Double, depth: Int, seed: UInt64) -> [SiteCall] {
        let found = BinCaller(mitochondrion: MitochondrialContig(Contig(name: "MT", length: length))).process(
            contig: "MT", core: 0..<length, reference: ReferenceWindow(start: 0, bases: bases),
            records: records(share: share, depth: depth, seed: seed))
        return Genotyper().call(found.candidates.map { .init(candidate: $0, probabilities: [1, 0, 0]) })
    }

    @Test func `Mixtures of 5, 10 and 30 percent are found, nothing else is, and 95 of 100 intervals hold the share`()
        throws
    {
        var (intervals, held, deviations) = (0, 0, [Double]())
        for (share, depth, seed) in [(0.05, 1000, UInt64(1)), (0.1, 500, 2), (0.3, 500, 3)] {
            let calls = Self.calls(share: share, depth: depth, seed: seed)
            let expected = Self.sites.map { "\($0 + 1)\(UnicodeScalar(Self.letter($0)))" }
            #expect(calls.map { "\($0.position)\($0.alternates[0])" } == expected)
            #expect(calls.allSatisfy { $0.genotype == [0, 1] })
            #expect(calls.count { $0.isPassed } >= calls.count - 1)
            for fraction in calls.compactMap({ $0.fractions?.first }) {
                intervals += 1
                held += fraction.low <= share && share <= fraction.high ? 1 : 0
                deviations.append(fraction.share - share)
            }
        }
        #expect(intervals == 63)
        // Fewer than this many of 63 in one of 1000 cases, if each holds it with a probability of 0.95.
        #expect(held >= 54)
        #expect(abs(deviations.reduce(0, +) / Double(deviations.count)) < 0.004)
    }

    @Test func `Of a mixture of 2 percent nothing is reported that passes`() {
        #expect(Self.calls(share: 0.02, depth: 1000, seed: 4).allSatisfy { !$0.isPassed || $0.quality < 20 })
    }
}
