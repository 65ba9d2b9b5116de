import Events
import Genomics
import Messaging
import Synchronization

/// Which batches of each open shard are spilled, and who finishes the shard.
///
/// A shard is complete when its seal and as many different batches as the seal names are spilled, in whatever order they
/// came. The record that completes it finishes it, and finishes it again when it is delivered again.
final class ShardTable: Sendable {
    struct Key: Hashable {
        var run: Identifier
        var shard: GenomeBins.Shard
    }

    private struct Entry {
        var partition: TopicPartition
        var batches: Set<Int> = []
        var expected: Int?
        var finisher: Int64?
    }

    private let entries = Mutex<[Key: Entry]>([:])

    /// Notes a spilled frame that came as the record at `offset`; `spilled` lists what a shard that is not known yet
    /// has on disk.
    ///
    /// Returns whether this record is to finish the shard.
    func note(
        _ frame: SpillFrame, key: Key, partition: TopicPartition, offset: Int64, spilled: () throws -> [SpillFrame]
    ) rethrows -> Bool {
        try entries.withLock { entries in
            var entry: Entry
            if let known = entries[key] {
                entry = known
            } else {
                entry = Entry(partition: partition)
                for frame in try spilled() { Self.add(frame, to: &entry) }
            }
            Self.add(frame, to: &entry)
            let isComplete = entry.expected == entry.batches.count
            if isComplete, entry.finisher == nil { entry.finisher = offset }
            entries[key] = entry
            return isComplete && entry.finisher == offset
        }
    }

    /// Forgets a run that is over.
    func remove(_ run: Identifier) { entries.withLock { $0 = $0.filter { $0.key.run != run } } }

    /// Forgets a finished shard.
    func remove(_ key: Key) { entries.withLock { $0[key] = nil } }

    /// Forgets the shards of partitions that are another process's now.
    func remove(_ partitions: [TopicPartition]) {
        let gone = Set(partitions)
        entries.withLock { entries in entries = entries.filter { !gone.contains($0.value.partition) } }
    }

    private static func add(_ frame: SpillFrame, to entry: inout Entry) {
        switch frame.kind {
        case .batch: entry.batches.insert(frame.unit)
        case .seal: entry.expected = frame.unit
        }
    }
}
