import Delivery
import Events
import Genomics
import Messaging
import Observability
import Runs
import Storage
import VariantCalling

/// Spills a shard's batches until the shard is complete, then turns the shard into model inputs.
struct AlignmentsHandler: RunStageHandler {
    static let stage = Stage.encode
    typealias Shard = GenomeBins.Shard

    let services: StageServices
    let folder: SpillFolder
    let logger: Logger
    let partLimit: Int
    private let shards = ShardTable()
    private let runs: RunReferences<EncodingResources>
    private let ownership: SpillOwnership

    init(services: StageServices, folder: SpillFolder, logger: Logger, partLimit: Int) {
        self.services = services
        self.folder = folder
        self.logger = logger
        self.partLimit = partLimit
        ownership = SpillOwnership(database: services.database, folder: folder)
        runs = RunReferences(services, needsSites: true) { request, reference in
            try EncodingResources(request, reference)
        }
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let envelope = try RejectedRecord.unless { try EventEnvelope(record) }
        let run = try RejectedRecord.unless { try envelope.run() }
        if envelope.type == .shardMarked { return try await mark(record, envelope) }
        let (shard, frame) = try RejectedRecord.unless { try Self.frame(record, envelope) }
        return try await take(frame, of: ShardTable.Key(run: run, shard: shard), record, envelope)
    }

    /// A batch that cannot be used is left out of its shard, which goes on without it; where even that is not possible,
    /// the run is given up.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun, try await runs.request(of: run) != nil else { return Effects() }
        // Without a mark there is an interim report less.
        if (try? EventEnvelope(record))?.type == .shardMarked { return Effects() }
        guard let envelope = try? EventEnvelope(record), envelope.type == .alignments,
            let shard = (try? envelope.text(EventExtension.shard)).flatMap({ Shard($0) }),
            let unit = try? envelope.integer(EventExtension.unit)
        else { return try RunFailure.effects(run, reason: reason, source: Self.stage) }
        let empty = SpillFrame(kind: .batch, unit: unit, payload: [])
        var effects = try await take(empty, of: ShardTable.Key(run: run, shard: shard), record, envelope)
        let (store, name) = (effects.store, "\(record.partition)/\(record.offset)")
        effects.store = { connection in
            try await InputProblemRow.insert(run, stage: Stage.encode, unit: name, message: reason, on: connection)
            return try await store?(connection) ?? []
        }
        return effects
    }

    /// Spills a frame and, when it completes its shard, finishes the shard.
    private func take(
        _ frame: SpillFrame, of key: ShardTable.Key, _ record: IncomingRecord, _ envelope: EventEnvelope
    ) async throws -> Effects {
        let (run, shard) = (key.run, key.shard)
        let resources: EncodingResources
        switch try await runs.resources(of: run) {
        case .ready(let ready): resources = ready
        case .over:
            drop(run)
            return Effects()
        case .unusable(let reason): return try RunFailure.effects(run, reason: reason, source: Stage.encode)
        }
        if try await ownership.isSettled(key, partition: record.partition) { return Effects() }
        try folder.append(frame, run: run, shard: shard)
        let partition = TopicPartition(topic: record.topic, partition: record.partition)
        let finishes = try shards.note(frame, key: key, partition: partition, offset: record.offset) {
            var spilled: [SpillFrame] = []
            try folder.forEachFrame(run: run, shard: shard, headersOnly: true) { spilled.append($0) }
            return spilled
        }
        var effects = Effects()
        if finishes {
            effects = try await finish(key, resources, completedBy: record.offset, envelope.headers.traceparent)
        }
        let store = effects.store
        effects.store = { [ownership] connection in
            try await ownership.store(record, run: run, on: connection)
            return try await store?(connection) ?? []
        }
        effects.settled = { [folder, shards, ownership] in
            ownership.stored(record, run: run)
            guard finishes else { return }
            ownership.settle(key)
            folder.remove(run: run, shard: shard)
            shards.remove(key)
        }
        return effects
    }

    /// Shards that are finished here may be open again, without their files.
    func lostRows(of partitions: [TopicPartition]) async throws { try folder.renounce() }

    /// Drops what is left here of a run that is over.
    func drop(_ run: Identifier) {
        folder.remove(run: run)
        shards.remove(run)
    }

    /// What other state folders spilled of these partitions is read again into this one.
    func assigned(
        _ partitions: [TopicPartition], committed: [TopicPartition: Int64]
    ) async throws -> [TopicPartition: Int64] {
        let starts = try await ownership.assigned(partitions, committed: committed)
        if !starts.isEmpty { logger.notice("encode.spill.rebuild", ["partitions": .integer(starts.count)]) }
        return starts
    }

    func revoked(_ partitions: [TopicPartition]) async { shards.remove(partitions) }

    private static func frame(
        _ record: IncomingRecord, _ envelope: EventEnvelope
    ) throws -> (Shard, SpillFrame) {
        guard let shard = Shard(try envelope.text(EventExtension.shard)) else {
            throw EventError("ce_shard is no shard")
        }
        switch envelope.type {
        case .alignments:
            // Reads without a position only count, so only their measures are kept.
            let payload =
                shard == .unplaced
                ? try UnplacedReads(batch: record.value ?? []).spilled() : record.value ?? []
            return (shard, SpillFrame(kind: .batch, unit: try envelope.integer(EventExtension.unit), payload: payload))
        case .shardSealed:
            let seal = try EventCoding.decode(ShardSeal.self, from: record.value ?? [])
            return (shard, SpillFrame(kind: .seal, unit: seal.batches, payload: []))
        default:
            throw EventError("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
        }
    }

    /// Makes the examples of a shard as it is now, for an interim report; nothing of it is counted.
    private func mark(_ record: IncomingRecord, _ envelope: EventEnvelope) async throws -> Effects {
        let own = try RejectedRecord.unless { try EventCoding.decode(ShardMark.self, from: record.value ?? []) }
        let (mark, shards) = (own.mark, own.shards)
        guard let shard = Shard(own.shard), shards > 0, mark.number > 0 else {
            throw RejectedRecord("a mark of an interim report that is of no shard, or of none")
        }
        guard case .ready(let resources) = try await runs.resources(of: mark.run),
            let request = try await runs.request(of: mark.run)
        else { return Effects() }
        let (key, folder, regions) = (
            ShardTable.Key(run: mark.run, shard: shard), folder, try await runs.regions(of: mark.run)
        )
        let (duplicates, limit) = (try? request.duplicatePolicy(), partLimit)
        let traceparent = envelope.headers.traceparent
        let made: SpilledShard.Made
        do {
            made = try await BlockingWork.run {
                try SpilledShard(key, folder: folder).encode(
                    with: resources, regions: regions, duplicates: duplicates ?? .mark, partLimit: limit,
                    at: mark.number, traceparent: traceparent)
            }
        } catch  where !Passing.includes(error) {
            // Whatever is wrong will be said of the whole shard.
            return Effects()
        }
        let (document, summary) = (try JSON(encoding: mark), try JSON(encoding: made.summary))
        return Effects(
            outputs: made.outputs,
            store: { connection in
                try await connection.execute(
                    """
                    INSERT INTO interim_marks AS m (run_id, number, mark, shards)
                    SELECT run_id, \(mark.number), \(document), \(shards) FROM runs
                    WHERE run_id = \(mark.run.uuid) AND state IN ('opened', 'sealed')
                    ON CONFLICT (run_id, number) DO UPDATE SET shards = excluded.shards WHERE m.shards IS NULL
                    """)
                try await connection.execute(
                    """
                    INSERT INTO interim_shards (run_id, number, shard, summary)
                    SELECT run_id, number, \(shard.description), \(summary) FROM interim_marks
                    WHERE run_id = \(mark.run.uuid) AND number = \(mark.number) ON CONFLICT DO NOTHING
                    """)
                return []
            })
    }

    /// Reads a complete shard back, makes its examples and accounts for them.
    private func finish(
        _ key: ShardTable.Key, _ resources: EncodingResources, completedBy offset: Int64, _ traceparent: String?
    ) async throws -> Effects {
        let (run, shard) = (key.run, key.shard)
        let regions = try await runs.regions(of: run)
        let request = try await runs.request(of: run)
        let duplicates: DuplicatePolicy
        do throws(EventError) {
            duplicates = try request?.duplicatePolicy() ?? .mark
        } catch {
            return try RunFailure.effects(run, reason: error.description, source: Stage.encode)
        }
        let (folder, limit) = (folder, try await partLimit(of: run))
        let made: SpilledShard.Made
        do {
            made = try await BlockingWork.run {
                try SpilledShard(key, folder: folder).encode(
                    with: resources, regions: regions, duplicates: duplicates, partLimit: limit,
                    traceparent: traceparent)
            }
        } catch let error as LocalStateLost {
            try folder.renounce()
            throw error
        } catch  where !Passing.includes(error) {
            throw AbandonedUnit("shard \(shard): \(error)")
        }
        let names = made.outputs.indices.map { "\(shard)/\($0)" }
        let (unit, summary) = (shard.description, try JSON(encoding: made.summary))
        return Effects(
            store: { connection in
                try await connection.execute(
                    """
                    INSERT INTO callability (run_id, shard, summary, completed_by)
                    VALUES (\(run.uuid), \(unit), \(summary), \(offset))
                    ON CONFLICT (run_id, shard) DO UPDATE SET completed_by = excluded.completed_by
                    """)
                try await made.evidence?.insert(run, on: connection)
                for (index, problem) in made.problems.enumerated() {
                    try await InputProblemRow.insert(
                        run, stage: Stage.encode, unit: "\(unit)/\(index)", message: problem, on: connection)
                }
                let entry = try await Ledger.record(
                    run: run.uuid, stage: Stage.encode, unit: unit, fed: names.count, outputs: names, on: connection)
                if entry.closes {
                    let units = try await Ledger.fed(run: run.uuid, stage: Stage.encode, on: connection)
                    _ = try await Ledger.expect(
                        run: run.uuid, stage: Stage.infer, units: units, unit: Stage.encode, on: connection)
                }
                return made.outputs
            })
    }

    /// Candidates in a record of the run: as the process decided that made the first one, however this one is configured.
    private func partLimit(of run: Identifier) async throws -> Int {
        let own = partLimit
        let rows = try await services.database.query(
            """
            UPDATE runs SET encode_part = coalesce(encode_part, \(own)) WHERE run_id = \(run.uuid)
            RETURNING encode_part::bigint AS part
            """)
        return try rows.first?.decode("part", as: Int.self) ?? own
    }
}
