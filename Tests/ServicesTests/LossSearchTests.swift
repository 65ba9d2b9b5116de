import Events
import Foundation
import Messaging
import Runs
import Testing

/// Whether anything of a run is on its way, by the offsets of the groups alone.
@Suite("The search for what is lost")
struct LossSearchTests {
    private let status = RunStatus(
        run: Identifier(), sample: "S", state: "sealed", openedAt: Date(), elapsed: 100, idle: 60, batchesSent: 4,
        stages: [.init(name: Stage.align, done: 3, expected: 4)])

    /// One partition a topic, each with an end and what is committed.
    private func lag(_ ends: [Int64], _ committed: [Int64?], low: Int64 = 0) -> [Admin.GroupLag] {
        // Nothing of these runs goes through `items`.
        let place = LossSearch.path.firstIndex { $0.topic == Topics.items } ?? 0
        var (ends, committed) = (ends, committed)
        ends.insert(0, at: place)
        committed.insert(0, at: place)
        return LossSearch.path.indices.map { index in
            (LossSearch.path[index].group, LossSearch.path[index].topic, 0, low, ends[index], committed[index])
        }
    }

    @Test("Where every group has finished all there is, nothing is on its way")
    func nothingLeft() {
        var search = LossSearch(status)
        let step1 = search.advance(lag([1, 10, 20, 30, 40], [1, 10, 20, 30, 40]))
        #expect(step1)
        var empty = LossSearch(status)
        let step2 = empty.advance(lag([0, 0, 0, 0, 0], [nil, nil, nil, nil, nil]))
        #expect(step2)
    }

    @Test("A record before a mark may be the run's: the search waits until its group has passed it, topic after topic")
    func marks() {
        var search = LossSearch(status)
        let step3 = search.advance(lag([1, 10, 20, 30, 40], [1, 9, 20, 30, 40]))
        #expect(!step3)
        // What comes behind the mark is of no interest; but what is passed may have led to more in the next topic.
        let step4 = search.advance(lag([1, 50, 25, 30, 40], [1, 10, 20, 30, 40]))
        #expect(!step4)
        let step5 = search.advance(lag([1, 50, 60, 35, 40], [1, 11, 25, 30, 40]))
        #expect(!step5)
        let step6 = search.advance(lag([1, 50, 60, 70, 45], [1, 11, 30, 35, 40]))
        #expect(!step6)
        let step7 = search.advance(lag([1, 50, 60, 70, 80], [1, 11, 30, 36, 45]))
        #expect(step7)
    }

    @Test("A stage that stands still, and a topic that cannot be seen, hold the search up for ever")
    func standstill() {
        var search = LossSearch(status)
        for _ in 0..<5 {
            let isOver = search.advance(lag([1, 10, 20, 30, 40], [1, 10, 20, nil, 40]))
            #expect(!isOver)
        }
        var blind = LossSearch(status)
        let step8 = blind.advance([])
        #expect(!step8)
    }

    @Test("What was cut off a topic's end, or dropped from its beginning, is on its way no more")
    func cut() {
        var search = LossSearch(status)
        let step9 = search.advance(lag([1, 10, 20, 30, 40], [1, 8, 20, 30, 40]))
        #expect(!step9)
        let step10 = search.advance(lag([1, 8, 20, 30, 40], [1, 8, 20, 30, 40]))
        #expect(step10)
        var dropped = LossSearch(status)
        let step11 = dropped.advance(lag([9, 9, 9, 9, 9], [9, 3, 9, 9, 9], low: 9))
        #expect(step11)
    }

    @Test("Any progress of the run ends a search")
    func progress() {
        let search = LossSearch(status)
        var later = status
        later.stages[0].done = 4
        #expect(search.holds(for: status) && !search.holds(for: later))
    }
}
