import Synchronization
import TestSupport
import Testing

@testable import Messaging

@Suite struct ConsumerGroupTests {
    static let topics = [TopicDeclaration(name: "t", partitions: 4)]

    /// Writes numbered records, spread over the partitions of `t`.
    static func write(_ numbers: Range<Int>, to broker: TestBroker, padding: Int = 0) async throws {
        let producer = try await Producer(broker.configuration, topics: [])
        for number in numbers {
            let value = Array(String(number).utf8) + [UInt8](repeating: 32, count: padding)
            try await producer.enqueue(
                OutgoingRecord(topic: "t", key: nil, value: value, partition: Int32(number % 4)))
        }
        try await producer.flush()
        await producer.close()
    }

    static func number(_ record: IncomingRecord) -> Int {
        Int(String(decoding: (record.value ?? []).prefix { $0 != 32 }, as: UTF8.self)) ?? -1
    }

    @Test("a group goes on where its last member committed")
    func resumption() async throws {
        let broker = try await TestBroker.start(Self.topics)
        try await Self.write(0..<40, to: broker)
        var seen: [Int] = []
        for target in [20, 40] {
            let consumer = try Consumer(broker.configuration, group: "g", topics: ["t"])
            while seen.count < target {
                let batch = try await consumer.nextBatch(
                    maximumRecords: min(7, target - seen.count), maximumBytes: 1 << 20, linger: .milliseconds(5))
                seen += batch.map(Self.number)
                #expect(batch.allSatisfy(consumer.isCurrent))
                consumer.finish(batch)
                try await consumer.commitFinished()
            }
            #expect(try await consumer.lag().values.reduce(0, +) == Int64(40 - target))
            #expect(consumer.assignment.count == 4)
            await consumer.close()
            await #expect(throws: MessagingError.self) {
                try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero)
            }
        }
        #expect(seen.sorted() == Array(0..<40))
        let lag = try await Admin.groupLag(groups: [("g", "t"), ("nobody", "t")], broker.configuration)
        #expect(lag.filter { $0.group == "g" }.allSatisfy { $0.committed == 10 && $0.high == 10 })
        #expect(lag.filter { $0.group == "nobody" }.allSatisfy { $0.committed == nil })
    }

    @Test("a full buffer pauses reading, and everything arrives in order")
    func pausing() async throws {
        let broker = try await TestBroker.start(Self.topics)
        try await Self.write(0..<400, to: broker, padding: 10_000)
        let consumer = try Consumer(broker.configuration, group: "g", topics: ["t"], bufferBytes: 100_000)
        var last = [Int32: Int64]()
        var count = 0
        while count < 400 {
            let batch = try await consumer.nextBatch(maximumRecords: 3, maximumBytes: 1 << 20, linger: .milliseconds(1))
            #expect(consumer.statistics.queueBytes < 120_000)
            for record in batch {
                #expect(record.offset == (last[record.partition] ?? -1) + 1)
                last[record.partition] = record.offset
            }
            count += batch.count
        }
        await consumer.close()
    }

    @Test("records that are put back come again first, in order")
    func requeue() async throws {
        let broker = try await TestBroker.start(Self.topics)
        try await Self.write(0..<8, to: broker)
        let consumer = try Consumer(broker.configuration, group: "g", topics: ["t"])
        let first = try await consumer.nextBatch(maximumRecords: 8, maximumBytes: 1 << 20, linger: .seconds(2))
        #expect(first.count == 8)
        consumer.requeue(first)
        let again = try await consumer.nextBatch(maximumRecords: 8, maximumBytes: 1 << 20, linger: .seconds(2))
        #expect(again.map(Self.number) == first.map(Self.number))
        // One record is always given, whatever its size.
        consumer.requeue(again)
        let one = try await consumer.nextBatch(maximumRecords: 8, maximumBytes: 0, linger: .zero)
        #expect(one.map(Self.number) == first.prefix(1).map(Self.number))
        await consumer.close()
    }

    @Test("waiting for records can be cancelled")
    func cancellation() async throws {
        let broker = try await TestBroker.start(Self.topics)
        let consumer = try Consumer(broker.configuration, group: "g", topics: ["t"])
        let waiting = Task { try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await consumer.close()
    }

    @Test("a handler that takes longer than max.poll.interval.ms keeps its partitions")
    func longHandler() async throws {
        let broker = try await TestBroker.start(Self.topics)
        try await Self.write(0..<8, to: broker)
        var configuration = broker.configuration
        configuration.properties = ["max.poll.interval.ms": "6000", "session.timeout.ms": "6000"]
        let consumer = try Consumer(configuration, group: "g", topics: ["t"], bufferBytes: 1)
        let batch = try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero)
        // The handler's work is the time itself.
        try await Task.sleep(for: .seconds(7))
        #expect(batch.allSatisfy(consumer.isCurrent))
        #expect(consumer.statistics.rebalances == 1)
        consumer.finish(batch)
        try await consumer.commitFinished()
        await consumer.close()
    }

    @Test("start offsets from onAssignment override the committed ones, and both callbacks are called")
    func overrides() async throws {
        let broker = try await TestBroker.start(Self.topics)
        try await Self.write(0..<8, to: broker)
        let revoked = Mutex<[TopicPartition]>([])
        let start = TopicPartition(topic: "t", partition: 2)
        let consumer = try Consumer(
            broker.configuration, group: "g", topics: ["t"],
            onAssignment: { partitions in
                #expect(partitions.count == 4)
                return [start: 1]
            },
            onRevocation: { partitions in revoked.withLock { $0 = partitions } })
        let batch = try await consumer.nextBatch(maximumRecords: 8, maximumBytes: 1 << 20, linger: .seconds(1))
        #expect(batch.map(Self.number).sorted() == [0, 1, 3, 4, 5, 6, 7])
        await consumer.close()
        #expect(revoked.withLock { $0.count } == 4)
    }

    @Test("two members share the work; nothing is lost, and what was finished is not repeated")
    func rebalance() async throws {
        let broker = try await TestBroker.start(Self.topics)
        try await Self.write(0..<400, to: broker)
        let first = try Member(broker)
        #expect(await eventually { first.log.finished.count >= 20 })
        let second = try Member(broker, log: first.log)
        #expect(await eventually { !second.consumer.assignment.isEmpty })
        try await Self.write(400..<800, to: broker)
        #expect(await eventually { Set(first.log.finished).count >= 800 })
        #expect(first.consumer.assignment.count == 2)
        // The embedded broker takes no commits while the group forms anew, so a batch may come twice there.
        let repetitions = first.log.finished.count - 800
        #expect(repetitions == 0 || !broker.isApacheKafka)
        await first.leave()
        await second.leave()
    }
}

/// What the members of a group have finished, together.
private final class WorkLog: Sendable {
    private let numbers = Mutex<[Int]>([])

    var finished: [Int] { numbers.withLock { $0 } }

    /// The effect and its check belong together, as in a database transaction.
    func finish(_ batch: [IncomingRecord], of consumer: Consumer) {
        numbers.withLock { numbers in
            let current = batch.filter(consumer.isCurrent)
            numbers += current.map(ConsumerGroupTests.number)
            consumer.finish(current)
        }
    }
}

/// A member of a group that works through batches until it leaves.
private struct Member {
    let consumer: Consumer
    let log: WorkLog
    private let work: Task<Void, any Error>

    init(_ broker: TestBroker, log: WorkLog = WorkLog()) throws {
        let consumer = try Consumer(broker.configuration, group: "g", topics: ["t"])
        self.consumer = consumer
        self.log = log
        work = Task {
            while true {
                let batch = try await consumer.nextBatch(
                    maximumRecords: 5, maximumBytes: 1 << 20, linger: .milliseconds(1))
                try await Task.sleep(for: .milliseconds(5))
                log.finish(batch, of: consumer)
                try await consumer.commitFinished()
            }
        }
    }

    func leave() async {
        work.cancel()
        await consumer.close()
    }
}
