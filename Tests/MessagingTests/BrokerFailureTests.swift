import TestSupport
import Testing

@testable import Messaging

@Suite(.enabled(if: ApacheKafka.isInstalled, "a broker that fails and comes back is Apache Kafka: set KAFKA_HOME"))
struct BrokerFailureTests {
    static let topics = TransactionTests.topics

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
        #expect(await eventually { producer.statistics.transactionsCommitted > 3 })
        kafka.kill()
        #expect(await eventually { producer.trouble != nil && consumer.trouble != nil })
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

    @Test("a broker that comes back empty is an error, not a fresh start", .timeLimit(.minutes(2)))
    func emptyBroker() async throws {
        let kafka = try await ApacheKafka()
        let configuration = MessagingConfiguration(bootstrapServers: kafka.bootstrapServers)
        _ = try await Admin.createTopics(Self.topics, configuration)
        let producer = try await Producer(configuration, topics: [])
        try await producer.send(OutgoingRecord(topic: "in", key: nil, value: [1], partition: 0))
        await producer.close()
        let consumer = try Consumer(configuration, group: "g", topics: ["in"])
        let batch = try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero)
        consumer.finish(batch)
        try await consumer.commitFinished()
        kafka.kill()
        try await kafka.format()
        try await kafka.start()
        _ = try await Admin.createTopics(Self.topics, configuration)
        var failure: MessagingError?
        repeat {
            failure = await #expect(throws: MessagingError.self) {
                try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero)
            }
        } while failure?.isRetriable == true
        #expect(failure?.code == .gap)
        await consumer.close()
    }

    @Test("refused credentials are an error at once, and are not shown", .timeLimit(.minutes(1)))
    func credentials() async throws {
        let mechanism = "org.apache.kafka.common.security.plain.PlainLoginModule required"
        let kafka = try await ApacheKafka(
            protocol: "SASL_PLAINTEXT",
            properties: [
                "sasl.enabled.mechanisms": "PLAIN", "sasl.mechanism.inter.broker.protocol": "PLAIN",
                "listener.name.sasl_plaintext.plain.sasl.jaas.config":
                    "\(mechanism) username=\"broker\" password=\"b\" user_broker=\"b\" user_lab=\"right\";",
            ],
            client: [
                "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.username": "lab",
                "sasl.password": "right",
            ])
        #expect(try await Admin.createTopics(Self.topics, kafka.configuration).count == 2)
        let producer = try await Producer(kafka.configuration, transactionalID: "p", topics: [])
        await producer.close()
        var wrong = kafka.configuration
        wrong.properties["sasl.password"] = "wrong-secret"
        let attempts: [@Sendable (MessagingConfiguration) async throws -> Void] = [
            { _ = try await Producer($0, topics: []) },
            { _ = try await Admin.createTopics([], $0) },
            { configuration in
                let consumer = try Consumer(configuration, group: "g", topics: ["in"])
                defer { Task { await consumer.close() } }
                _ = try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1, linger: .zero)
            },
            { _ = try await TopicReader($0, topic: "in", from: .beginning).readToEnd() },
        ]
        for attempt in attempts {
            let error = await #expect(throws: MessagingError.self) { try await attempt(wrong) }
            #expect(error?.code == .unauthorized)
            #expect(error?.description.contains("wrong-secret") == false)
        }
    }
}
