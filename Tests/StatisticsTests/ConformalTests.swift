import Statistics
import Testing

/// Intervals and ranks of predictions of numbers.
struct ConformalTests {
    @Test("Nine tenths of the held-out errors lie within the half width, by groups of the key")
    func groups() throws {
        let keys = (0..<200).map(Double.init)
        let errors = (0..<200).map { index -> Double in
            let size = Double(index % 100) * (index < 100 ? 1 : 10)
            return index % 2 == 0 ? size : -size
        }
        let all = ConformalInterval(errors: errors, keys: keys, groups: 2)
        let interval = try #require(all)
        #expect(interval.limits == [100] && interval.halfWidths == [90, 900])
        #expect(interval.halfWidth(key: -5) == 90 && interval.halfWidth(key: 100) == 900)
        // Too few for two groups, and for 90 %: the largest.
        let three = ConformalInterval(errors: [1, -3, 2], keys: [0, 1, 2], groups: 4)
        let few = try #require(three)
        #expect(few.limits.isEmpty && few.halfWidth(key: 7) == 3)
        #expect(ConformalInterval(errors: [], keys: [], groups: 1) == nil)
    }

    @Test("Concordance counts pairs of different truths, ties of predictions half")
    func concordance() {
        #expect(ConcordanceIndex.of(predictions: [1, 2, 3], truths: [1, 2, 3]) == 1)
        #expect(ConcordanceIndex.of(predictions: [3, 2, 1], truths: [1, 2, 3]) == 0)
        #expect(ConcordanceIndex.of(predictions: [1, 1, 2], truths: [1, 2, 2]) == 0.75)
        #expect(ConcordanceIndex.of(predictions: [1, 2], truths: [5, 5]) == nil)
        #expect(ConcordanceIndex.of(predictions: [.nan, 2], truths: [4, 5]) == nil)
    }
}
