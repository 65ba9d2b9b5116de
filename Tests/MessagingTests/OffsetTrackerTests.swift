import Testing

@testable import Messaging

@Suite struct OffsetTrackerTests {
    @Test("offsets move only past the contiguous finished prefix")
    func prefix() {
        var tracker = OffsetTracker(start: 10, committed: 10)
        for offset in 10...13 as ClosedRange<Int64> { tracker.deliver(offset) }
        tracker.finish(12)
        tracker.finish(11)
        #expect(tracker.committable == nil)
        tracker.finish(10)
        #expect(tracker.committable == 13)
        tracker.commit(13)
        #expect(tracker.committable == nil)
        tracker.finish(13)
        #expect(tracker.committable == 14)
    }

    @Test("holes between offsets do not hold the prefix up")
    func holes() {
        var tracker = OffsetTracker(start: 0, committed: nil)
        for offset in [3, 7, 100] as [Int64] { tracker.deliver(offset) }
        tracker.finish(3)
        tracker.finish(7)
        #expect(tracker.committable == 8)
        #expect(tracker.position == 8)
    }

    @Test("asking what would be committable finishes nothing")
    func whatIf() {
        var tracker = OffsetTracker(start: 0, committed: nil)
        for offset in 0...4 as ClosedRange<Int64> { tracker.deliver(offset) }
        #expect(tracker.committable(finishing: [1, 0]) == 2)
        #expect(tracker.committable(finishing: [1]) == nil)
        #expect(tracker.committable == nil)
    }

    @Test("a group that has read nothing commits nothing, and a rewound one nothing backwards")
    func nothingToCommit() {
        #expect(OffsetTracker(start: 5, committed: nil).committable == nil)
        var rewound = OffsetTracker(start: 0, committed: 2)
        for offset in 0...2 as ClosedRange<Int64> { rewound.deliver(offset) }
        rewound.finish(0)
        #expect(rewound.committable == nil)
        rewound.finish(1)
        rewound.finish(2)
        #expect(rewound.committable == 3)
    }

    @Test("a partition's end moves the position past what no reader sees, once all records are finished")
    func end() {
        var tracker = OffsetTracker(start: 0, committed: nil)
        tracker.reachEnd(0)
        #expect(tracker.committable == nil)
        tracker.deliver(0)
        tracker.reachEnd(2)
        #expect(tracker.position == 0)
        tracker.deliver(5)
        tracker.finish(0)
        #expect(tracker.committable == 1)
        tracker.commit(1)
        tracker.finish(5)
        #expect(tracker.committableEnd == nil)
        tracker.commit(6)
        tracker.reachEnd(7)
        #expect(tracker.committableEnd == 7)
        #expect(tracker.nextDelivery == 7)
    }

    @Test("finishing again, or what was finished before, changes nothing")
    func repeated() {
        var tracker = OffsetTracker(start: 0, committed: nil)
        tracker.deliver(0)
        tracker.deliver(1)
        for offset in [0, 0, 1, 1, 0] as [Int64] { tracker.finish(offset) }
        #expect(tracker.committable == 2)
    }

    @Test("any order of finishing ends at the last record")
    func anyOrder() {
        var tracker = OffsetTracker(start: 0, committed: nil)
        let offsets = (0..<10_000 as Range<Int64>).map { $0 * 3 }
        for offset in offsets { tracker.deliver(offset) }
        for offset in offsets.shuffled() { tracker.finish(offset) }
        #expect(tracker.position == 9_999 * 3 + 1)
    }
}
