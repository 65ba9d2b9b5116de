import TestSupport
import Testing

@testable import Messaging

/// What only a real broker can prove.
@Suite(.enabled(if: ApacheKafka.isInstalled, "real transactions need Apache Kafka: set KAFKA_HOME"))
struct TransactionTests {
    static let topics = ["in", "out"].map { TopicDeclaration(name: $0, partitions: 2) }

    static func fill(_ broker: TestBroker, count: UInt8) async throws {
        let producer = try await Producer(broker.configuration, topics: [])
        for number in 0..<count {
            try await producer.enqueue(OutgoingRecord(topic: "in", key: [number], value: [number]))
        }
        try await producer.flush()
        await producer.close()
    }

    @Test("aborted records are invisible, and their input comes again")
    func abort() async throws {
        let broker = try await TestBroker.start(Self.topics)
        try await Self.fill(broker, count: 20)
        let producer = try await Producer(broker.configuration, transactionalID: "p", topics: Self.topics)
        #expect(producer.isTransactional)
        let consumer = try Consumer(broker.configuration, group: "g", topics: ["in"])
        var done = 0
        var round = 0
        while done < 20 {
            let batch = try await consumer.nextBatch(maximumRecords: 4, maximumBytes: 1 << 20, linger: .zero)
            round += 1
            try producer.begin()
            for record in batch {
                try await producer.enqueue(OutgoingRecord(topic: "out", key: record.key, value: record.value))
            }
            if round % 2 == 1 {
                try await producer.abort()
                consumer.requeue(batch)
            } else {
                try await producer.commit(offsets: consumer.committableOffsets(finishing: batch), of: consumer)
                consumer.finish(batch)
                done += batch.count
            }
        }
        let output = try await TopicReader(broker.configuration, topic: "out", from: .beginning).readToEnd()
        #expect(output.compactMap { $0.value?.first }.sorted() == Array(0..<20))
        #expect(try await consumer.lag().values.allSatisfy { $0 == 0 })
        let lag = try await Admin.groupLag(groups: [("g", "in")], broker.configuration)
        #expect(lag.reduce(0) { $0 + ($1.committed ?? 0) } == 20)
        #expect(producer.statistics.transactionsAborted > 0)
        await consumer.close()
        await producer.close()
    }

    @Test("a second producer of the same id fences the first")
    func fencing() async throws {
        let broker = try await TestBroker.start(Self.topics)
        let first = try await Producer(broker.configuration, transactionalID: "p", topics: Self.topics)
        try first.begin()
        try await first.enqueue(OutgoingRecord(topic: "out", key: nil, value: [1]))
        try await first.flush()
        let second = try await Producer(broker.configuration, transactionalID: "p", topics: Self.topics)
        let error = await #expect(throws: MessagingError.self) { try await first.commit() }
        #expect(error?.isFatal == true)
        #expect(error?.code == .fenced)
        try second.begin()
        try await second.enqueue(OutgoingRecord(topic: "out", key: nil, value: [2]))
        try await second.commit()
        let output = try await TopicReader(broker.configuration, topic: "out", from: .beginning).readToEnd()
        #expect(output.map(\.value) == [[2]])
        await first.close()
        await second.close()
    }

    @Test("offsets of partitions that moved away cannot be committed")
    func movedPartitions() async throws {
        let broker = try await TestBroker.start(Self.topics)
        try await Self.fill(broker, count: 20)
        let producer = try await Producer(broker.configuration, transactionalID: "p", topics: Self.topics)
        let first = try Consumer(broker.configuration, group: "g", topics: ["in"])
        let batch = try await first.nextBatch(maximumRecords: 20, maximumBytes: 1 << 20, linger: .milliseconds(300))
        try producer.begin()
        try await producer.enqueue(OutgoingRecord(topic: "out", key: nil, value: [1]))
        let offsets = first.committableOffsets(finishing: batch)
        let second = try Consumer(broker.configuration, group: "g", topics: ["in"])
        #expect(try await eventually { second.assignment.count == 1 && first.assignment.count == 1 })
        #expect(!batch.contains(where: first.isCurrent))
        let error = await #expect(throws: MessagingError.self) {
            try await producer.commit(offsets: offsets, of: first)
        }
        #expect(error?.requiresAbort == true)
        try await producer.abort()
        await first.close()
        await second.close()
        await producer.close()
    }

    @Test("kill -9 of the broker in the middle loses nothing and repeats nothing", .timeLimit(.minutes(2)))
    func killedBroker() async throws {
        let kafka = try await ApacheKafka()
        let configuration = MessagingConfiguration(bootstrapServers: kafka.bootstrapServers)
        #expect(try await Admin.createTopics(Self.topics, configuration).sorted() == ["in", "out"])
        #expect(try await Admin.createTopics(Self.topics, configuration) == [])
        #expect(try await Admin.checkTopics(Self.topics, configuration) == [])
        let source = try await Producer(configuration, topics: [])
        let writer = Task {
            for number in 0..<200 as Range<UInt8> {
                try await source.send(OutgoingRecord(topic: "in", key: [number], value: [number]))
            }
        }
        let producer = try await Producer(configuration, transactionalID: "p", topics: Self.topics)
        let consumer = try Consumer(configuration, group: "g", topics: ["in"])
        let worker = Task {
            var done = 0
            while done < 200 {
                let batch = try await consumer.nextBatch(maximumRecords: 8, maximumBytes: 1 << 20, linger: .zero)
                do {
                    try producer.begin()
                    for record in batch {
                        try await producer.enqueue(OutgoingRecord(topic: "out", key: record.key, value: record.value))
                    }
                    try await producer.commit(offsets: consumer.committableOffsets(finishing: batch), of: consumer)
                    consumer.finish(batch)
                    done += batch.count
                } catch let error as MessagingError where error.requiresAbort {
                    try await producer.abort()
                    consumer.requeue(batch)
                }
            }
        }
        #expect(try await eventually { producer.statistics.transactionsCommitted > 3 })
        kafka.kill()
        #expect(try await eventually { producer.trouble != nil && consumer.trouble != nil })
        try await kafka.start()
        try await writer.value
        try await worker.value
        let output = try await TopicReader(configuration, topic: "out", from: .beginning).readToEnd()
        #expect(output.compactMap { $0.value?.first }.sorted() == Array(0..<200))
        #expect(producer.trouble == nil && consumer.trouble == nil)
        await consumer.close()
        await producer.close()
        await source.close()
    }
}
