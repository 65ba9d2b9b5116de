import Delivery
import Events
import Genomics
import Messaging
import VariantCalling

/// A complete shard in the spill folder, and what becomes of it.
struct SpilledShard {
    /// What a shard leads to.
    struct Made: Sendable {
        var outputs: [OutgoingRecord]
        var summary: ShardSummary
        /// Batches that could not be used, in sentences.
        var problems: [String]
    }

    private let key: ShardTable.Key
    private let folder: SpillFolder

    init(_ key: ShardTable.Key, folder: SpillFolder) {
        self.key = key
        self.folder = folder
    }

    /// Reads the shard back and makes its examples.
    ///
    /// Blocks; the working memory is that of one shard.
    func encode(
        with maker: ExampleMaker, regions: BED?, duplicates: DuplicatePolicy, partLimit: Int, traceparent: String?
    ) throws -> Made {
        var problems: [String] = []
        let examples: ShardExamples
        if key.shard == .unplaced {
            var reads = UnplacedReads()
            try forEachBatch { try reads.add(spilled: $0.payload) }
            examples = ShardExamples(unplacedReads: reads.count, quality: reads.quality)
        } else {
            var (records, groups): ([BAMRecord], [ReadGroup]) = ([], [])
            try forEachBatch { frame in
                do throws(GenomicsError) {
                    let batch = try AlignmentBatch.decode(frame.payload, contigs: maker.contigIndex)
                    if groups.isEmpty { groups = batch.header.readGroups }
                    records += batch.records
                } catch {
                    problems.append("batch \(frame.unit) of shard \(key.shard): \(error)")
                }
            }
            examples = try maker.examples(
                of: key.shard, records: records, readGroups: groups, regions: regions, duplicates: duplicates)
        }
        let (run, shard) = (key.run, key.shard)
        let outputs = try examples.parts(limit: partLimit).enumerated().map { index, part in
            EventCoding.record(
                try part.encode(), type: .examples, contentType: ContentType.safetensors, topic: Topics.examples,
                key: "\(run)/\(shard)", id: "\(run)/examples/\(shard)/\(index)", source: Stage.encode,
                extensions: [
                    EventExtension.run: run.description, EventExtension.shard: shard.description,
                    EventExtension.unit: "\(shard)/\(index)", EventExtension.records: String(part.count),
                ], traceparent: traceparent)
        }
        return Made(outputs: outputs, summary: examples.summary, problems: problems)
    }

    /// Gives every batch once; throws when fewer are sound than the seal names, because files were deleted or damaged.
    private func forEachBatch(_ body: (SpillFrame) throws -> Void) throws {
        var (seen, expected): (Set<Int>, Int?) = ([], nil)
        try folder.forEachFrame(run: key.run, shard: key.shard) { frame in
            switch frame.kind {
            case .seal: expected = frame.unit
            case .batch: if seen.insert(frame.unit).inserted { try body(frame) }
            }
        }
        guard seen.count == expected else {
            throw LocalStateLost(
                "shard \(key.shard) of run \(key.run) is damaged in the state folder: \(seen.count) of "
                    + "\(expected.map(String.init) ?? "an unknown number of") batches can be read")
        }
    }
}
