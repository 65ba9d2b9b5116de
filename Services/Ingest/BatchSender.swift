import Events
import Messaging
import ServiceRuntime
import Storage

/// Sends a run's records in their one order, in transactions bounded by bytes and time, and remembers in the database how
/// many are known to be in their topics, so that a restarted run passes over them.
///
/// Used by one task at a time.
final class BatchSender {
    private let producer: Producer
    private let database: Database
    private let consumed: (consumer: Consumer, record: IncomingRecord)?

    private var run: Identifier?
    private var alreadySent = 0
    private var position = 0
    private var isOpen = false
    private var openBytes = 0
    private var openedAt = ContinuousClock.now

    private static let transactionBytes = 4 << 20
    private static let transactionTime: Duration = .milliseconds(500)

    init(producer: Producer, database: Database, consumed: (consumer: Consumer, record: IncomingRecord)?) {
        self.producer = producer
        self.database = database
        self.consumed = consumed
    }

    /// Starts a run of which the first `alreadySent` records are in their topics.
    func start(run: Identifier, alreadySent: Int) {
        self.run = run
        self.alreadySent = alreadySent
        position = 0
    }

    /// Sends the next record of the run, unless it is known to be sent.
    func add(_ record: OutgoingRecord) async throws {
        position += 1
        if position > alreadySent { try await send(record) }
    }

    /// Sends a record, whatever was sent before.
    func send(_ record: OutgoingRecord) async throws {
        if let consumed, !consumed.consumer.isCurrent(consumed.record) {
            // Another process has the request now; it sends what is left.
            await abort()
            throw MessagingError(.rebalanced, "the request was handed to another ingest process")
        }
        if !isOpen {
            if producer.isTransactional { try producer.begin() }
            isOpen = true
            openBytes = 0
            openedAt = .now
        }
        do {
            try await producer.enqueue(record)
        } catch {
            await abort()
            throw error
        }
        openBytes += record.value?.count ?? 0
        if openBytes >= Self.transactionBytes || ContinuousClock.now - openedAt > Self.transactionTime {
            try await commitOpen()
        }
    }

    /// Sends what is open and moves the request's offset: the run is out of this stage's hands.
    func finish() async throws {
        guard let consumed else {
            try await commit(moving: [:])
            return
        }
        if !isOpen, producer.isTransactional {
            try producer.begin()
            isOpen = true
        }
        if producer.isTransactional {
            try await commit(moving: consumed.consumer.committableOffsets(finishing: [consumed.record]))
            consumed.consumer.finish([consumed.record])
        } else {
            try await commit(moving: [:])
            consumed.consumer.finish([consumed.record])
            try await consumed.consumer.commitFinished()
        }
    }

    /// Sends what is open.
    func commitOpen() async throws { try await commit(moving: [:]) }

    private func commit(moving offsets: [TopicPartition: Int64]) async throws {
        guard isOpen else { return }
        do {
            if producer.isTransactional {
                if let consumed {
                    try await producer.commit(offsets: offsets, of: consumed.consumer)
                } else {
                    try await producer.commit()
                }
            } else {
                try await producer.flush()
            }
        } catch {
            await abort()
            throw error
        }
        isOpen = false
        if let run, position > alreadySent {
            let sent = position
            try await database.execute("UPDATE runs SET batches_sent = \(sent) WHERE run_id = \(run.uuid)")
        }
    }

    private func abort() async {
        guard isOpen else { return }
        isOpen = false
        if producer.isTransactional { try? await producer.abort() }
    }
}
