import Testing

@testable import Messaging

@Suite struct FlowLedgerTests {
    let partition = TopicPartition(topic: "reads", partition: 0)
    let ledger = FlowLedger(capacity: 2000)
    let now = ContinuousClock.now

    @Test("nothing is granted before the broker was asked")
    func unasked() {
        #expect(!ledger.reserve(1, on: partition))
    }

    @Test("a grant is part of the room, is used up, and does not last")
    func grant() {
        ledger.learn(partition, high: 0, committed: 0, wanted: 100, now: now)
        #expect(ledger.reserve(100, on: partition, now: now))
        #expect(!ledger.reserve(100, on: partition, now: now))
        ledger.learn(partition, high: 0, committed: 0, wanted: 1, now: now)
        #expect(!ledger.reserve(1, on: partition, now: now + .seconds(1)))
    }

    @Test("own records count with their sizes, others' with the largest recent one")
    func lag() {
        for offset in 0..<4 as Range<Int64> {
            ledger.learn(partition, high: offset, committed: 0, wanted: 200, now: now)
            #expect(ledger.reserve(200, on: partition, now: now))
            ledger.settle(200, on: partition, offset: offset)
        }
        // 800 own bytes unread leave room for 200.
        ledger.learn(partition, high: 4, committed: 0, wanted: 200, now: now)
        #expect(ledger.reserve(200, on: partition, now: now))
        ledger.settle(200, on: partition, offset: nil)
        // One record of another producer takes that.
        ledger.learn(partition, high: 5, committed: 0, wanted: 200, now: now)
        #expect(!ledger.reserve(200, on: partition, now: now))
        ledger.learn(partition, high: 5, committed: 5, wanted: 200, now: now)
        #expect(ledger.reserve(200, on: partition, now: now))
    }

    @Test("what is not acknowledged yet takes room")
    func unacknowledged() {
        ledger.learn(partition, high: 0, committed: 0, wanted: 900, now: now)
        #expect(ledger.reserve(900, on: partition, now: now))
        ledger.learn(partition, high: 0, committed: 0, wanted: 200, now: now)
        #expect(!ledger.reserve(200, on: partition, now: now))
    }
}
