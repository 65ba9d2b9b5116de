import Delivery
import Events
import Genomics
import Messaging
import Observability
import Runs
import Storage
import VariantCalling

/// Sorts a lane's batches into its shards until a shard is complete, then turns the shard into model inputs.
struct AlignmentsHandler: RunStageHandler {
    static let stage = Stage.encode
    typealias Shard = GenomeBins.Shard

    let services: StageServices
    let folder: SpillFolder
    let logger: Logger
    let encoder: ShardEncoder
    private let lanes = LaneTable()
    private let runs: RunReferences<EncodingResources>
    private let ownership: SpillOwnership

    init(services: StageServices, folder: SpillFolder, logger: Logger, partLimit: Int) {
        self.services = services
        self.folder = folder
        self.logger = logger
        ownership = SpillOwnership(database: services.database, folder: folder)
        runs = RunReferences(services, needsSites: true) { request, reference in
            try EncodingResources(request, reference)
        }
        encoder = ShardEncoder(services: services, folder: folder, runs: runs, partLimit: partLimit)
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let envelope = try RejectedRecord.unless { try EventEnvelope(record) }
        let run = try RejectedRecord.unless { try envelope.run() }
        switch envelope.type {
        case .laneAlignments:
            let (lane, unit, passed) = try RejectedRecord.unless {
                (
                    try Self.lane(envelope, of: run), try Self.unit(envelope),
                    try envelope.headers.extensions[EventExtension.passed].map(Self.place)
                )
            }
            return try await take(
                .batch(unit: unit, bam: record.value ?? [], passed: passed), of: lane, record, envelope)
        case .laneSealed:
            let seal = try RejectedRecord.unless { try EventCoding.decode(LaneSeal.self, from: record.value ?? []) }
            return try await take(
                .seal(batches: seal.batches), of: Lane(run: run, number: seal.lane), record, envelope)
        case .laneMarked:
            return try await mark(record, envelope)
        case .alignments, .shardSealed, .shardMarked:
            guard try await runs.request(of: run) != nil else { return Effects() }
            throw RejectedRecord("it was sent by an earlier version of the suite, which divided runs by shard")
        default:
            throw RejectedRecord("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
        }
    }

    /// A batch that cannot be used is left out of its lane, which goes on without it; where even that is not possible,
    /// the run is given up.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun, try await runs.request(of: run) != nil else { return Effects() }
        let envelope = try? EventEnvelope(record)
        // Without a mark there is an interim report less.
        if envelope?.type == .laneMarked { return Effects() }
        guard let envelope, envelope.type == .laneAlignments, let lane = try? Self.lane(envelope, of: run),
            let unit = try? Self.unit(envelope), let count = try await runs.lanes(of: run), lane.number < count
        else { return try RunFailure.effects(run, reason: reason, source: Self.stage) }
        var effects = try await take(.lost(unit: unit), of: lane, record, envelope)
        let (store, name) = (effects.store, "\(record.partition)/\(record.offset)")
        effects.store = { connection in
            try await InputProblemRow.insert(run, stage: Stage.encode, unit: name, message: reason, on: connection)
            return try await store?(connection) ?? []
        }
        return effects
    }

    /// Spills what a record brings; the shards that it completes are encoded one after the other, and then the lane is accounted for.
    private func take(
        _ content: LaneSpill.Content, of lane: Lane, _ record: IncomingRecord, _ envelope: EventEnvelope
    ) async throws -> Effects {
        let run = lane.run
        let resources: EncodingResources
        switch try await runs.resources(of: run) {
        case .ready(let ready): resources = ready
        case .over:
            drop(run)
            return Effects()
        case .unusable(let reason): return try RunFailure.effects(run, reason: reason, source: Stage.encode)
        }
        guard let count = try await runs.lanes(of: run) else { return Effects() }
        guard (0..<count).contains(lane.number) else {
            throw RejectedRecord("there is no lane \(lane.number) of \(count)")
        }
        let bins = resources.maker.bins
        let sent = try await ownership.sent(of: lane, partition: record.partition) {
            bins.lane(of: $0, among: count) == lane.number
        }
        if sent.isWhole { return Effects() }
        let partition = TopicPartition(topic: record.topic, partition: record.partition)
        let taken = try await BlockingWork.run { [lanes, folder] in
            try LaneSpill(folder: folder, table: lanes).take(
                content, of: lane, among: count, from: partition, bins: bins, contigs: resources.maker.contigIndex,
                sent: sent.shards)
        }
        var entry = taken.entry
        if entry.isComplete, entry.finisher == nil {
            entry.finisher = record.offset
            lanes.keep(entry, of: lane, from: partition)
        }
        let finishes = entry.isComplete && entry.finisher == record.offset
        var due = Set(finishes ? Array(entry.shards.keys) : taken.closes)
        if finishes, bins.lane(of: .unplaced, among: count) == lane.number { due.insert(.unplaced) }
        let (shards, trace) = (due.sorted(), envelope.headers.traceparent)
        let known = entry
        var effects = Effects(store: { [ownership] connection in
            try await ownership.store(record, run: run, on: connection)
            return []
        })
        for shard in shards {
            effects.parts.append { [encoder, ownership] in
                if ownership.isSent(shard, of: lane) { return Effects() }
                var part = try await encoder.effects(
                    of: shard, in: lane, known, resources, completedBy: record.offset, traceparent: trace)
                part.settled = { ownership.sent(shard, of: lane) }
                return part
            }
        }
        if finishes {
            effects.count = { [encoder] connection in
                try await encoder.complete(
                    lane, shards: shards.count, completedBy: record.offset, traceparent: trace, on: connection)
            }
        }
        effects.settled = { [folder, lanes, ownership] in
            ownership.stored(record, run: run)
            if finishes {
                ownership.sentAll(of: lane)
                folder.remove(lane)
                lanes.remove(lane)
            } else if !shards.isEmpty {
                for shard in shards { folder.remove(lane, shard: shard) }
                lanes.remove(shards, of: lane)
            }
        }
        return effects
    }

    /// Makes the examples of a lane's shards as they are now, for an interim report; nothing of it is counted.
    private func mark(_ record: IncomingRecord, _ envelope: EventEnvelope) async throws -> Effects {
        let own = try RejectedRecord.unless { try EventCoding.decode(LaneMark.self, from: record.value ?? []) }
        let mark = own.mark
        guard let count = try await runs.lanes(of: mark.run) else { return Effects() }
        guard (0..<count).contains(own.lane), own.lanes == count, mark.number > 0 else {
            throw RejectedRecord("a mark of an interim report that is of no lane, or of none")
        }
        guard case .ready(let resources) = try await runs.resources(of: mark.run) else { return Effects() }
        let lane = Lane(run: mark.run, number: own.lane)
        let entry = lanes.entry(of: lane) ?? LaneTable.Entry()
        let open = entry.shards.keys.filter { $0 != .unplaced && !entry.closed.contains($0) }.sorted()
        let traceparent = envelope.headers.traceparent
        var effects = Effects()
        effects.parts.append {
            Effects(store: { try await InterimRows.note(mark, own, shards: open.count + 1, on: $0) })
        }
        for shard in open {
            effects.parts.append { [encoder] in
                try await encoder.interimEffects(
                    of: shard, in: lane, entry, resources, at: mark, traceparent: traceparent)
            }
        }
        effects.outputs = try SpilledShard.end(of: lane, at: mark.number, traceparent: traceparent)
        return effects
    }

    /// Shards that are finished here may be open again, without their files.
    func lostRows(of partitions: [TopicPartition]) async throws { try folder.renounce() }

    /// Drops what is left here of a run that is over.
    func drop(_ run: Identifier) {
        folder.remove(run: run)
        lanes.remove(run)
        ownership.forget(run)
    }

    /// What other state folders spilled of these partitions is read again into this one.
    func assigned(
        _ partitions: [TopicPartition], committed: [TopicPartition: Int64]
    ) async throws -> [TopicPartition: Int64] {
        let starts = try await ownership.assigned(partitions, committed: committed)
        if !starts.isEmpty { logger.notice("encode.spill.rebuild", ["partitions": .integer(starts.count)]) }
        return starts
    }

    func revoked(_ partitions: [TopicPartition]) async { lanes.remove(partitions) }

    private static func lane(_ envelope: EventEnvelope, of run: Identifier) throws -> Lane {
        Lane(run: run, number: try envelope.integer(EventExtension.lane))
    }

    private static func unit(_ envelope: EventEnvelope) throws -> Int {
        let unit = try envelope.integer(EventExtension.unit)
        guard unit <= BitSet.largest else { throw EventError("ce_unit is larger than \(BitSet.largest)") }
        return unit
    }

    private static func place(_ text: String) throws -> Shard {
        guard let shard = Shard(text), shard != .unplaced else { throw EventError("ce_passed is no shard") }
        return shard
    }
}
