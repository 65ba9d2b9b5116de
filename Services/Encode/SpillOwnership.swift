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

    /// What of a lane is sent, so that what comes of it once more is of no use.
    struct Sent: Sendable {
        /// The whole lane is.
        var isWhole = false
        /// Shards that are.
        var shards: Set<GenomeBins.Shard> = []
    }

    private struct State {
        /// Where reading went on at the assignment: what was completed before that is out of this stage's hands.
        var committed: [Int32: Int64] = [:]
        /// Partitions of which another folder holds a part.
        var rebuilding: Set<Int32> = []
        /// Rows that are known to be written.
        var noted: Set<RunPartition> = []
        /// Lanes of which something was read since the assignment.
        var lanes: [Lane: Sent] = [:]
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

    /// What of a lane is sent; the database is asked once an assignment.
    func sent(of lane: Lane, partition: Int32, isOwn: (GenomeBins.Shard) -> Bool) async throws -> Sent {
        let (known, committed) = state.withLock { ($0.lanes[lane], $0.committed[partition] ?? 0) }
        if let known { return known }
        let (run, number) = (lane.run.uuid, lane.number)
        var sent = Sent()
        sent.isWhole = try await !database.query(
            """
            SELECT 1 AS one FROM run_lanes
            WHERE run_id = \(run) AND lane = \(number)::integer AND completed_by < \(committed)
            """
        ).isEmpty
        for row in try await database.query(
            "SELECT shard FROM callability WHERE run_id = \(run) AND completed_by < \(committed)")
        {
            if let shard = GenomeBins.Shard(try row.decode("shard", as: String.self)), isOwn(shard) {
                sent.shards.insert(shard)
            }
        }
        let found = sent
        return state.withLock { state in
            state.lanes[lane] = state.lanes[lane] ?? found
            return state.lanes[lane] ?? found
        }
    }

    /// Whether a shard's examples are sent since the assignment, or were before.
    func isSent(_ shard: GenomeBins.Shard, of lane: Lane) -> Bool {
        state.withLock { $0.lanes[lane].map { $0.isWhole || $0.shards.contains(shard) } ?? false }
    }

    /// Notes that a shard's examples are sent.
    func sent(_ shard: GenomeBins.Shard, of lane: Lane) {
        state.withLock { state in _ = state.lanes[lane, default: Sent()].shards.insert(shard) }
    }

    /// Notes that all of a lane is sent.
    func sentAll(of lane: Lane) { state.withLock { $0.lanes[lane] = Sent(isWhole: true) } }

    /// Forgets a run that is over.
    func forget(_ run: Identifier) {
        state.withLock { state in
            state.lanes = state.lanes.filter { $0.key.run != run }
            state.noted = state.noted.filter { $0.run != run }
        }
    }

    /// Writes what a spilled record changes in the table.
    ///
    /// Rows of a batch are written in the order of their keys, so the first one that is written is not always the first one that was read.
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
                VALUES (\(run.uuid), \(partition), \(folder), \(record.offset))
                ON CONFLICT (run_id, topic_partition) DO UPDATE SET first_offset = excluded.first_offset
                WHERE excluded.first_offset < spills.first_offset
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
