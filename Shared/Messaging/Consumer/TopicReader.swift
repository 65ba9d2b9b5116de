internal import CRdKafka
import Synchronization

/// A reader outside any group: a topic's partitions or one of them, committed records only.
///
/// One task at a time may call `next` or `readToEnd`.
public final class TopicReader: Sendable {
    /// Where reading begins.
    public enum Start: Sendable {
        /// With the first record that the topic still has.
        case beginning
        /// With the first record that is written after `begin`, or after `next` was first called.
        case end
        /// With this offset; a gap where the topic has lost it.
        case offset(Int64)
    }

    /// Which partitions are read.
    public enum Partitions: Sendable {
        /// All that the topic has.
        case all
        /// One, by its number.
        case one(Int32)
        /// The one of records with this key.
        case ofKey([UInt8])
    }

    private struct State {
        /// The next offset of each partition, known once reading has started.
        var positions: [TopicPartition: Int64] = [:]
        var isClosed = false
    }

    private let client: KafkaClient
    private let topic: String
    private let partitions: Partitions
    private let start: Start
    private let state = Mutex(State())

    /// Makes a reader; the topic is named without the prefix.
    public init(
        _ configuration: MessagingConfiguration, topic: String, partitions: Partitions = .all, from start: Start
    ) throws {
        client = try KafkaClient(
            .consumer, configuration, defaults: ["isolation.level": "read_committed", "fetch.wait.max.ms": "100"],
            fixed: [
                // librdkafka asks for a group's name, though nothing joins or commits.
                "group.id": configuration.topicPrefix + "reader", "enable.auto.commit": "false",
                "enable.auto.offset.store": "false", "enable.partition.eof": "true", "auto.offset.reset": "error",
            ])
        rd_kafka_poll_set_consumer(client.raw)
        self.topic = topic
        self.partitions = partitions
        self.start = start
    }

    /// Fixes where reading begins, which `next` does otherwise.
    public func begin() async throws { try await assign() }

    /// Waits for the next record; order holds within a partition.
    public func next() async throws -> IncomingRecord {
        while true {
            if case .record(let record) = try await step() { return record }
        }
    }

    /// Waits for the next record until the deadline; nil if none came.
    public func next(deadline: ContinuousClock.Instant) async throws -> IncomingRecord? {
        repeat {
            if case .record(let record) = try await step(until: deadline) { return record }
        } while ContinuousClock.now < deadline
        return nil
    }

    /// Reads up to the end that every partition has now; empty where there is nothing new.
    public func readToEnd() async throws -> [IncomingRecord] {
        var records: [IncomingRecord] = []
        try await forEachToEnd { records.append($0) }
        return records
    }

    /// Gives one after the other the records up to the end that every partition has now, and holds none of them.
    public func forEachToEnd(_ body: (IncomingRecord) async throws -> Void) async throws {
        try await assign()
        let ends = try await client.retrying { [self] in try $0.ends(of: state.withLock { Array($0.positions.keys) }) }
        while state.withLock({ state in ends.contains { state.positions[$0.key] ?? 0 < $0.value.high } }) {
            if case .record(let record) = try await step() { try await body(record) }
        }
    }

    /// Ends the reader; a call under way throws.
    public func close() {
        state.withLock { $0.isClosed = true }
        wake()
    }

    private enum Step: Sendable {
        case record(IncomingRecord)
        case nothing
    }

    private func step(until deadline: ContinuousClock.Instant? = nil) async throws -> Step {
        try await assign()
        try Task.checkCancellation()
        return try await withTaskCancellationHandler {
            try await client.blocking { [self] client in
                let left = deadline.map { max(0, ($0 - .now) / .milliseconds(1)) } ?? 1000
                guard !state.withLock({ $0.isClosed }) else {
                    throw MessagingError(.closed, "the reader of topic \(topic) is closed")
                }
                guard let message = rd_kafka_consumer_poll(client.raw, Int32(min(left, 1000))) else { return .nothing }
                defer { rd_kafka_message_destroy(message) }
                return try take(message)
            }
        } onCancel: {
            wake()
        }
    }

    private func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>) throws(MessagingError) -> Step {
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            let record = IncomingRecord(message, prefix: client.configuration.topicPrefix)
            state.withLock { $0.positions[record.topicPartition] = record.offset + 1 }
            return .record(record)
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            // Past what a reader never sees: transaction markers and aborted records.
            let partition = TopicPartition(topic: topic, partition: message.pointee.partition)
            state.withLock { $0.positions[partition] = message.pointee.offset }
            return .nothing
        case let code:
            let detail = String(cString: rd_kafka_message_errstr(message))
            let error = client.fatalError ?? MessagingError(code, "read topic \(topic)", detail: detail)
            guard error.isFatal || [.gap, .unauthorized, .unknownTopic].contains(error.code) else { return .nothing }
            throw error
        }
    }

    /// Finds the topic's partitions and starts reading them, once.
    private func assign() async throws {
        guard state.withLock({ $0.positions.isEmpty }) else { return }
        try await client.retrying { [self] client in
            // Serves the error callback, which reports refused credentials; there are no records yet.
            if let event = rd_kafka_consumer_poll(client.raw, 0) { rd_kafka_message_destroy(event) }
            let name = client.configuration.topicPrefix + topic
            guard let count = try client.metadata(timeout: 1000)[name], count > 0 else {
                throw MessagingError(
                    .unknownTopic, "topic \(name) does not exist; create the suite's topics before reading them")
            }
            let numbers: [Int32] =
                switch partitions {
                case .all: Array(0..<Int32(count))
                case .one(let number): [number]
                case .ofKey(let key): [Partitioner.partition(forKey: key, count: count)]
                }
            let offsets = try client.ends(of: numbers.map { TopicPartition(topic: topic, partition: $0) })
                .mapValues { ends in
                    switch start {
                    case .beginning: ends.low
                    case .end: ends.high
                    case .offset(let offset): offset
                    }
                }
            let list = TopicPartitionList(offsets, prefix: client.configuration.topicPrefix)
            let error = list.lend { rd_kafka_assign(client.raw, $0) }
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw MessagingError(error, "read topic \(topic)") }
            state.withLock { $0.positions = offsets }
        }
    }

    private func wake() {
        let queue = rd_kafka_queue_get_consumer(client.raw)
        rd_kafka_queue_yield(queue)
        rd_kafka_queue_destroy(queue)
    }
}
