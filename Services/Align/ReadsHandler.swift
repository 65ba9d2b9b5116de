import Delivery
import Events
import Genomics
import Messaging
import Observability
import Runs
import Storage

/// Maps a batch of reads and deals its alignments out to the lanes of the shards that need them.
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
            guard let lanes = try await runs.lanes(of: run) else { return Effects() }
            return Effects(count: { connection in
                let closes = try await Ledger.expect(
                    run: run.uuid, stage: Stage.align, units: seal.batches, unit: "seal", on: connection)
                return closes ? try await Self.sealLanes(run, lanes, traceparent: traceparent, on: connection) : []
            })
        case .readsMarked:
            let mark = try RejectedRecord.unless { try EventCoding.decode(ReadsMark.self, from: record.value ?? []) }
            guard let lanes = try await runs.lanes(of: run) else { return Effects() }
            return Effects(count: { connection in
                try await InterimMarks.note(mark, on: connection)
                return try await InterimMarks.passed(
                    run, lanes: lanes, by: "mark \(mark.number)", traceparent: envelope.headers.traceparent,
                    on: connection)
            })
        default:
            throw RejectedRecord("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
        }
    }

    /// A batch that cannot be read counts as done, so that the rest of its run still ends in a report that names it; a seal,
    /// or a batch that does not say which it is, ends its run.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun, let lanes = try await runs.lanes(of: run) else { return Effects() }
        // Without a mark there is an interim report less.
        if (try? EventEnvelope(record))?.type == .readsMarked { return Effects() }
        guard let envelope = try? EventEnvelope(record), envelope.type == .reads,
            let unit = try? envelope.integer(EventExtension.unit)
        else { return try RunFailure.effects(run, reason: reason, source: Self.stage) }
        return Effects(count: { connection in
            try await InputProblemRow.insert(
                run, stage: Stage.align, unit: String(unit), message: reason, on: connection)
            return try await Self.recorded(
                run, lanes, unit: unit, outputs: [], problem: reason, traceparent: nil, on: connection)
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
        guard let lanes = try await runs.lanes(of: run) else { return Effects() }
        let traceparent = envelope.headers.traceparent
        let outputs = try await BlockingWork.run {
            try RejectedRecord.unless {
                try Self.align(record.value ?? [], run: run, lanes, unit: unit, with: mapping, traceparent: traceparent)
            }
        }
        let isInterim = try await runs.request(of: run)?.interim == true
        return Effects(count: { connection in
            let records = try await Self.recorded(
                run, lanes, unit: unit, outputs: outputs, problem: nil, traceparent: traceparent, on: connection)
            guard isInterim else { return records }
            return try await records
                + InterimMarks.passed(
                    run, lanes: lanes, by: String(unit), traceparent: traceparent, on: connection)
        })
    }

    private static func align(
        _ value: [UInt8], run: Identifier, _ lanes: Int, unit: Int, with mapping: Mapping, traceparent: String?
    ) throws -> [(lane: Int, record: OutgoingRecord)] {
        let (header, reads) = try BAMBatch.decode(value)
        let whole = AlignmentHeader(contigs: mapping.reference.contigs, readGroups: header.readGroups)
        var byLane = [[BAMRecord]](repeating: [], count: lanes)
        for fragment in Fragments(reads) {
            for alignment in try mapping.mapper.map(Array(fragment)) {
                let own = Set(
                    mapping.bins.destinations(of: alignment).map { mapping.bins.lane(of: $0, among: lanes) })
                for lane in own { byLane[lane].append(alignment) }
            }
        }
        return try byLane.enumerated().filter { !$0.element.isEmpty }.map { number, alignments in
            let record = Lane(run: run, number: number).record(
                try AlignmentBatch.encode(alignments, header: whole), unit: unit, count: alignments.count,
                source: Stage.align, traceparent: traceparent)
            return (number, record)
        }
    }

    /// Writes a unit and the lanes that it feeds into the ledger; returns its outputs, and the seals when it closes the stage.
    private static func recorded(
        _ run: Identifier, _ lanes: Int, unit: Int, outputs: [(lane: Int, record: OutgoingRecord)], problem: String?,
        traceparent: String?, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        let entry = try await Ledger.record(
            run: run.uuid, stage: Stage.align, unit: String(unit), fed: outputs.count,
            outputs: outputs.map { Lane.unit($0.lane) }, lanes: outputs.map(\.lane), problem: problem, on: connection)
        // No lane counts what comes of a unit that was rejected before.
        let own = entry.wasRejected ? [] : outputs.map(\.record)
        return own
            + (entry.closes ? try await sealLanes(run, lanes, traceparent: traceparent, on: connection) : [])
    }

    /// The stage is closed: every lane is told how many batches it has.
    private static func sealLanes(
        _ run: Identifier, _ lanes: Int, traceparent: String?, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        _ = try await Ledger.expect(
            run: run.uuid, stage: Stage.encode, units: lanes, unit: Stage.align, on: connection)
        return try await Ledger.batches(run: run.uuid, stage: Stage.align, lanes: lanes, on: connection)
            .enumerated().map { lane, batches in
                try LaneSeal(run: run, lane: lane, batches: batches).record(
                    source: Stage.align, traceparent: traceparent)
            }
    }
}
