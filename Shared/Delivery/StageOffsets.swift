import Messaging
import Storage
import Synchronization

/// How far a group is in its topics by the database (table `stage_offsets`), to hold against what the broker says.
///
/// The position is written in the transaction of the rows, so it is never behind the committed offset, unless the database
/// has lost its newest rows, as a standby may have that took over. What it lost is then read again.
public final class StageOffsets: Sendable {
    private let group: String
    private let database: Database
    private let messaging: MessagingConfiguration
    /// What the database is known to hold.
    private let known = Mutex<[TopicPartition: Int64]>([:])

    /// The positions of a group that is named without prefix.
    public init(group: String, database: Database, messaging: MessagingConfiguration) {
        self.group = group
        self.database = database
        self.messaging = messaging
    }

    /// Where each partition's reading goes on.
    public struct Assigned: Sendable {
        /// The offset that the broker knows, 0 where it knows none, or the one from which on rows are lost.
        public var starts: [TopicPartition: Int64]
        /// Partitions with records whose rows are lost.
        public var lost: [TopicPartition]
    }

    /// Partitions were assigned: compares both accounts of them.
    public func assigned(_ partitions: [TopicPartition]) async throws -> Assigned {
        var assigned = Assigned(starts: [:], lost: [])
        for partition in partitions { assigned.starts[partition] = 0 }
        var stored = try await positions()
        var doubtful: [TopicPartition: Int64] = [:]
        let topics = Set(partitions.map(\.topic)).sorted().map { (group: group, topic: $0) }
        for row in try await Admin.groupLag(groups: topics, messaging) {
            let partition = TopicPartition(topic: row.topic, partition: row.partition)
            guard assigned.starts[partition] != nil else { continue }
            assigned.starts[partition] = row.committed ?? 0
            guard let position = stored[partition] else { continue }
            if position > row.high {
                // The broker was replaced, or lost what was read: it counts from where it is now.
                try await forget(partition)
                stored[partition] = nil
            } else if let committed = row.committed, max(position, row.low) < committed {
                doubtful[partition] = max(position, row.low)
            }
        }
        // Only what no reader sees may lie between the two, such as the ends of transactions.
        for (partition, first) in try await Admin.firstRecords(from: doubtful, messaging)
        where first.offset < assigned.starts[partition] ?? 0 {
            assigned.starts[partition] = first.offset
            assigned.lost.append(partition)
        }
        let positions = stored.filter { assigned.starts[$0.key] != nil }
        known.withLock { $0 = positions }
        return assigned
    }

    /// Writes positions in the transaction of their rows; throws ``LocalStateLost`` where the database knows less than it did.
    public func store(_ offsets: [TopicPartition: Int64], on connection: Connection) async throws {
        guard !offsets.isEmpty else { return }
        let moved = offsets.sorted { ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition) }
        let (topics, numbers) = (moved.map(\.key.topic), moved.map { Int64($0.key.partition) })
        let positions = moved.map(\.value)
        let rows = try await connection.query(
            """
            WITH moved AS (
                SELECT * FROM unnest(\(topics)::text[], \(numbers)::bigint[], \(positions)::bigint[]) AS m (topic, number, position)
            ), before AS (
                SELECT s.topic, s.topic_partition, s.next_offset FROM stage_offsets s JOIN moved m
                    ON s.stage_group = \(group) AND s.topic = m.topic AND s.topic_partition = m.number
            ), written AS (
                INSERT INTO stage_offsets AS s (stage_group, topic, topic_partition, next_offset)
                SELECT \(group), topic, number::integer, position FROM moved
                ON CONFLICT (stage_group, topic, topic_partition) DO UPDATE SET
                    next_offset = greatest(s.next_offset, excluded.next_offset), moved_at = now()
            )
            SELECT topic, topic_partition, next_offset FROM before
            """)
        let before = try Self.positions(rows)
        let forgotten = known.withLock { known in
            offsets.keys.first { partition in known[partition].map { before[partition] ?? -1 < $0 } ?? false }
        }
        if let forgotten {
            throw LocalStateLost(
                "the database has lost rows: it no longer knows how far the group \(group) is in \(forgotten); what it "
                    + "forgot is read again")
        }
    }

    /// The positions are committed.
    public func stored(_ offsets: [TopicPartition: Int64]) { known.withLock { $0.merge(offsets) { max($0, $1) } } }

    /// The positions of the group as the database has them.
    private func positions() async throws -> [TopicPartition: Int64] {
        let rows = try await database.query(
            "SELECT topic, topic_partition, next_offset FROM stage_offsets WHERE stage_group = \(group)")
        return try Self.positions(rows)
    }

    private static func positions(_ rows: [Row]) throws -> [TopicPartition: Int64] {
        var positions: [TopicPartition: Int64] = [:]
        for row in rows {
            let partition = TopicPartition(
                topic: try row.decode("topic"), partition: Int32(try row.decode("topic_partition", as: Int.self)))
            positions[partition] = try row.decode("next_offset", as: Int64.self)
        }
        return positions
    }

    private func forget(_ partition: TopicPartition) async throws {
        let number = Int(partition.partition)
        try await database.execute(
            """
            DELETE FROM stage_offsets
            WHERE stage_group = \(group) AND topic = \(partition.topic) AND topic_partition = \(number)
            """)
    }
}
