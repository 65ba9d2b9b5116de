import Events
import Genomics
import Messaging
import Synchronization

/// What of each open lane is spilled, and who finishes it: counts and bits, whatever the number of its reads.
///
/// A lane is complete when its seal and as many different batches as the seal names are spilled, in whatever order they
/// came. The record that completes it finishes it, and finishes it again when it is delivered again. Shards of coordinate-sorted reads
/// are closed before that, by the batch that passes them.
///
/// A lane's records are taken one after another; those of several lanes side by side.
final class LaneTable: Sendable {
    typealias Shard = GenomeBins.Shard

    /// A lane as it is spilled.
    struct Entry: Sendable {
        /// The batches whose reads are spilled.
        private(set) var batches = BitSet()
        /// How many there are; nil until the seal is read.
        var expected: Int?
        /// The batches with reads of each shard that is not sent.
        private(set) var shards: [Shard: Int] = [:]
        /// Shards that no later batch adds to.
        private(set) var closed: Set<Shard> = []
        /// Shards that a batch closed and that are not sent, for when the batch is delivered again.
        private(set) var closers: [Int: [Shard]] = [:]
        /// The run's read groups.
        private(set) var readGroups: [ReadGroup] = []
        /// The offset of the record that completed the lane.
        var finisher: Int64?

        var isComplete: Bool { expected == batches.count }

        /// The shards that a batch closes which says how far coordinate-sorted reads are.
        func passed(by place: Shard, with own: some Sequence<Shard>) -> [Shard] {
            guard case .bin(let contig, let index) = place else { return [] }
            return Set(shards.keys).union(own).subtracting(closed).filter { shard in
                guard case .bin(let other, let bin) = shard else { return false }
                return other != contig || bin < index
            }.sorted()
        }

        /// Notes a batch that is spilled.
        mutating func add(_ batch: SpilledBatch, unit: Int) {
            guard batches.insert(unit) else { return }
            for shard in batch.shards { shards[shard, default: 0] += 1 }
            closed.formUnion(batch.closed)
            if !batch.closed.isEmpty { closers[unit] = batch.closed }
            if readGroups.isEmpty { readGroups = batch.readGroups }
        }

        /// Forgets shards that are sent.
        mutating func remove(_ sent: some Sequence<Shard>) {
            let gone = Set(sent)
            for shard in gone { shards[shard] = nil }
            for (unit, own) in closers {
                let left = own.filter { !gone.contains($0) }
                closers[unit] = left.isEmpty ? nil : left
            }
        }
    }

    private struct Held {
        var partition: TopicPartition
        var entry: Entry
    }

    private let lanes = Mutex<[Lane: Held]>([:])

    /// A lane as it is known; nil of one that is not.
    func entry(of lane: Lane) -> Entry? { lanes.withLock { $0[lane]?.entry } }

    /// Keeps what is known of a lane that a partition carries.
    func keep(_ entry: Entry, of lane: Lane, from partition: TopicPartition) {
        lanes.withLock { $0[lane] = Held(partition: partition, entry: entry) }
    }

    /// Forgets shards of a lane that are sent.
    func remove(_ shards: [Shard], of lane: Lane) { lanes.withLock { $0[lane]?.entry.remove(shards) } }

    /// Forgets a run that is over.
    func remove(_ run: Identifier) { lanes.withLock { $0 = $0.filter { $0.key.run != run } } }

    /// Forgets a finished lane.
    func remove(_ lane: Lane) { lanes.withLock { $0[lane] = nil } }

    /// Forgets the lanes of partitions that are another process's now.
    func remove(_ partitions: [TopicPartition]) {
        let gone = Set(partitions)
        lanes.withLock { lanes in lanes = lanes.filter { !gone.contains($0.value.partition) } }
    }
}
