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

        // Who has read all of a transactional topic does not lag, though its last offsets are markers.
        let downstream = try Consumer(broker.configuration, group: "down", topics: ["out"])
        var count = 0
        while count < 20 {
            let batch = try await downstream.nextBatch(maximumRecords: 20, maximumBytes: 1 << 20, linger: .zero)
            count += batch.count
            downstream.finish(batch)
            try await downstream.commitFinished()
        }
        #expect(
            try await eventually {
                try await Admin.groupLag(groups: [("down", "out")], broker.configuration)
                    .allSatisfy { $0.committed == $0.high }
            })
        #expect(try await downstream.lag().values.allSatisfy { $0 == 0 })
        await downstream.close()
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
        #expect(await eventually { second.assignment.count == 1 && first.assignment.count == 1 })
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
}
