import Delivery
import Events
import Genomics
import Messaging
import Runs

/// Sorts the batches of lanes into the files of their shards.
struct LaneSpill: Sendable {
    typealias Shard = GenomeBins.Shard

    let folder: SpillFolder
    let table: LaneTable

    /// A record of a lane.
    enum Content {
        case batch(unit: Int, bam: [UInt8], passed: Shard?)
        /// A batch that could not be used: its lane goes on without it.
        case lost(unit: Int)
        case seal(batches: Int)
    }

    /// A lane after a record.
    struct Taken: Sendable {
        var entry: LaneTable.Entry
        /// Shards that the record's batch closes.
        var closes: [Shard]
    }

    /// Takes a record; one that was taken before changes nothing.
    ///
    /// Blocks. The reads of each shard are on disk before the journal says that the batch is, so a batch counts only when all of it does.
    func take(
        _ content: Content, of lane: Lane, among lanes: Int, from partition: TopicPartition, bins: GenomeBins,
        contigs: [String: Int], sent: Set<Shard>
    ) throws -> Taken {
        var entry = try table.entry(of: lane) ?? load(lane)
        // What is known of the lane stays right whatever fails below.
        table.keep(entry, of: lane, from: partition)
        var closes: [Shard] = []
        switch content {
        case .seal(let batches):
            if entry.expected == nil {
                try folder.append(SpillFrame(kind: .seal, unit: batches, payload: []), lane: lane)
                entry.expected = batches
            }
        case .lost(let unit):
            if !entry.batches.contains(unit) { try note(SpilledBatch(), unit, in: lane, &entry) }
        case .batch(let unit, let bam, let passed):
            if !entry.batches.contains(unit) {
                var batch = try spill(
                    bam, unit, of: lane, among: lanes, bins: bins, contigs: contigs, leaving: entry.closed.union(sent),
                    isFirst: entry.readGroups.isEmpty)
                if let passed { batch.closed = entry.passed(by: passed, with: batch.shards) }
                try note(batch, unit, in: lane, &entry)
            }
            closes = entry.closers[unit] ?? []
        }
        table.keep(entry, of: lane, from: partition)
        return Taken(entry: entry, closes: closes)
    }

    private func note(_ batch: SpilledBatch, _ unit: Int, in lane: Lane, _ entry: inout LaneTable.Entry) throws {
        try folder.append(SpillFrame(kind: .batch, unit: unit, payload: batch.encoded()), lane: lane)
        entry.add(batch, unit: unit)
    }

    private func spill(
        _ bam: [UInt8], _ unit: Int, of lane: Lane, among lanes: Int, bins: GenomeBins, contigs: [String: Int],
        leaving gone: Set<Shard>, isFirst: Bool
    ) throws -> SpilledBatch {
        let (header, records) = try RejectedRecord.unless { try AlignmentBatch.decode(bam, contigs: contigs) }
        var byShard: [Shard: [BAMRecord]] = [:]
        for record in records {
            for shard in bins.destinations(of: record)
            where bins.lane(of: shard, among: lanes) == lane.number && !gone.contains(shard) {
                byShard[shard, default: []].append(record)
            }
        }
        var batch = SpilledBatch()
        batch.shards = byShard.keys.sorted()
        if isFirst { batch.readGroups = header.readGroups }
        for shard in batch.shards {
            let own = byShard[shard] ?? []
            // Reads without a position only count, so only their measures are kept.
            let payload = shard == .unplaced ? try UnplacedReads(own).spilled() : SpilledReads.encode(own)
            try folder.append(SpillFrame(kind: .batch, unit: unit, payload: payload), lane: lane, shard: shard)
        }
        return batch
    }

    /// What the journal of a lane says.
    private func load(_ lane: Lane) throws -> LaneTable.Entry {
        var entry = LaneTable.Entry()
        try folder.forEachFrame(of: lane) { frame in
            switch frame.kind {
            case .seal: entry.expected = frame.unit
            case .batch:
                if frame.unit <= BitSet.largest {
                    entry.add(try SpilledBatch(decoding: frame.payload), unit: frame.unit)
                }
            }
        }
        return entry
    }
}
