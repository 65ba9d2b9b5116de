internal import CRdKafka

/// Writes records to topics: idempotently, in transactions where the broker has them, and no faster than it takes them.
///
/// Waiting for room can be cancelled. Waiting for acknowledgements (`send`, `flush`) cannot, so that a unit of work in
/// hand can be finished; `message.timeout.ms` bounds it. `commit` and `abort` end 20 seconds after a cancellation.
public final class Producer: Sendable {
    /// What the broker can do.
    public let capabilities: BrokerCapabilities
    /// `begin`, `commit` and `abort` are Kafka transactions; without them, `commit` flushes and commits offsets.
    public let isTransactional: Bool

    let client: KafkaClient
    let deliveries: DeliveryRegistry
    private let flowControl: FlowControl?
    private let room = AsyncCondition()
    private let thread: PollThread

    /// Connects, asks the broker what it can do, and registers the transactional id, which fences its earlier owner.
    ///
    /// Waits for the broker until cancelled; throws where it refuses the credentials. `topics` are those that the
    /// producer writes to: their readers are waited for on brokers of bounded capacity.
    public init(
        _ configuration: MessagingConfiguration, transactionalID: String? = nil, topics: [TopicDeclaration]
    ) async throws {
        thread = try PollThread()
        let probe = try KafkaClient(.producer, configuration)
        capabilities = try await probe.retrying {
            // Serves the error callback, which reports refused credentials.
            rd_kafka_poll($0.raw, 0)
            return try $0.capabilities()
        }
        isTransactional = transactionalID != nil && capabilities.transactions
        var fixed = [
            "enable.idempotence": "true", "partitioner": "murmur2_random", "delivery.report.only.error": "false",
        ]
        if let transactionalID, isTransactional {
            fixed["transactional.id"] = configuration.topicPrefix + transactionalID
        }
        let ledger = capabilities.topicCapacityBytes.map(FlowLedger.init(capacity:))
        let deliveries = DeliveryRegistry(ledger)
        client = try KafkaClient(
            .producer, configuration, defaults: ["linger.ms": "5", "transaction.timeout.ms": "60000"], fixed: fixed,
            events: ClientEvents(configuration, delivery: deliveries.report))
        self.deliveries = deliveries
        flowControl = ledger.flatMap { [client] in FlowControl(client, $0, topics: topics) }
        thread.start("kafka.producer") { [client, room] _ in
            // Delivery reports free their records only after the callback, hence the notification here.
            if rd_kafka_poll(client.raw, 500) > 0 { room.notify() }
            client.probeWhileDown()
        }
        if isTransactional {
            do {
                try await client.retrying { client in
                    if let error = rd_kafka_init_transactions(client.raw, 5000) {
                        throw MessagingError(consuming: error, "register the transactional id")
                    }
                }
            } catch {
                stop()
                throw error
            }
        }
    }

    deinit {
        stop()
    }

    /// What the producer has done.
    public var statistics: MessagingStatistics { deliveries.statistics }

    /// Why the brokers cannot be used at present; nil while they can.
    ///
    /// Trouble passes by itself unless it is fatal.
    public var trouble: MessagingError? { client.fatalError ?? client.events.currentTrouble }

    /// Throws `recordTooLarge` for a record that this client, or flow control on a broker of bounded capacity, will not take.
    ///
    /// A broker that is configured to take less says so only when it gets the record.
    public func checkSize(of record: OutgoingRecord) throws {
        let bytes = record.estimatedBytes
        try flowControl?.checkSize(of: record, bytes: bytes)
        guard bytes <= client.largestRecord else {
            throw MessagingError(
                .recordTooLarge,
                "a record of \(bytes) bytes for topic \(record.topic) is over the \(client.largestRecord) that a record may "
                    + "have; raise message.max.bytes here and max.message.bytes of the topic, or make smaller units")
        }
    }

    /// Queues a record; `flush` waits for its acknowledgement.
    ///
    /// Waits for room in the queue, and for reading groups where the broker's capacity is bounded.
    public func enqueue(_ record: OutgoingRecord) async throws {
        _ = try await queue(record, isAwaited: false)
    }

    /// Writes a record and waits for its acknowledgement.
    @discardableResult
    public func send(_ record: OutgoingRecord) async throws -> (partition: Int32, offset: Int64) {
        try await deliveries.outcome(of: queue(record, isAwaited: true))
    }

    /// Waits until every enqueued record is acknowledged; throws the first delivery failure, once.
    public func flush() async throws {
        try await deliveries.flush()
    }

    /// Ends the client; records that are not acknowledged yet fail, so flush before.
    public func close() async {
        stop()
        await thread.join()
        _ = try? await client.blocking { client in
            rd_kafka_purge(client.raw, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            rd_kafka_poll(client.raw, 0)
        }
        deliveries.failAll(Self.closed)
        room.notify()
    }

    /// Waits until nothing is on its way, but no longer than the limit; cancellation does not shorten it.
    func settle(within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        await Task { [room, deliveries] in
            while .now < deadline {
                let seen = room.generation
                if deliveries.statistics.queueDepth == 0 { return }
                await room.wait(since: seen, until: deadline)
            }
        }.value
    }

    private static let closed = MessagingError(
        .closed, "the producer was closed, and the record not acknowledged; flush before closing")

    private func stop() {
        thread.stop()
        let queue = rd_kafka_queue_get_main(client.raw)
        rd_kafka_queue_yield(queue)
        rd_kafka_queue_destroy(queue)
    }

    private func queue(_ record: OutgoingRecord, isAwaited: Bool) async throws -> UInt {
        let bytes = record.estimatedBytes
        var record = record
        var destination: TopicPartition?
        if let flowControl {
            let (partition, waited) = try await flowControl.admit(record, bytes: bytes)
            if waited { deliveries.count { $0.flowControlWaits += 1 } }
            destination = partition
            record.partition = partition?.partition ?? record.partition
        }
        let id = deliveries.register(bytes: bytes, destination: destination, isAwaited: isAwaited)
        do {
            while true {
                try Task.checkCancellation()
                let seen = room.generation
                guard !thread.isStopping else { throw Self.closed }
                switch client.produce(record, id: id) {
                case RD_KAFKA_RESP_ERR_NO_ERROR:
                    // Closed in between, it would get no delivery report.
                    if thread.isStopping { deliveries.complete(id, .failure(Self.closed)) }
                    return id
                case RD_KAFKA_RESP_ERR__QUEUE_FULL: await room.wait(since: seen)
                case let error: throw client.fatalError ?? MessagingError(error, "write to topic \(record.topic)")
                }
            }
        } catch {
            deliveries.withdraw(id)
            throw error
        }
    }
}

extension KafkaClient {
    /// Hands a record to librdkafka, which copies it; `id` comes back with the delivery report.
    fileprivate func produce(_ record: OutgoingRecord, id: UInt) -> rd_kafka_resp_err_t {
        let headers = rd_kafka_headers_new(record.headers.count)
        for (name, value) in record.headers {
            rd_kafka_header_add(headers, name, -1, value, value.utf8.count)
        }
        let error = withBytes(record.key) { key, keyCount in
            withBytes(record.value) { value, valueCount in
                rd_kafka_produce_copy(
                    raw, configuration.topicPrefix + record.topic, record.partition ?? -1, key, keyCount, value,
                    valueCount, headers, UnsafeMutableRawPointer(bitPattern: id))
            }
        }
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { rd_kafka_headers_destroy(headers) }
        return error
    }
}

/// A null pointer for nil, and an address even for an empty array, which librdkafka tells apart.
private func withBytes<Result>(_ bytes: [UInt8]?, _ body: (UnsafeRawPointer?, Int) -> Result) -> Result {
    guard let bytes else { return body(nil, 0) }
    guard !bytes.isEmpty else { return withUnsafeBytes(of: UInt8(0)) { body($0.baseAddress, 0) } }
    return bytes.withUnsafeBytes { body($0.baseAddress, $0.count) }
}
