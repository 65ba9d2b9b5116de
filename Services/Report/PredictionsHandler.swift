import Delivery
import Events
import Genomics
import Messaging
import Reporting
import Runs
import Storage
import Synchronization
import TaskCatalog
import Tasks
import VariantCalling

/// Takes what a model said of a unit: candidates are genotyped, records of other tasks are in their rows already; the unit that closes
/// its run makes the report.
struct PredictionsHandler: RunStageHandler {
    static let stage = Stage.report

    let services: StageServices
    private let runs: RunReferences<SharedResources>
    private let tasks: TaskHandler
    private let interpreters = Interpreters()

    init(services: StageServices, catalog: TaskCatalog = .suite) {
        self.services = services
        tasks = TaskHandler(services: services, catalog: catalog)
        runs = RunReferences(services, needsSites: true) { request, reference in
            try SharedResources(request, reference)
        }
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let envelope = try RejectedRecord.unless { try EventEnvelope(record) }
        if envelope.type == .interimScores { return try await interim(record, envelope) }
        let batch = try RejectedRecord.unless { try Self.batch(record.value ?? [], envelope) }
        let traceparent = envelope.headers.traceparent
        if batch.task != TaskCatalog.unnamed.name {
            return try await tasks.effects(run: batch.run, unit: batch.unit, problem: nil, traceparent: traceparent)
        }
        return try await effects(
            run: batch.run, unit: batch.unit, alleles: try Self.alleles(batch), problem: nil, traceparent: traceparent)
    }

    private static func alleles(_ batch: ScoreBatch) throws -> [Genotyper.Allele] {
        try batch.rows.map { row in
            guard let candidate = row.candidate, row.scores.count == CallingModel.labels.count,
                row.scores.allSatisfy({ (0...1.001).contains($0) })
            else { throw RejectedRecord("a row of unit \(batch.unit) is no candidate with three probabilities") }
            return Genotyper.Allele(candidate: candidate, probabilities: row.scores)
        }
    }

    /// Calls a part of a shard as it was at a mark; the part that completes its mark makes the interim report.
    private func interim(_ record: IncomingRecord, _ envelope: EventEnvelope) async throws -> Effects {
        let (part, alleles) = try RejectedRecord.unless {
            let part = try EventCoding.decode(InterimScores.self, from: record.value ?? [])
            guard part.parts > 0, part.number > 0 else { throw EventError("a part of an interim report is of none") }
            return (part, try Self.alleles(part.scores))
        }
        let run = part.scores.run
        guard case .ready(let shared) = try await runs.resources(of: run),
            let request = try await runs.request(of: run)
        else { return Effects() }
        let resources = try RejectedRecord.unless {
            try CallingResources(request, reference: shared.reference, panel: nil)
        }
        let maker = InterimMaker(
            run: run, number: part.number, request: request, regions: try await runs.regions(of: run),
            resources: resources, traceparent: envelope.headers.traceparent)
        let rows = CallRows(alleles, of: part.scores.unit, plan: resources.plan, contigs: resources.reference)
        let isComplete = Mutex(false)
        return Effects(
            store: { connection in
                let completes = try await maker.take(part, rows, on: connection)
                isComplete.withLock { $0 = completes }
                return []
            },
            finish: {
                guard isComplete.withLock({ $0 }) else { return [] }
                return try await services.database.transaction { try await maker.make(closedBy: part, on: $0) }
            })
    }

    /// What a record says, also one of an earlier version of the suite.
    private static func batch(_ value: [UInt8], _ envelope: EventEnvelope) throws -> ScoreBatch {
        switch envelope.type {
        case .scores: try EventCoding.decode(ScoreBatch.self, from: value)
        case .predictions:
            ScoreBatch(try EventCoding.decode(PredictionBatch.self, from: value), task: TaskCatalog.unnamed.name)
        default: throw EventError("ce_type \(envelope.type.rawValue) does not belong in `predictions`")
        }
    }

    /// A unit that cannot be read counts as done, and its run's report names it; one that does not say which it is ends the
    /// run.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun, try await runs.request(of: run) != nil else { return Effects() }
        // Without it there is an interim report less.
        if (try? EventEnvelope(record))?.type == .interimScores { return Effects() }
        guard let envelope = try? EventEnvelope(record), [.scores, .predictions].contains(envelope.type),
            let unit = try? envelope.text(EventExtension.unit)
        else { return try RunFailure.effects(run, reason: reason, source: Self.stage) }
        if try await runs.request(of: run)?.task != nil {
            return try await tasks.effects(
                run: run, unit: unit, problem: reason, traceparent: envelope.headers.traceparent)
        }
        return try await effects(
            run: run, unit: unit, alleles: [], problem: reason, traceparent: envelope.headers.traceparent)
    }

    private func effects(
        run: Identifier, unit: String, alleles: [Genotyper.Allele], problem: String?, traceparent: String?
    ) async throws -> Effects {
        let shared: SharedResources
        switch try await runs.resources(of: run) {
        case .ready(let ready): shared = ready
        case .unusable(let reason): return try RunFailure.effects(run, reason: reason, source: Stage.report)
        case .over:
            // The closing unit is delivered again when its process died between database and broker.
            return Effects(store: {
                try await PublishedReport.again(run, closedBy: unit, traceparent: traceparent, on: $0)
            })
        }
        guard let request = try await runs.request(of: run) else { return Effects() }
        let regions = try await runs.regions(of: run)
        let resources: CallingResources
        do throws(EventError) {
            resources = try CallingResources(request, reference: shared.reference, panel: shared.panel)
        } catch {
            return try RunFailure.effects(run, reason: error.description, source: Stage.report)
        }
        let rows = CallRows(alleles, of: unit, plan: resources.plan, contigs: resources.reference)
        // A unit that comes again may be scored by another version: the calls of the first time stand.
        return Closing(run: run, unit: unit, traceparent: traceparent, database: services.database).effects(
            problem: problem, rows: { try await rows.insert(run, on: $0) }
        ) {
            try await ReportMaker(
                run: run, request: request, regions: regions, resources: resources, interpreters: interpreters,
                traceparent: traceparent
            ).make(on: $0)
        }
    }
}
