internal import CRdKafka
import Synchronization

/// The records that the broker has not acknowledged, by the id that librdkafka carries for each, and their outcomes.
final class DeliveryRegistry: Sendable {
    typealias Position = (partition: Int32, offset: Int64)

    /// What is remembered of a record on its way.
    struct Entry {
        var bytes: Int
        var destination: TopicPartition?
        /// Someone asks for this record's own outcome, so `flush` does not report its failure.
        var isAwaited: Bool
        var waiter: CheckedContinuation<Position, any Error>?
    }

    private struct Flush {
        var lastID: UInt
        var remaining: Int
        var waiter: CheckedContinuation<Void, Never>
    }

    private struct State {
        var lastID: UInt = 0
        var entries: [UInt: Entry] = [:]
        var statistics = MessagingStatistics()
        var outcomes: [UInt: Result<Position, MessagingError>] = [:]
        var flushes: [Flush] = []
        var failure: MessagingError?

        mutating func remove(_ id: UInt) -> (entry: Entry, finished: [Flush])? {
            guard let entry = entries.removeValue(forKey: id) else { return nil }
            statistics.queueBytes -= entry.bytes
            for index in flushes.indices where id <= flushes[index].lastID { flushes[index].remaining -= 1 }
            let finished = flushes.filter { $0.remaining == 0 }
            flushes.removeAll { $0.remaining == 0 }
            return (entry, finished)
        }

        mutating func note(_ outcome: Result<Position, MessagingError>, of id: UInt, _ entry: Entry) {
            if entry.isAwaited, entry.waiter == nil { outcomes[id] = outcome }
            switch outcome {
            case .success:
                statistics.recordsOut += 1
                statistics.bytesOut += entry.bytes
            case .failure(let error):
                statistics.deliveryFailures += 1
                if !entry.isAwaited { failure = failure ?? error }
            }
        }
    }

    private let ledger: FlowLedger?
    private let state = Mutex(State())

    init(_ ledger: FlowLedger? = nil) {
        self.ledger = ledger
    }

    var statistics: MessagingStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.queueDepth = state.entries.count
            return statistics
        }
    }

    func count(_ change: (inout MessagingStatistics) -> Void) {
        state.withLock { change(&$0.statistics) }
    }

    func register(bytes: Int, destination: TopicPartition?, isAwaited: Bool) -> UInt {
        state.withLock { state in
            state.lastID += 1
            state.entries[state.lastID] = Entry(bytes: bytes, destination: destination, isAwaited: isAwaited)
            state.statistics.queueBytes += bytes
            return state.lastID
        }
    }

    /// The record was not taken: no outcome will come.
    func withdraw(_ id: UInt) {
        guard let (entry, finished) = state.withLock({ $0.remove(id) }) else { return }
        if let destination = entry.destination { ledger?.settle(entry.bytes, on: destination, offset: nil) }
        for flush in finished { flush.waiter.resume() }
    }

    /// Takes librdkafka's delivery report.
    @Sendable func report(_ message: UnsafePointer<rd_kafka_message_t>) {
        let error = message.pointee.err
        let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "its topic"
        complete(
            UInt(bitPattern: message.pointee._private),
            error == RD_KAFKA_RESP_ERR_NO_ERROR
                ? .success((message.pointee.partition, message.pointee.offset))
                : .failure(MessagingError(error, "deliver a record to \(topic)")))
    }

    /// Records an outcome and wakes who waits for it.
    func complete(_ id: UInt, _ outcome: Result<Position, MessagingError>) {
        let removed = state.withLock { state in
            let removed = state.remove(id)
            if let entry = removed?.entry { state.note(outcome, of: id, entry) }
            return removed
        }
        guard let (entry, finished) = removed else { return }
        if let destination = entry.destination {
            ledger?.settle(entry.bytes, on: destination, offset: try? outcome.get().offset)
        }
        entry.waiter?.resume(with: outcome.mapError { $0 })
        for flush in finished { flush.waiter.resume() }
    }

    /// Fails everything that is on its way.
    func failAll(_ error: MessagingError) {
        for id in state.withLock({ Array($0.entries.keys) }) { complete(id, .failure(error)) }
    }

    /// Waits for the outcome of a record that was registered as awaited.
    func outcome(of id: UInt) async throws -> Position {
        try await withCheckedThrowingContinuation { continuation in
            let outcome = state.withLock { state in
                let outcome = state.outcomes.removeValue(forKey: id)
                if outcome == nil { state.entries[id]?.waiter = continuation }
                return outcome
            }
            if let outcome { continuation.resume(with: outcome.mapError { $0 }) }
        }
    }

    /// Waits for every record that is on its way now, then throws and forgets the first failure.
    func flush() async throws {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                guard !state.entries.isEmpty else { return true }
                state.flushes.append(
                    Flush(lastID: state.lastID, remaining: state.entries.count, waiter: continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
        if let failure = takeFailure() { throw failure }
    }

    @discardableResult
    func takeFailure() -> MessagingError? {
        state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
    }
}
