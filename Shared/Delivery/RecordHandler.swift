import Messaging
import Storage

/// What a handled record leads to.
///
/// Nothing of it is visible before the ``Processor`` has moved the record's offset with it.
public struct Effects: Sendable {
    /// Records that follow from the input alone; their ids are the same whenever the input is delivered again.
    public var outputs: [OutgoingRecord]
    /// Writes rows in the batch's transaction and returns records that follow from them.
    ///
    /// It may run more than once and must then leave the same rows. It is short: all records of the batch share the transaction, and other
    /// processes wait for the rows that it locks.
    public var store: (@Sendable (Connection) async throws -> [OutgoingRecord])?
    /// Writes the rows that other processes wait for, such as counters, once all records of the batch have stored theirs; returns
    /// records that follow from them.
    ///
    /// Those of a batch are written in the order of the records' keys, so that no two processes lock the same rows in
    /// different orders, and last, so that none holds them for long.
    public var count: (@Sendable (Connection) async throws -> [OutgoingRecord])?
    /// What would be too much for one transaction, in parts that are made and applied before the rest, each of them as often as
    /// it is needed: a part is handled like a record of its own, but the offset moves with the whole.
    public var parts: [@Sendable () async throws -> Effects]
    /// Does what is long, such as making a document, once the rows are committed and before anything is sent; returns records that follow.
    ///
    /// It may run more than once, also in two processes, and has transactions of its own.
    public var finish: (@Sendable () async throws -> [OutgoingRecord])?
    /// Runs once the offset has moved: the place to drop local state that is no longer needed.
    public var settled: (@Sendable () async -> Void)?
    /// Makes effects; without arguments, none.
    public init(
        outputs: [OutgoingRecord] = [], store: (@Sendable (Connection) async throws -> [OutgoingRecord])? = nil,
        count: (@Sendable (Connection) async throws -> [OutgoingRecord])? = nil,
        parts: [@Sendable () async throws -> Effects] = [],
        finish: (@Sendable () async throws -> [OutgoingRecord])? = nil,
        settled: (@Sendable () async -> Void)? = nil
    ) {
        self.outputs = outputs
        self.store = store
        self.count = count
        self.parts = parts
        self.finish = finish
        self.settled = settled
    }
}

/// A record that no retry will make usable: it goes to the dead letters.
public struct RejectedRecord: Error, Sendable, CustomStringConvertible {
    /// What is wrong with it, where, and what to do.
    public var description: String

    /// Makes a rejection of a reason.
    public init(_ reason: String) { description = reason }
}

/// What a record belongs to cannot go on, through no fault of the record's: it is given up for this reason.
public struct AbandonedUnit: Error, Sendable, CustomStringConvertible {
    /// What happened and what to do about it.
    public var description: String

    /// Makes an error of a reason.
    public init(_ reason: String) { description = reason }
}

/// Local state is lost: the process leaves its group and joins again, and the handler says where to read on from.
public struct LocalStateLost: Error, Sendable, CustomStringConvertible {
    /// What is lost.
    public var description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}

/// A stage's own work, plugged into the ``Processor``.
public protocol RecordHandler: Sendable {
    /// Turns records into effects, one result a record, in order.
    ///
    /// Only a thrown ``RejectedRecord`` sends the record to the dead letters. ``AbandonedUnit`` gives up what it belongs to,
    /// ``LocalStateLost`` begins a new session; any other error is waited for, and the record is handled again until it
    /// succeeds.
    func handle(_ records: [IncomingRecord], workers: Int) async -> [Result<Effects, any Error>]

    /// Turns one record into effects.
    func handle(_ record: IncomingRecord) async throws -> Effects

    /// What a record leads to that went to the dead letters, so that its run still closes; errors as in handling.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects

    /// What a record leads to whose effects, or those of its rejection, can never be kept: whatever it belongs to is given
    /// up, and nothing is counted.
    func effects(ofAbandoned record: IncomingRecord, reason: String) async throws -> Effects

    /// Partitions were assigned; `committed` is where their reading goes on, 0 where nothing is committed. Returns where
    /// to start instead.
    func assigned(
        _ partitions: [TopicPartition], committed: [TopicPartition: Int64]
    ) async throws -> [TopicPartition: Int64]

    /// The topic has lost records that were not handled; what depends on them is to be given up for this reason.
    func lostRecords(_ reason: String) async throws

    /// The database has lost rows of records that were read: they are read again, and local state must not rely on them.
    func lostRows(of partitions: [TopicPartition]) async throws

    /// Partitions were taken away: local state of them is no longer this process's to use.
    func revoked(_ partitions: [TopicPartition]) async
}

extension RecordHandler {
    /// Handles records side by side, at most `workers` at a time.
    public func handle(_ records: [IncomingRecord], workers: Int) async -> [Result<Effects, any Error>] {
        await withTaskGroup(of: Handled.self) { group in
            var handled: [Handled] = []
            for (index, record) in records.enumerated() {
                if index >= max(1, workers), let one = await group.next() { handled.append(one) }
                group.addTask { Handled(index: index, result: await self.result(of: record)) }
            }
            for await one in group { handled.append(one) }
            return handled.sorted { $0.index < $1.index }.map(\.result)
        }
    }

    private func result(of record: IncomingRecord) async -> Result<Effects, any Error> {
        do {
            return .success(try await handle(record))
        } catch {
            return .failure(error)
        }
    }

    /// Whatever follows from a rejected record.
    public func effects(ofAbandoned record: IncomingRecord, reason: String) async throws -> Effects {
        try await effects(ofRejected: record, reason: reason)
    }

    /// Reading starts at the committed offsets.
    public func assigned(
        _ partitions: [TopicPartition], committed: [TopicPartition: Int64]
    ) async throws -> [TopicPartition: Int64] { [:] }

    /// Nothing depends on the records.
    public func lostRecords(_ reason: String) async throws {}

    /// There is no local state.
    public func lostRows(of partitions: [TopicPartition]) async throws {}

    /// There is no local state.
    public func revoked(_ partitions: [TopicPartition]) async {}
}

private struct Handled: Sendable {
    var index: Int
    var result: Result<Effects, any Error>
}
