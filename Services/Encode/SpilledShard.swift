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
        /// Batches that could not be used, in sentences.
        var problems: [String]
    }

    private let key: ShardTable.Key
    private let folder: SpillFolder

    init(_ key: ShardTable.Key, folder: SpillFolder) {
        self.key = key
        self.folder = folder
    }

    /// Reads the shard back and makes its examples; for an interim report, of what there is at the mark of a number.
    ///
    /// Blocks; the working memory is that of one shard.
    func encode(
        with resources: EncodingResources, regions: BED?, duplicates: DuplicatePolicy, partLimit: Int,
        at mark: Int? = nil, traceparent: String?
    ) throws -> Made {
        let maker = resources.maker
        var problems: [String] = []
        var evidence: EvidenceRow?
        let examples: ShardExamples
        if key.shard == .unplaced {
            var reads = UnplacedReads()
            try forEachBatch(isComplete: mark == nil) { try reads.add(spilled: $0.payload) }
            examples = ShardExamples(unplacedReads: reads.count, quality: reads.quality)
        } else {
            var (records, groups): ([BAMRecord], [ReadGroup]) = ([], [])
            try forEachBatch(isComplete: mark == nil) { frame in
                do throws(GenomicsError) {
                    let batch = try AlignmentBatch.decode(frame.payload, contigs: maker.contigIndex)
                    if groups.isEmpty { groups = batch.header.readGroups }
                    records += batch.records
                } catch {
                    problems.append("batch \(frame.unit) of shard \(key.shard): \(error)")
                }
            }
            examples = try maker.examples(
                of: key.shard, records: records, readGroups: groups, regions: regions, duplicates: duplicates,
                findsBlocks: mark == nil)
            // An interim report has neither blocks nor a panel.
            if mark == nil {
                let sites = try maker.evidence(
                    at: resources.panel?.sites[key.shard] ?? [], of: key.shard, records: records, readGroups: groups,
                    regions: regions, duplicates: duplicates, callability: examples.summary.callability)
                evidence = try EvidenceRow(
                    shard: key.shard.description, ShardFindings(blocks: examples.blocks, sites: sites))
            }
        }
        let (run, shard) = (key.run, key.shard)
        let parts = examples.parts(limit: partLimit)
        let outputs = try parts.enumerated().map { index, part in
            var extensions = [
                EventExtension.run: run.description, EventExtension.shard: shard.description,
                EventExtension.unit: "\(shard)/\(index)", EventExtension.records: String(part.count),
            ]
            if let mark {
                extensions[EventExtension.mark] = String(mark)
                extensions[EventExtension.pieces] = String(parts.count)
            }
            return EventCoding.record(
                try part.encode(), type: mark == nil ? .examples : .interimExamples,
                contentType: ContentType.safetensors, topic: Topics.examples, key: "\(run)/\(shard)",
                id: mark.map { "\(run)/interim/\($0)/examples/\(shard)/\(index)" }
                    ?? "\(run)/examples/\(shard)/\(index)",
                source: Stage.encode, extensions: extensions, traceparent: traceparent)
        }
        return Made(outputs: outputs, summary: examples.summary, evidence: evidence, problems: problems)
    }

    /// Gives every batch once; of a complete shard throws when fewer are sound than the seal names, because files were deleted or
    /// damaged.
    private func forEachBatch(isComplete: Bool, _ body: (SpillFrame) throws -> Void) throws {
        var (seen, expected): (Set<Int>, Int?) = ([], nil)
        try folder.forEachFrame(run: key.run, shard: key.shard) { frame in
            switch frame.kind {
            case .seal: expected = frame.unit
            case .batch: if seen.insert(frame.unit).inserted { try body(frame) }
            }
        }
        guard !isComplete || seen.count == expected else {
            throw LocalStateLost(
                "shard \(key.shard) of run \(key.run) is damaged in the state folder: \(seen.count) of "
                    + "\(expected.map(String.init) ?? "an unknown number of") batches can be read")
        }
    }
}
