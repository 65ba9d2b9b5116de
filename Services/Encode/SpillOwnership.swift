import Events
import Foundation
import Genomics
import Messaging
import Storage
import Synchronization

/// Which state folder holds what of each run's partitions (table `spills`), and what must be read again from the topic.
///
/// A row belongs to another folder until everything up to the offset that was committed at the assignment is spilled here;
/// only then is it made this folder's, so a rebuild that is interrupted begins again.
final class SpillOwnership: Sendable {
    private struct RunPartition: Hashable {
        var run: Identifier
        var partition: Int32
    }

    private struct State {
        /// Where reading went on at the assignment: what was completed before that is out of this stage's hands.
        var committed: [Int32: Int64] = [:]
        /// Partitions of which another folder holds a part.
        var rebuilding: Set<Int32> = []
        /// Rows that are known to be written.
        var noted: Set<RunPartition> = []
        /// Shards that were not sent at the assignment: asked once, not once a record.
        var open: Set<ShardTable.Key> = []
        /// Shards whose examples are sent.
        var settled: Set<ShardTable.Key> = []
    }

    private let database: Database
    private let spill: SpillFolder
    private let state = Mutex(State())

    init(database: Database, folder: SpillFolder) {
        self.database = database
        spill = folder
    }

    /// Partitions were assigned; returns where to begin for those that another folder holds a part of.
    func assigned(
        _ partitions: [TopicPartition], committed: [TopicPartition: Int64]
    ) async throws -> [TopicPartition: Int64] {
        let numbers = partitions.map { Int64($0.partition) }
        try spill.refresh()
        let folder = spill.id
        let rows = try await database.query(
            """
            SELECT topic_partition, min(first_offset) AS first_offset FROM spills JOIN runs USING (run_id)
            WHERE runs.state IN ('opened', 'sealed') AND topic_partition = ANY(\(numbers))
                AND state_folder <> \(folder)
            GROUP BY topic_partition
            """)
        var firsts: [Int32: Int64] = [:]
        for row in rows {
            firsts[Int32(try row.decode("topic_partition", as: Int.self))] = try row.decode("first_offset")
        }
        let found = firsts
        state.withLock { state in
            state = State()
            for partition in partitions { state.committed[partition.partition] = committed[partition] ?? 0 }
            state.rebuilding = Set(found.keys)
        }
        var starts: [TopicPartition: Int64] = [:]
        for partition in partitions {
            if let first = found[partition.partition] { starts[partition] = min(first, committed[partition] ?? first) }
        }
        return starts
    }

    /// Whether a shard's examples are sent, so that a record of it that comes once more is of no use.
    func isSettled(_ key: ShardTable.Key, partition: Int32) async throws -> Bool {
        let (isSettled, isOpen, committed) = state.withLock {
            ($0.settled.contains(key), $0.open.contains(key), $0.committed[partition] ?? 0)
        }
        if isSettled || isOpen { return isSettled }
        let shard = key.shard.description
        let wasSent = try await !database.query(
            """
            SELECT 1 AS one FROM callability
            WHERE run_id = \(key.run.uuid) AND shard = \(shard) AND completed_by < \(committed)
            """
        ).isEmpty
        if !wasSent { state.withLock { _ = $0.open.insert(key) } }
        return wasSent
    }

    /// Notes that a shard's examples are sent.
    func settle(_ key: ShardTable.Key) { state.withLock { _ = $0.settled.insert(key) } }

    /// Writes what a spilled record changes in the table.
    func store(_ record: IncomingRecord, run: Identifier, on connection: Connection) async throws {
        let key = RunPartition(run: run, partition: record.partition)
        let (isNoted, isCaughtUp) = state.withLock { state in
            (
                state.noted.contains(key),
                state.rebuilding.contains(key.partition) && record.offset >= state.committed[key.partition] ?? 0
            )
        }
        let (folder, partition) = (spill.id, Int(record.partition))
        if !isNoted {
            try await connection.execute(
                """
                INSERT INTO spills (run_id, topic_partition, state_folder, first_offset)
                VALUES (\(run.uuid), \(partition), \(folder), \(record.offset)) ON CONFLICT DO NOTHING
                """)
        }
        if isCaughtUp {
            try await connection.execute(
                "UPDATE spills SET state_folder = \(folder) WHERE topic_partition = \(partition)")
        }
    }

    /// The record's rows are committed.
    func stored(_ record: IncomingRecord, run: Identifier) {
        state.withLock { state in
            state.noted.insert(RunPartition(run: run, partition: record.partition))
            if record.offset >= state.committed[record.partition] ?? 0 { state.rebuilding.remove(record.partition) }
        }
    }
}
