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
        /// What the report needs beside the calls; nil of reads without a position.
        var evidence: EvidenceRow?
    }

    let lane: Lane
    let shard: GenomeBins.Shard
    let folder: SpillFolder
    let readGroups: [ReadGroup]

    /// Reads the shard back, of which so many batches are spilled, and makes its examples; for an interim report, of what there is at the
    /// mark of a number.
    ///
    /// Blocks; the working memory is that of one shard.
    func encode(
        with resources: EncodingResources, batches: Int?, regions: BED?, duplicates: DuplicatePolicy, partLimit: Int,
        at mark: Int? = nil, traceparent: String?
    ) throws -> Made {
        let maker = resources.maker
        var evidence: EvidenceRow?
        let examples: ShardExamples
        if shard == .unplaced {
            var reads = UnplacedReads()
            try forEachBatch(of: batches) { try reads.add(spilled: $0) }
            examples = ShardExamples(unplacedReads: reads.count, quality: reads.quality)
        } else {
            var records: [BAMRecord] = []
            try forEachBatch(of: batches) { try SpilledReads.decode($0, into: &records) }
            examples = try maker.examples(
                of: shard, records: records, readGroups: readGroups, regions: regions, duplicates: duplicates,
                findsBlocks: mark == nil)
            // An interim report has neither blocks nor a panel.
            if mark == nil {
                let sites = try maker.evidence(
                    at: resources.panel?.sites[shard] ?? [], of: shard, records: records, readGroups: readGroups,
                    regions: regions, duplicates: duplicates, callability: examples.summary.callability)
                evidence = try EvidenceRow(
                    shard: shard.description, ShardFindings(blocks: examples.blocks, sites: sites))
            }
        }
        let outputs = try Self.records(
            examples, of: lane.run, named: shard.description, partLimit: partLimit, at: mark, traceparent: traceparent)
        return Made(outputs: outputs, summary: examples.summary, evidence: evidence)
    }

    /// The record that stands for a lane itself, without examples: it comes behind those of the lane's shards, so that whoever waits for
    /// the last of them is never done before the number of all is known.
    static func end(of lane: Lane, at mark: Int? = nil, traceparent: String?) throws -> [OutgoingRecord] {
        try records(
            ShardExamples(unplacedReads: 0), of: lane.run, named: lane.unit, partLimit: 1, at: mark,
            traceparent: traceparent)
    }

    private static func records(
        _ examples: ShardExamples, of run: Identifier, named name: String, partLimit: Int, at mark: Int?,
        traceparent: String?
    ) throws -> [OutgoingRecord] {
        let parts = examples.parts(limit: partLimit)
        return try parts.enumerated().map { index, part in
            var extensions = [
                EventExtension.run: run.description, EventExtension.shard: name,
                EventExtension.unit: "\(name)/\(index)", EventExtension.records: String(part.count),
            ]
            if let mark {
                extensions[EventExtension.mark] = String(mark)
                extensions[EventExtension.pieces] = String(parts.count)
            }
            return EventCoding.record(
                try part.encode(), type: mark == nil ? .examples : .interimExamples,
                contentType: ContentType.safetensors, topic: Topics.examples, key: "\(run)/\(name)",
                id: mark.map { "\(run)/interim/\($0)/examples/\(name)/\(index)" } ?? "\(run)/examples/\(name)/\(index)",
                source: Stage.encode, extensions: extensions, traceparent: traceparent)
        }
    }

    /// Gives every batch once; of a shard of so many batches throws when fewer are sound, because files were deleted or damaged.
    private func forEachBatch(of expected: Int?, _ body: ([UInt8]) throws -> Void) throws {
        var seen = BitSet()
        try folder.forEachFrame(of: lane, shard: shard) { frame in
            guard frame.kind == .batch, frame.unit <= BitSet.largest, seen.insert(frame.unit) else { return }
            try body(frame.payload)
        }
        guard let expected, seen.count < expected else { return }
        throw LocalStateLost(
            "shard \(shard) of run \(lane.run) is damaged in the state folder: \(seen.count) of \(expected) batches can be read"
        )
    }
}
