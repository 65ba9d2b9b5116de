import TestSupport
import Testing

@testable import Messaging

/// What holds on a broker that has no transactions and keeps 5 MB a partition.
@Suite struct EmbeddedBrokerTests {
    static let topics = [TopicDeclaration(name: "t", partitions: 1, readers: ["g"])]

    @Test("a writer waits for a slow reader, so that more than the capacity passes unharmed")
    func flowControl() async throws {
        let broker = try await TestBroker.start(Self.topics, embedded: true)
        let producer = try await Producer(broker.configuration, topics: Self.topics)
        #expect(producer.capabilities == BrokerCapabilities(transactions: false, topicCapacityBytes: 5_000_000))
        let writer = Task {
            for number in 0..<150 as Range<UInt8> {
                try await producer.enqueue(
                    OutgoingRecord(topic: "t", key: [1], value: [UInt8](repeating: number, count: 100_000)))
            }
            try await producer.flush()
        }
        // The reader comes when the writer has nearly filled its half of the capacity, and takes seconds to join.
        #expect(await eventually { producer.statistics.recordsOut >= 20 })
        let consumer = try Consumer(broker.configuration, group: "g", topics: ["t"], bufferBytes: 1 << 20)
        var seen: [UInt8?] = []
        while seen.count < 150 {
            let batch = try await consumer.nextBatch(maximumRecords: 10, maximumBytes: 1 << 20, linger: .zero)
            seen += batch.map { $0.value?.first }
            consumer.finish(batch)
            try await consumer.commitFinished()
        }
        #expect(seen == (0..<150).map { $0 })
        #expect(producer.statistics.flowControlWaits > 0)
        try await writer.value
        await consumer.close()
        await producer.close()
    }

    @Test("a record that can never fit is refused")
    func tooLarge() async throws {
        let broker = try await TestBroker.start(Self.topics, embedded: true)
        let producer = try await Producer(broker.configuration, topics: Self.topics)
        let error = await #expect(throws: MessagingError.self) {
            try await producer.enqueue(
                OutgoingRecord(topic: "t", key: nil, value: [UInt8](repeating: 0, count: 2_600_000)))
        }
        #expect(error?.code == .recordTooLarge)
        await producer.close()
    }

    @Test("records that the broker dropped are an error that names them, on every later call too")
    func gap() async throws {
        let broker = try await TestBroker.start(Self.topics, embedded: true)
        // Declares no readers, so nothing holds it back.
        let producer = try await Producer(broker.configuration, topics: [])
        func write(_ count: Int) async throws {
            for _ in 0..<count {
                try await producer.enqueue(
                    OutgoingRecord(topic: "t", key: nil, value: [UInt8](repeating: 0, count: 100_000), partition: 0))
            }
            try await producer.flush()
        }
        try await write(2)
        let early = try Consumer(broker.configuration, group: "g", topics: ["t"])
        let batch = try await early.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero)
        early.finish(batch)
        try await early.commitFinished()
        await early.close()
        try await write(80)
        let late = try Consumer(broker.configuration, group: "g", topics: ["t"])
        for _ in 0..<2 {
            let error = await #expect(throws: MessagingError.self) {
                try await late.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero)
            }
            #expect(error?.code == .gap)
            #expect(error?.message.contains("records 1 to ") == true)
            #expect(error?.message.contains("topic t, partition 0") == true)
        }
        await late.close()
        await producer.close()
    }

    @Test("transactions run as flush and commit where the broker has none")
    func withoutTransactions() async throws {
        let broker = try await TestBroker.start(Self.topics, embedded: true)
        let producer = try await Producer(broker.configuration, transactionalID: "p", topics: Self.topics)
        #expect(!producer.isTransactional)
        try await producer.send(OutgoingRecord(topic: "t", key: nil, value: [1]))
        let consumer = try Consumer(broker.configuration, group: "g", topics: ["t"])
        let batch = try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero)
        try producer.begin()
        try await producer.enqueue(OutgoingRecord(topic: "t", key: nil, value: [2]))
        let offsets = consumer.committableOffsets(finishing: batch)
        #expect(offsets == [TopicPartition(topic: "t", partition: 0): 1])
        try await producer.commit(offsets: offsets, of: consumer)
        consumer.finish(batch)
        #expect(consumer.committableOffsets(finishing: []).isEmpty)
        let lag = try await Admin.groupLag(groups: [("g", "t")], broker.configuration)
        #expect(lag.map(\.committed) == [1])
        #expect(lag.map(\.high) == [2])
        try await producer.abort()
        await consumer.close()
        await producer.close()
    }

    @Test("topics are created by the broker itself, and differences are told in sentences")
    func topics() async throws {
        let broker = try await TestBroker.start(Self.topics, embedded: true)
        let wanted = Self.topics + [TopicDeclaration(name: "u", partitions: 2)]
        #expect(try await Admin.createTopics(wanted, broker.configuration).isEmpty)
        let problems = try await Admin.checkTopics(wanted, broker.configuration)
        #expect(problems == ["Topic \(broker.configuration.topicPrefix)u is missing; create it with 2 partitions."])
        #expect(await Admin.isReachable(broker.configuration))
    }
}
