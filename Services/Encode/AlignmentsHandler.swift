import Events
import Foundation
import Genomics
import Messaging
import Runs
import ServiceRuntime
import Storage
import Synchronization
import VariantCalling

/// Spills a shard's batches until the shard is complete, then turns the shard into model inputs.
struct AlignmentsHandler: RecordHandler {
    typealias Shard = GenomeBins.Shard

    let services: StageServices
    let folder: SpillFolder
    let logger: Logger
    let partLimit: Int
    private let shards = ShardTable()
    private let runs: RunReferences<ExampleMaker>
    private let noted = Noted()

    /// The runs and partitions whose row in `spills` is known to be written.
    private final class Noted: Sendable {
        struct Key: Hashable {
            var run: Identifier
            var partition: Int32
        }
        let keys = Mutex<Set<Key>>([])
    }

    init(services: StageServices, folder: SpillFolder, logger: Logger, partLimit: Int) {
        self.services = services
        self.folder = folder
        self.logger = logger
        self.partLimit = partLimit
        runs = RunReferences(database: services.database) { _, reference in ExampleMaker(reference: reference) }
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let envelope = try RejectedRecord.unless { try EventEnvelope(record) }
        let run = try RejectedRecord.unless { try envelope.run() }
        let (shard, frame) = try RejectedRecord.unless { try Self.frame(record, envelope) }
        let maker: ExampleMaker
        switch try await runs.resources(of: run) {
        case .ready(let ready): maker = ready
        case .over: return Effects()
        case .unusable(let reason): return try RunFailure.effects(run, reason: reason, source: Stage.encode)
        }
        if !folder.holds(run: run, shard: shard), try await isDone(run, shard) { return Effects() }
        try folder.append(frame, run: run, shard: shard)
        let key = ShardTable.Key(run: run, shard: shard)
        let partition = TopicPartition(topic: record.topic, partition: record.partition)
        let finishes = try shards.note(frame, key: key, partition: partition, offset: record.offset) {
            var spilled: [SpillFrame] = []
            try folder.forEachFrame(run: run, shard: shard, headersOnly: true) { spilled.append($0) }
            return spilled
        }
        var effects = Effects()
        if finishes {
            effects = try await finish(run, shard, maker, traceparent: envelope.headers.traceparent)
            effects.settled = { [folder, shards] in
                folder.remove(run: run, shard: shard)
                shards.remove(key)
            }
        }
        return noting(record, run: run, before: effects)
    }

    func lostRecords(_ reason: String) async throws {
        try await RunFailure.failOpenRuns(reason: reason, in: services.database)
    }

    /// A batch that cannot be read is left out of its shard, and the shard goes on without it.
    func effects(ofRejected record: IncomingRecord, reason: String) async -> Effects {
        guard let envelope = try? EventEnvelope(record), let run = try? envelope.run() else { return Effects() }
        let unit = "\(record.partition)/\(record.offset)"
        return Effects(store: { connection in
            try await InputProblemRow.insert(run, stage: Stage.encode, unit: unit, message: reason, on: connection)
            return []
        })
    }

    /// What other state folders spilled of these partitions is read again into this one.
    func assigned(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
        noted.keys.withLock { $0.removeAll() }
        let numbers = partitions.map { Int64($0.partition) }
        let rows = try await services.database.query(
            """
            UPDATE spills SET state_folder = \(folder.id) FROM runs
            WHERE runs.run_id = spills.run_id AND runs.state IN ('opened', 'sealed')
                AND topic_partition = ANY(\(numbers)) AND state_folder <> \(folder.id)
            RETURNING topic_partition, first_offset
            """)
        var starts: [TopicPartition: Int64] = [:]
        for row in rows {
            let number: Int = try row.decode("topic_partition")
            let first: Int64 = try row.decode("first_offset")
            for partition in partitions where partition.partition == Int32(number) {
                starts[partition] = min(starts[partition] ?? first, first)
            }
        }
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
            return (
                shard,
                SpillFrame(
                    kind: .batch, unit: try envelope.integer(EventExtension.unit), payload: record.value ?? [])
            )
        case .shardSealed:
            let seal = try EventCoding.decode(ShardSeal.self, from: record.value ?? [])
            return (shard, SpillFrame(kind: .seal, unit: seal.batches, payload: []))
        default:
            throw EventError("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
        }
    }

    private func isDone(_ run: Identifier, _ shard: Shard) async throws -> Bool {
        let unit = shard.description
        return try await !services.database.query(
            "SELECT 1 AS one FROM ledger WHERE run_id = \(run.uuid) AND stage = \(Stage.encode) AND unit = \(unit)"
        ).isEmpty
    }

    /// Adds the row that says from which offset on the run's part of this partition is spilled in this folder.
    private func noting(_ record: IncomingRecord, run: Identifier, before effects: Effects) -> Effects {
        let key = Noted.Key(run: run, partition: record.partition)
        if noted.keys.withLock({ $0.contains(key) }) { return effects }
        var effects = effects
        let (store, settled) = (effects.store, effects.settled)
        let (id, partition, offset) = (folder.id, Int(record.partition), record.offset)
        effects.store = { connection in
            try await connection.execute(
                """
                INSERT INTO spills (run_id, topic_partition, state_folder, first_offset)
                VALUES (\(run.uuid), \(partition), \(id), \(offset)) ON CONFLICT DO NOTHING
                """)
            return try await store?(connection) ?? []
        }
        effects.settled = { [noted] in
            noted.keys.withLock { _ = $0.insert(key) }
            await settled?()
        }
        return effects
    }

    /// Reads a complete shard back, makes its examples and accounts for them.
    private func finish(
        _ run: Identifier, _ shard: Shard, _ maker: ExampleMaker, traceparent: String?
    ) async throws -> Effects {
        var records: [BAMRecord] = []
        var header: AlignmentHeader?
        var seen: Set<Int> = []
        var problems: [String] = []
        try folder.forEachFrame(run: run, shard: shard) { frame in
            guard frame.kind == .batch, seen.insert(frame.unit).inserted else { return }
            do throws(GenomicsError) {
                let batch = try AlignmentBatch.decode(frame.payload, contigs: maker.contigIndex)
                header = header ?? batch.header
                records += batch.records
            } catch {
                problems.append("batch \(frame.unit) of shard \(shard): \(error)")
            }
        }
        let regions = try await runs.request(of: run)?.regions.map { BED($0.map { ($0.contig, $0.zeroBased) }) }
        let made = try maker.examples(
            of: shard, records: records, readGroups: header?.readGroups ?? [], regions: regions)
        let outputs = try made.parts(limit: partLimit).enumerated().map { index, part in
            EventCoding.record(
                try part.encode(), type: .examples, contentType: ContentType.safetensors, topic: Topics.examples,
                key: "\(run)/\(shard)", id: "\(run)/examples/\(shard)/\(index)", source: Stage.encode,
                extensions: [
                    EventExtension.run: run.description, EventExtension.shard: shard.description,
                    EventExtension.unit: "\(shard)/\(index)", EventExtension.records: String(part.count),
                ], traceparent: traceparent)
        }
        let (unit, summary, fed, problemList) = (
            shard.description, try JSON(encoding: made.summary), outputs.count, problems
        )
        return Effects(
            outputs: outputs,
            store: { connection in
                try await connection.execute(
                    """
                    INSERT INTO callability (run_id, shard, summary) VALUES (\(run.uuid), \(unit), \(summary))
                    ON CONFLICT DO NOTHING
                    """)
                for (index, problem) in problemList.enumerated() {
                    try await InputProblemRow.insert(
                        run, stage: Stage.encode, unit: "\(unit)/\(index)", message: problem, on: connection)
                }
                let entry = try await Ledger.record(
                    run: run.uuid, stage: Stage.encode, unit: unit, fed: fed, on: connection)
                if entry.closes {
                    let units = try await Ledger.fed(run: run.uuid, stage: Stage.encode, on: connection)
                    _ = try await Ledger.expect(
                        run: run.uuid, stage: Stage.infer, units: units, unit: Stage.encode, on: connection)
                }
                return []
            })
    }
}
