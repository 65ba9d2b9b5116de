import Genomics
import Hashing
import Testing

@testable import VariantCalling

/// Dividing a shard's examples into batches.
struct ShardExamplesTests {
    private func shard(positions: [Int]) -> ShardExamples {
        let alternates = ["C", "G", "T", "AC", "AG"]
        let candidates = positions.enumerated().map { Fixture.candidate("A", alternates[$0 % 5], at: $1) }
        let values = CandidateEncoder.valuesPerCandidate
        return ShardExamples(
            candidates: candidates, features: (0..<(positions.count * values)).map { Float($0 / values) },
            summary: ShardSummary(callability: nil, unplacedReads: 0))
    }

    @Test("A shard without candidates has one empty part")
    func emptyShard() {
        let parts = shard(positions: []).parts(limit: 4)
        #expect(parts == [ExampleBatch(candidates: [], features: [])])
    }

    @Test("Parts hold about as many candidates as asked for")
    func sizes() {
        #expect(shard(positions: Array(1...10)).parts(limit: 4).map(\.count) == [4, 4, 2])
        #expect(shard(positions: Array(1...8)).parts(limit: 4).map(\.count) == [4, 4])
        #expect(shard(positions: [1, 2, 3, 4, 4, 4, 5]).parts(limit: 4).map(\.count) == [6, 1])
        #expect(shard(positions: [1, 1, 1, 1, 1]).parts(limit: 1).map(\.count) == [5])
    }

    @Test("No part ends within a site, and all candidates with their pileups are in one part", arguments: 1...9)
    func partsAreWhole(limit: Int) {
        var random = SplitMix64(seed: UInt64(limit))
        var position = 0
        let positions = (0..<60).map { _ -> Int in
            position += Int(random.next() % 3)
            return position
        }
        let whole = shard(positions: positions)
        let parts = whole.parts(limit: limit)
        #expect(parts.flatMap(\.candidates) == whole.candidates)
        #expect(parts.flatMap(\.features) == whole.features)
        #expect(parts.allSatisfy { $0.count > 0 && $0.labels == nil })
        for (left, right) in zip(parts, parts.dropFirst()) {
            #expect(left.candidates.last?.position != right.candidates.first?.position)
        }
    }
}
