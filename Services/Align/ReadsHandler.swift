import Delivery
import Events
import Genomics
import Messaging
import Observability
import Runs
import Storage

/// Maps a batch of reads and deals its alignments out to the shards that need them.
struct ReadsHandler: RunStageHandler {
    static let stage = Stage.align

    let services: StageServices
    let logger: Logger
    private let runs: RunReferences<Mapping>

    /// A reference with its index.
    struct Mapping: Sendable {
        let reference: ReferenceGenome
        let bins: GenomeBins
        let mapper: ReadMapper
    }

    init(services: StageServices, logger: Logger) {
        self.services = services
        self.logger = logger
        // An index of a whole genome takes gigabytes.
        runs = RunReferences(services, keeping: 2) { request, reference in
            guard let preset = ReadMapper.Preset(rawValue: request.preset) else {
                throw GenomicsError(
                    .unsupported, "the preset \(request.preset) is unknown; use sr, map-hifi or map-ont")
            }
            logger.info("align.index.build", ["reference": .string(reference.path), "preset": .string(request.preset)])
            return Mapping(
                reference: reference, bins: GenomeBins(contigs: reference.contigs),
                mapper: try ReadMapper(reference: reference, preset: preset))
        }
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let envelope = try RejectedRecord.unless { try EventEnvelope(record) }
        let run = try RejectedRecord.unless { try envelope.run() }
        switch envelope.type {
        case .reads:
            return try await map(record, envelope, run)
        case .readsSealed:
            let seal = try RejectedRecord.unless { try EventCoding.decode(ReadsSeal.self, from: record.value ?? []) }
            let traceparent = envelope.headers.traceparent
            return Effects(store: { connection in
                let closes = try await Ledger.expect(
                    run: run.uuid, stage: Stage.align, units: seal.batches, unit: "seal", on: connection)
                return closes ? try await Self.sealShards(run, traceparent: traceparent, on: connection) : []
            })
        case .readsMarked:
            let mark = try RejectedRecord.unless { try EventCoding.decode(ReadsMark.self, from: record.value ?? []) }
            guard try await runs.request(of: run) != nil else { return Effects() }
            return Effects(store: { connection in
                try await InterimMarks.note(mark, on: connection)
                return try await InterimMarks.passed(
                    run, by: "mark \(mark.number)", traceparent: envelope.headers.traceparent, on: connection)
            })
        default:
            throw RejectedRecord("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
        }
    }

    /// A batch that cannot be read counts as done, so that the rest of its run still ends in a report that names it; a seal,
    /// or a batch that does not say which it is, ends its run.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun, try await runs.request(of: run) != nil else { return Effects() }
        // Without a mark there is an interim report less.
        if (try? EventEnvelope(record))?.type == .readsMarked { return Effects() }
        guard let envelope = try? EventEnvelope(record), envelope.type == .reads,
            let unit = try? envelope.integer(EventExtension.unit)
        else { return try RunFailure.effects(run, reason: reason, source: Self.stage) }
        return Effects(store: { connection in
            try await InputProblemRow.insert(
                run, stage: Stage.align, unit: String(unit), message: reason, on: connection)
            return try await Self.recorded(
                run, unit: unit, outputs: [], problem: reason, traceparent: nil, on: connection)
        })
    }

    private func map(_ record: IncomingRecord, _ envelope: EventEnvelope, _ run: Identifier) async throws -> Effects {
        let unit = try RejectedRecord.unless { try envelope.integer(EventExtension.unit) }
        let mapping: Mapping
        switch try await runs.resources(of: run) {
        case .ready(let ready): mapping = ready
        case .over: return Effects()
        case .unusable(let reason): return try RunFailure.effects(run, reason: reason, source: Stage.align)
        }
        let traceparent = envelope.headers.traceparent
        let outputs = try await BlockingWork.run {
            try RejectedRecord.unless {
                try Self.align(record.value ?? [], run: run, unit: unit, with: mapping, traceparent: traceparent)
            }
        }
        let isInterim = try await runs.request(of: run)?.interim == true
        return Effects(store: { connection in
            let records = try await Self.recorded(
                run, unit: unit, outputs: outputs, problem: nil, traceparent: traceparent, on: connection)
            guard isInterim else { return records }
            return try await records
                + InterimMarks.passed(run, by: String(unit), traceparent: traceparent, on: connection)
        })
    }

    private static func align(
        _ value: [UInt8], run: Identifier, unit: Int, with mapping: Mapping, traceparent: String?
    ) throws -> [(shard: GenomeBins.Shard, record: OutgoingRecord)] {
        let (header, reads) = try BAMBatch.decode(value)
        let whole = AlignmentHeader(contigs: mapping.reference.contigs, readGroups: header.readGroups)
        var byShard: [GenomeBins.Shard: [BAMRecord]] = [:]
        for fragment in Fragments(reads) {
            for alignment in try mapping.mapper.map(Array(fragment)) {
                for shard in mapping.bins.shards(of: alignment) { byShard[shard, default: []].append(alignment) }
            }
        }
        return try byShard.keys.sorted().map { shard in
            let alignments = byShard[shard] ?? []
            let record = EventCoding.record(
                try AlignmentBatch.encode(alignments, header: whole), type: .alignments,
                contentType: ContentType.bam, topic: Topics.alignments, key: "\(run)/\(shard)",
                id: "\(run)/alignments/\(shard)/\(unit)", source: Stage.align,
                extensions: [
                    EventExtension.run: run.description, EventExtension.shard: shard.description,
                    EventExtension.unit: String(unit), EventExtension.records: String(alignments.count),
                ], traceparent: traceparent)
            return (shard, record)
        }
    }

    /// Writes a unit and the shards that it feeds into the ledger; returns its outputs, and the seals when it closes the stage.
    private static func recorded(
        _ run: Identifier, unit: Int, outputs: [(shard: GenomeBins.Shard, record: OutgoingRecord)], problem: String?,
        traceparent: String?, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        let (name, shards) = (String(unit), outputs.map(\.shard.description))
        let entry = try await Ledger.record(
            run: run.uuid, stage: Stage.align, unit: name, fed: shards.count, outputs: shards, problem: problem,
            on: connection)
        if entry.isNew, !shards.isEmpty {
            try await connection.execute(
                """
                INSERT INTO shard_feeds AS f (run_id, shard, batches)
                SELECT \(run.uuid), shard, 1 FROM unnest(\(shards)::text[]) AS shard
                ON CONFLICT (run_id, shard) DO UPDATE SET batches = f.batches + 1
                """)
        }
        // No shard counts what comes of a unit that was rejected before.
        let own = entry.wasRejected ? [] : outputs.map(\.record)
        return own + (entry.closes ? try await sealShards(run, traceparent: traceparent, on: connection) : [])
    }

    /// The stage is closed: every shard is told how many batches it has, and encode how many shards there are.
    private static func sealShards(
        _ run: Identifier, traceparent: String?, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        var batches: [String: Int] = [GenomeBins.Shard.unplaced.description: 0]
        for row in try await connection.query("SELECT shard, batches FROM shard_feeds WHERE run_id = \(run.uuid)") {
            batches[try row.decode("shard", as: String.self)] = try row.decode("batches", as: Int.self)
        }
        _ = try await Ledger.expect(
            run: run.uuid, stage: Stage.encode, units: batches.count, unit: Stage.align, on: connection)
        return try batches.sorted { $0.key < $1.key }.map { shard, batches in
            try ShardSeal(run: run, shard: shard, batches: batches).record(
                source: Stage.align, traceparent: traceparent)
        }
    }
}
