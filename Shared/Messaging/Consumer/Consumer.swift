internal import CRdKafka
import Synchronization

/// A member of a consumer group that buffers records and keeps track of which are finished.
///
/// A thread of its own polls whatever the handlers do, so a long one is not evicted; a full buffer pauses reading.
/// Lost records are an error, never skipped; brokers that are down are not, it keeps trying. It stays in the group until
/// `close`.
public final class Consumer: Sendable {
    let client: KafkaClient
    let rebalancing: Rebalancing
    let group: String
    private let thread: PollThread
    private let onAssignment: (@Sendable ([TopicPartition]) async throws -> [TopicPartition: Int64])?
    private let onRevocation: (@Sendable ([TopicPartition]) async -> Void)?

    /// Joins a group, named without the prefix.
    ///
    /// `instance` makes it a static member: one that comes back under this name within the session timeout keeps its
    /// partitions, and nobody else's move.
    ///
    /// `onAssignment` is called after partitions are assigned and before reading starts; offsets that it returns override
    /// the committed ones. The next rebalance cancels it. `onRevocation` is called when partitions are taken away, or
    /// were lost; the records that were read are no longer current then, and nobody else reads the partitions before it
    /// returns, unless they were lost.
    public init(
        _ configuration: MessagingConfiguration, group: String, topics: [String], instance: String? = nil,
        bufferBytes: Int = 16 << 20,
        onAssignment: (@Sendable ([TopicPartition]) async throws -> [TopicPartition: Int64])? = nil,
        onRevocation: (@Sendable ([TopicPartition]) async -> Void)? = nil
    ) throws {
        thread = try PollThread()
        let rebalancing = Rebalancing(bufferBytes: bufferBytes, prefix: configuration.topicPrefix)
        var fixed = [
            "group.id": configuration.topicPrefix + group, "enable.auto.commit": "false",
            "enable.auto.offset.store": "false", "auto.offset.reset": "error", "enable.partition.eof": "true",
        ]
        fixed["group.instance.id"] = instance
        client = try KafkaClient(
            .consumer, configuration,
            defaults: [
                "isolation.level": "read_committed", "session.timeout.ms": "8000", "heartbeat.interval.ms": "2000",
                "partition.assignment.strategy": "range",
                "queued.max.messages.kbytes": String(max(1024, bufferBytes >> 10)), "fetch.wait.max.ms": "100",
            ],
            fixed: fixed,
            events: ClientEvents(configuration, rebalance: rebalancing.rebalance))
        self.rebalancing = rebalancing
        self.group = group
        self.onAssignment = onAssignment
        self.onRevocation = onRevocation
        try start(topics)
    }

    /// The partitions that are being read.
    public var assignment: [TopicPartition] { rebalancing.state.withLock { Array($0.trackers.keys) } }

    /// What the consumer has done.
    public var statistics: MessagingStatistics {
        rebalancing.state.withLock { state in
            var statistics = state.statistics
            (statistics.queueDepth, statistics.queueBytes) = (state.bufferedRecords, state.bufferedBytes)
            return statistics
        }
    }

    /// Why the brokers cannot be used at present; nil while they can.
    ///
    /// Trouble passes by itself unless it is fatal.
    public var trouble: MessagingError? { client.fatalError ?? client.events.currentTrouble }

    /// Waits for at least one record, then takes up to the limits, lingering at most `linger` for more.
    ///
    /// A gap is thrown after the records before it, and again by every later call.
    public func nextBatch(
        maximumRecords: Int, maximumBytes: Int, linger: Duration
    ) async throws -> [IncomingRecord] {
        var deadline: ContinuousClock.Instant?
        while true {
            try Task.checkCancellation()
            let seen = rebalancing.arrivals.generation
            let lingersUntil = deadline
            let (batch, resumes, isEmpty) = try rebalancing.state.withLock { state in
                guard state.bufferedRecords > 0 else {
                    if state.isClosed { throw MessagingError(.closed, "the consumer is closed") }
                    if let failure = state.takeFailure() { throw failure }
                    return ([IncomingRecord](), false, true)
                }
                let isDue = lingersUntil.map { $0 <= .now } ?? (linger <= .zero)
                guard isDue || state.fillsBatch(records: maximumRecords, bytes: maximumBytes) else {
                    return ([], false, false)
                }
                let (batch, resumes) = state.take(records: maximumRecords, bytes: maximumBytes)
                return (batch, resumes, false)
            }
            if resumes { thread.wake() }
            if !batch.isEmpty { return batch }
            deadline = isEmpty ? nil : deadline ?? .now + linger
            await rebalancing.arrivals.wait(since: seen, until: deadline)
        }
    }

    /// The record's partition is still assigned, in the same assignment.
    public func isCurrent(_ record: IncomingRecord) -> Bool {
        rebalancing.state.withLock { $0.isCurrent(record) }
    }

    /// Puts records back to the front of the buffer, in order; those that are no longer current are dropped.
    public func requeue(_ records: [IncomingRecord]) {
        rebalancing.state.withLock { $0.requeue(records) }
        rebalancing.arrivals.notify()
    }

    /// Leaves the group, so that others take over at once.
    public func close() async {
        thread.stop()
        await thread.join()
    }

    private func start(_ topics: [String]) throws {
        guard let records = rd_kafka_queue_new(client.raw), let main = rd_kafka_queue_get_consumer(client.raw) else {
            throw MessagingError(.configuration, "could not make a queue for group \(group): out of memory")
        }
        rd_kafka_poll_set_consumer(client.raw)
        for queue in [records, main] {
            // A pipe rather than a callback: no Swift code runs on librdkafka's threads.
            rd_kafka_queue_io_event_enable(queue, thread.doorbell, "!", 1)
        }
        let list = TopicPartitionList(
            topics.map { TopicPartition(topic: $0, partition: -1) }, prefix: client.configuration.topicPrefix)
        let error = list.lend { rd_kafka_subscribe(client.raw, $0) }
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            rd_kafka_queue_destroy(records)
            rd_kafka_queue_destroy(main)
            throw MessagingError(error, "subscribe group \(group) to \(topics.joined(separator: ", "))")
        }
        nonisolated(unsafe) let (recordQueue, mainQueue) = (records, main)
        Task { await workOffChanges(recordQueue) }
        thread.start("kafka.consumer") { [self] thread in
            thread.pause()
            poll(recordQueue)
        } finally: { [self] in
            rd_kafka_consumer_close(client.raw)
            rebalancing.end()
            rebalancing.state.withLock { $0.isClosed = true }
            rebalancing.arrivals.notify()
            rd_kafka_queue_io_event_enable(recordQueue, -1, nil, 0)
            rd_kafka_queue_io_event_enable(mainQueue, -1, nil, 0)
            rd_kafka_queue_destroy(recordQueue)
            rd_kafka_queue_destroy(mainQueue)
        }
    }

    /// Serves callbacks and errors always, records while the buffer takes them.
    ///
    /// The records wait in a queue of their own: rebalances pass by them, and nothing has to be fetched twice, as it
    /// would after `rd_kafka_pause_partitions`.
    private func poll(_ records: OpaquePointer) {
        while let message = rd_kafka_consumer_poll(client.raw, 0) { take(message) }
        var isFirst = true
        while rebalancing.state.withLock({ $0.acceptsRecords }), let message = rd_kafka_consume_queue(records, 0) {
            take(message)
            if isFirst { rebalancing.arrivals.notify() }
            isFirst = false
        }
        if !isFirst { rebalancing.arrivals.notify() }
        commitEnds()
        if let refusal = client.events.refusal { fail(refusal) }
        client.probeWhileDown()
    }

    private func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        defer { rd_kafka_message_destroy(message) }
        let prefix = client.configuration.topicPrefix
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            client.events.noteContact()
            let record = IncomingRecord(message, prefix: prefix)
            rebalancing.state.withLock { $0.accept(record) }
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            let (partition, end) = (TopicPartition(message, prefix: prefix), message.pointee.offset)
            rebalancing.state.withLock { $0.reachEnd(of: partition, end) }
        default:
            if let error = consumerError(message) { fail(error) }
        }
    }

    private func fail(_ error: MessagingError) {
        rebalancing.state.withLock { $0.fail(error) }
        rebalancing.arrivals.notify()
    }

    /// The error that the consumer's user must know; the rest passes by itself.
    private func consumerError(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> MessagingError? {
        let detail = String(cString: rd_kafka_message_errstr(message))
        let error = client.fatalError ?? MessagingError(message.pointee.err, "read in group \(group)", detail: detail)
        guard error.code == .gap else {
            return error.isFatal || [.unauthorized, .unknownTopic].contains(error.code) ? error : nil
        }
        let partition = TopicPartition(message, prefix: client.configuration.topicPrefix)
        let expected = rebalancing.state.withLock { $0.trackers[partition]?.nextDelivery }
        return expected.map { MessagingError.gap(partition, expected: $0, found: nil) }
    }

    private func workOffChanges(_ records: OpaquePointer) async {
        var isAnnounced = false
        nonisolated(unsafe) let records = records
        for await change in rebalancing.changes {
            switch change {
            case .assigned(let partitions, let epoch):
                guard rebalancing.state.withLock({ $0.epoch }) == epoch else { continue }
                isAnnounced = true
                await rebalancing.prepare(epoch: epoch) { [self] in
                    let overrides = try await onAssignment?(partitions) ?? [:]
                    try await read(partitions, overrides: overrides, epoch: epoch, into: records)
                }
            case .revoked(let partitions, let finished):
                try? await giveUp(finished)
                if isAnnounced { await onRevocation?(partitions) }
                isAnnounced = false
                _ = try? await client.blocking { rd_kafka_assign($0.raw, nil) }
            }
        }
    }
}
