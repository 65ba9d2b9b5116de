import Synchronization

/// Makes a producer wait for the groups that read a topic, on a broker that drops what does not fit.
final class FlowControl: Sendable {
    private let client: KafkaClient
    private let readers: [String: [String]]
    private let ledger: FlowLedger
    private let partitionCounts = Mutex<[String: Int]>([:])

    init(_ client: KafkaClient, _ ledger: FlowLedger, topics: [TopicDeclaration]) {
        self.client = client
        self.ledger = ledger
        readers = Dictionary(topics.map { ($0.name, $0.readers) }, uniquingKeysWith: +)
    }

    /// Waits for room and reserves it; the partition is nil where the topic has no readers to wait for.
    ///
    /// - Returns: the record's partition, and whether it had to wait.
    func admit(_ record: OutgoingRecord, bytes: Int) async throws -> (partition: TopicPartition?, waited: Bool) {
        guard let groups = readers[record.topic], !groups.isEmpty else { return (nil, false) }
        try checkSize(of: record, bytes: bytes)
        let partition = TopicPartition(topic: record.topic, partition: try await self.partition(of: record))
        var waited = false
        while !ledger.reserve(bytes, on: partition) {
            let (high, committed) = try await client.retrying { client in
                let (low, high) = try client.watermarks(partition)
                let committed = try groups.map { try client.committed([partition], group: $0)[partition] ?? low }
                return (high, committed.min() ?? high)
            }
            ledger.learn(partition, high: high, committed: committed, wanted: bytes)
            if ledger.reserve(bytes, on: partition) { break }
            waited = true
            // The broker tells nobody when a group commits, so it has to be asked.
            try await Task.sleep(for: .milliseconds(20))
        }
        return (partition, waited)
    }

    /// Throws for a record that would push out what its readers have not read.
    func checkSize(of record: OutgoingRecord, bytes: Int) throws(MessagingError) {
        guard let groups = readers[record.topic], !groups.isEmpty, bytes > ledger.limit else { return }
        throw MessagingError(
            .recordTooLarge,
            "a record of \(bytes) bytes for topic \(record.topic) is over the \(ledger.limit) that this broker "
                + "can hold safely; split it, or use Apache Kafka")
    }

    private func partition(of record: OutgoingRecord) async throws -> Int32 {
        if let partition = record.partition { return partition }
        let topic = client.configuration.topicPrefix + record.topic
        var count = partitionCounts.withLock { $0[topic] }
        if count == nil {
            let counts = try await client.retrying { try $0.metadata() }
            partitionCounts.withLock { $0 = counts }
            count = counts[topic]
        }
        guard let count, count > 0 else {
            throw MessagingError(
                .unknownTopic, "topic \(topic) does not exist; create the suite's topics before writing to them")
        }
        return record.key.map { Partitioner.partition(forKey: $0, count: count) } ?? .random(in: 0..<Int32(count))
    }
}
