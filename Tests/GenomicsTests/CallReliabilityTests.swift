import Foundation
import Genomics
import Testing

@Suite("How sure calls are")
struct CallReliabilityTests {
    @Test("A band counts its calls and how many of them are to be expected wrong")
    func bandsCountCalls() {
        var reliability = CallReliability(.short)
        for quality in [0, 4, 5, 20, 23, 29, 40, 99, -3] { reliability.add(genotypeQuality: quality) }
        #expect(reliability.bands.map(\.from) == [0, 5, 10, 15, 20, 30, 40])
        #expect(reliability.bands.map(\.calls) == [3, 1, 0, 0, 3, 0, 2])
        // 1 + 1 + 0.3981; 0.3162; 0.01 + 0.00501 + 0.00126.
        #expect(reliability.bands.map { Int($0.expectedWrong * 1000) } == [2398, 316, 0, 0, 16, 0, 0])
        #expect(reliability.rows.rows.map { $0[0] } == ["0-4", "5-9", "20-29", "40+"])
    }

    @Test("Held-out alleles stand beside the calls, and a band that has only them is shown")
    func heldOutAlleles() throws {
        var reliability = CallReliability(
            .noisyLong, heldOut: [(9, 4), (0, 0), (7, 1), (0, 0), (0, 0), (0, 0), (100, 0)])
        reliability.add(genotypeQuality: 12)
        #expect(
            reliability.rows.rows == [
                ["0-4", "0", "0.00", "9", "4"], ["10-14", "1", "0.06", "7", "1"], ["40+", "0", "0.00", "100", "0"],
            ])
        let text = String(decoding: try JSONEncoder().encode(reliability.bands[2]), as: UTF8.self)
        #expect(try JSONDecoder().decode(CallReliability.Band.self, from: Data(text.utf8)) == reliability.bands[2])
    }

    @Test("A read's length and qualities tell its kind, and short reads are divided by depth")
    func kinds() {
        typealias Kind = CallReliability.Kind
        #expect(Kind(meanLength: 150, meanQuality: 35, meanDepth: 14.9) == .shallowShort)
        #expect(Kind(meanLength: 150, meanQuality: nil, meanDepth: 15) == .short)
        #expect(Kind(meanLength: 15_000, meanQuality: 30, meanDepth: 8) == .accurateLong)
        #expect(Kind(meanLength: 15_000, meanQuality: 18, meanDepth: 50) == .noisyLong)
        #expect(Kind(meanLength: 15_000, meanQuality: nil, meanDepth: 50) == .noisyLong)
        #expect(Kind(meanLength: 0, meanQuality: 30, meanDepth: 50) == nil)
    }

    @Test("The depth that counts is that of covered positions, as far as a file of a few kilobases goes")
    func coveredDepth() throws {
        var depth = DepthDistribution()
        #expect(depth.meanCovered == 0)
        depth.targetBases = ["1": 60]
        for (value, positions) in [(0, 90), (4, 5), (8, 5)] {
            for _ in 0..<positions { depth.target.add(value) }
        }
        #expect(depth.meanCovered == 6)
    }
}
