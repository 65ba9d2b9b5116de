import Testing

@testable import Messaging

@Suite struct ConsumerStateTests {
    static let partition = TopicPartition(topic: "t", partition: 0)

    static func record(_ offset: Int64, epoch: Int = 1, bytes: Int = 0) -> IncomingRecord {
        IncomingRecord(
            topic: "t", partition: 0, offset: offset, key: nil, value: [UInt8](repeating: 0, count: bytes),
            assignmentEpoch: epoch)
    }

    /// A state that reads one partition from offset 0.
    static func reading(capacity: Int = 1 << 20, offsetsHaveHoles: Bool = false) -> ConsumerState {
        var state = ConsumerState(capacity: capacity)
        _ = state.changeAssignment()
        let starts = [partition: ConsumerState.Start(offset: 0, committed: nil)]
        _ = state.start(starts, epoch: 1, offsetsHaveHoles: offsetsHaveHoles)
        return state
    }

    @Test("a hole is a gap where the broker makes none, after the records before it")
    func gap() {
        var state = Self.reading()
        for offset in [0, 1, 5, 6] as [Int64] { state.accept(Self.record(offset)) }
        let before = state.take(records: 10, bytes: 1 << 20).records
        #expect(before.map(\.offset) == [0, 1])
        for _ in 0..<2 {
            let failure = state.takeFailure() as? MessagingError
            #expect(failure?.code == .gap)
            #expect(failure?.message.contains("records 2 to 4 of topic t, partition 0") == true)
        }
        var transactional = Self.reading(offsetsHaveHoles: true)
        for offset in [0, 1, 5, 6] as [Int64] { transactional.accept(Self.record(offset)) }
        #expect(transactional.failure == nil)
        #expect(transactional.bufferedRecords == 4)
    }

    @Test("a full buffer takes records again below half of its capacity")
    func pausing() {
        var state = Self.reading(capacity: 4000)
        for offset in 0..<4 as Range<Int64> {
            #expect(state.acceptsRecords)
            state.accept(Self.record(offset, bytes: 900))
        }
        #expect(!state.acceptsRecords)
        let resumesAtHalf = state.take(records: 2, bytes: 1 << 20).resumes
        #expect(!resumesAtHalf)
        let resumesBelow = state.take(records: 1, bytes: 1 << 20).resumes
        #expect(resumesBelow)
        #expect(state.acceptsRecords)
    }

    @Test("after a change of assignment nothing from before counts")
    func change() {
        var state = Self.reading()
        for offset in 0..<4 as Range<Int64> { state.accept(Self.record(offset)) }
        let batch = state.take(records: 2, bytes: 1 << 20).records
        state.finish(batch)
        let finished = state.changeAssignment()
        #expect(finished == [Self.partition: 2])
        #expect(state.bufferedRecords == 0)
        #expect(state.bufferedBytes == 0)
        #expect(!state.isCurrent(batch[0]))
        let isStartedLate = state.start([:], epoch: 1, offsetsHaveHoles: true)
        #expect(!isStartedLate)
        let starts = [Self.partition: ConsumerState.Start(offset: 2, committed: 2)]
        let isStarted = state.start(starts, epoch: 2, offsetsHaveHoles: false)
        #expect(isStarted)
        state.requeue(batch)
        state.finish(batch)
        #expect(state.bufferedRecords == 0)
        let committable = state.committable(finishing: batch)
        #expect(committable.isEmpty)
        #expect(state.offeredEpoch == 2)
    }

    @Test("a batch keeps to its limits, and records that come back are counted once")
    func limits() {
        var state = Self.reading()
        for offset in 0..<100 as Range<Int64> { state.accept(Self.record(offset, bytes: 872)) }
        #expect(state.bufferedBytes == 100_000)
        let batch = state.take(records: 50, bytes: 10_500).records
        #expect(batch.map(\.offset) == Array(0..<10))
        #expect(state.bufferedBytes == 90_000)
        state.requeue(batch)
        #expect(state.bufferedBytes == 100_000)
        let all = state.take(records: 100, bytes: 1 << 20).records
        #expect(all.map(\.offset) == Array(0..<100))
        #expect(state.bufferedBytes == 0)
        #expect(state.statistics.recordsIn == 100)
    }

    @Test("trouble that passes is told once")
    func passingTrouble() {
        var state = Self.reading()
        state.fail(MessagingError(.unknownTopic, "not yet there", isRetriable: true))
        #expect(!state.acceptsRecords)
        let failures = [state.takeFailure(), state.takeFailure()]
        #expect(failures.map { $0 == nil } == [false, true])
        #expect(state.acceptsRecords)
    }
}
