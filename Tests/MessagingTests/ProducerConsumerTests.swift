import TestSupport
import Testing

@testable import Messaging

@Suite struct ProducerConsumerTests {
    @Test("records arrive with key, value, headers, tombstones and empty values as they were sent")
    func roundTrip() async throws {
        let topics = [TopicDeclaration(name: "t", partitions: 1)]
        let broker = try await TestBroker.start(topics)
        let producer = try await Producer(broker.configuration, topics: topics)
        let first = try await producer.send(
            OutgoingRecord(topic: "t", key: [1, 0, 255], value: [9], headers: [("ce_id", "a"), ("ce_id", "ö")]))
        #expect(first == (0, 0))
        try await producer.enqueue(OutgoingRecord(topic: "t", key: nil, value: nil))
        try await producer.enqueue(OutgoingRecord(topic: "t", key: [], value: [], partition: 0))
        try await producer.flush()
        #expect(producer.statistics.recordsOut == 3)
        #expect(producer.statistics.queueDepth == 0)

        let reader = try TopicReader(broker.configuration, topic: "t", from: .beginning)
        let records = try await reader.readToEnd()
        #expect(records.map(\.key) == [[1, 0, 255], nil, []])
        #expect(records.map(\.value) == [[9], nil, []])
        #expect(records.map(\.offset) == [0, 1, 2])
        #expect(records[0].headers.map(\.value) == ["a", "ö"])
        #expect(records[0].header("ce_id") == "ö")
        #expect(records[0].timestamp > 1_600_000_000_000)
        #expect(try await reader.readToEnd().isEmpty)
        #expect(try await reader.next(deadline: .now + .milliseconds(50)) == nil)
        try await producer.send(OutgoingRecord(topic: "t", key: nil, value: [7]))
        #expect(try await reader.next().value == [7])
        reader.close()
        await #expect(throws: MessagingError.self) { try await reader.next() }
        await producer.close()
        await #expect(throws: MessagingError.self) {
            try await producer.send(OutgoingRecord(topic: "t", key: nil, value: nil))
        }
    }

    @Test("keys choose the partition that Partitioner computes")
    func keyedPartition() async throws {
        let topics = [TopicDeclaration(name: "t", partitions: 7)]
        let broker = try await TestBroker.start(topics)
        let producer = try await Producer(broker.configuration, topics: topics)
        for key in ["21", "foobar", "abc", ""] {
            let (partition, _) = try await producer.send(OutgoingRecord(topic: "t", key: Array(key.utf8), value: [1]))
            #expect(partition == Partitioner.partition(forKey: Array(key.utf8), count: 7))
        }
        await producer.close()
    }

    @Test("a full queue makes the writer wait and loses nothing")
    func backPressure() async throws {
        let topics = [TopicDeclaration(name: "t", partitions: 1)]
        let broker = try await TestBroker.start(topics)
        var configuration = broker.configuration
        configuration.properties["queue.buffering.max.messages"] = "3"
        let producer = try await Producer(configuration, topics: topics)
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 as Range<UInt8> {
                group.addTask {
                    for number in 0..<50 as Range<UInt8> {
                        try await producer.enqueue(OutgoingRecord(topic: "t", key: [writer], value: [number]))
                    }
                }
            }
            try await group.waitForAll()
        }
        try await producer.flush()
        let records = try await TopicReader(broker.configuration, topic: "t", from: .beginning).readToEnd()
        #expect(records.count == 200)
        for writer in 0..<4 as Range<UInt8> {
            #expect(records.filter { $0.key == [writer] }.map { $0.value ?? [] } == (0..<50).map { [$0] })
        }
        await producer.close()
    }

    @Test("closing fails what is not acknowledged, and every waiter gets an answer")
    func closing() async throws {
        let broker = try await TestBroker.start([TopicDeclaration(name: "t", partitions: 1)], embedded: true)
        let producer = try await Producer(broker.configuration, topics: [])
        broker.stop()
        let outcome = Task { try await producer.send(OutgoingRecord(topic: "t", key: nil, value: [1])) }
        try await producer.enqueue(OutgoingRecord(topic: "t", key: nil, value: [2]))
        #expect(await eventually { producer.statistics.queueDepth == 2 })
        await producer.close()
        await #expect(throws: MessagingError.self) { _ = try await outcome.value }
        await #expect(throws: MessagingError.self) { try await producer.flush() }
        try await producer.flush()
    }

    @Test("a consumer of a broker that is gone says so, and closes all the same", .timeLimit(.minutes(1)))
    func goneBroker() async throws {
        let broker = try await TestBroker.start([TopicDeclaration(name: "t", partitions: 1)], embedded: true)
        let producer = try await Producer(broker.configuration, topics: [])
        try await producer.send(OutgoingRecord(topic: "t", key: nil, value: [1]))
        await producer.close()
        let consumer = try Consumer(broker.configuration, group: "g", topics: ["t"])
        let batch = try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero)
        #expect(consumer.trouble == nil)
        consumer.finish(batch)
        broker.stop()
        #expect(await eventually { consumer.trouble?.code == .unreachable })
        await consumer.close()
    }

    @Test("a large record passes, one above the limit is an error of its own")
    func large() async throws {
        let topics = [
            TopicDeclaration(name: "t", partitions: 1, configuration: ["max.message.bytes": "8388608"])
        ]
        let broker = try await TestBroker.start(topics)
        let producer = try await Producer(broker.configuration, topics: topics)
        let value = [UInt8](repeating: 7, count: 4 << 20)
        try await producer.send(OutgoingRecord(topic: "t", key: nil, value: value))
        let error = await #expect(throws: MessagingError.self) {
            try await producer.send(
                OutgoingRecord(topic: "t", key: nil, value: [UInt8](repeating: 0, count: 9 << 20)))
        }
        #expect(error?.code == .recordTooLarge)
        let reader = try TopicReader(broker.configuration, topic: "t", from: .beginning)
        #expect(try await reader.next().value == value)
        await producer.close()
    }

    @Test("waiting for a broker that is down can be cancelled, and credentials are not asked for")
    func unreachable() async throws {
        let configuration = MessagingConfiguration(bootstrapServers: "127.0.0.1:1")
        let start = Task { try await Producer(configuration, topics: []) }
        start.cancel()
        await #expect(throws: CancellationError.self) { try await start.value }
        #expect(await Admin.isReachable(configuration) == false)
    }
}
