import Events
import Genomics
import Messaging
import Runs
import ServiceRuntime
import Storage
import VariantCalling

/// Genotypes a unit's candidates; the unit that closes its run makes the report.
struct PredictionsHandler: RunStageHandler {
    static let stage = Stage.report

    let services: StageServices
    private let runs: RunReferences<ReferenceGenome>
    private let genotyper = Genotyper()

    init(services: StageServices) {
        self.services = services
        runs = RunReferences(services) { _, reference in reference }
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let envelope = try RejectedRecord.unless { try EventEnvelope(record) }
        guard envelope.type == .predictions else {
            throw RejectedRecord("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
        }
        let batch = try RejectedRecord.unless {
            try EventCoding.decode(PredictionBatch.self, from: record.value ?? [])
        }
        guard batch.scored.allSatisfy({ $0.probabilities.count == CallingModel.labels.count }) else {
            throw RejectedRecord("a candidate of unit \(batch.unit) does not have three probabilities")
        }
        let calls = genotyper.call(
            batch.scored.map { Genotyper.Allele(candidate: $0.candidate, probabilities: $0.probabilities) })
        return try await effects(
            run: batch.run, unit: batch.unit, calls: calls, problem: nil, traceparent: envelope.headers.traceparent)
    }

    /// A unit that cannot be read counts as done, and its run's report names it; one that does not say which it is ends the
    /// run.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun, try await runs.request(of: run) != nil else { return Effects() }
        guard let envelope = try? EventEnvelope(record), envelope.type == .predictions,
            let unit = try? envelope.text(EventExtension.unit)
        else { return try RunFailure.effects(run, reason: reason, source: Self.stage) }
        return try await effects(
            run: run, unit: unit, calls: [], problem: reason, traceparent: envelope.headers.traceparent)
    }

    private func effects(
        run: Identifier, unit: String, calls: [SiteCall], problem: String?, traceparent: String?
    ) async throws -> Effects {
        let reference: ReferenceGenome
        switch try await runs.resources(of: run) {
        case .ready(let ready): reference = ready
        case .unusable(let reason): return try RunFailure.effects(run, reason: reason, source: Stage.report)
        case .over:
            // The closing unit is delivered again when its process died between database and broker.
            return Effects(store: {
                try await PublishedReport.again(run, closedBy: unit, traceparent: traceparent, on: $0)
            })
        }
        guard let request = try await runs.request(of: run) else { return Effects() }
        let regions = try await runs.regions(of: run)
        let rows = CallRows(calls, contigs: reference)
        return Effects(store: { connection in
            let entry = try await Ledger.record(
                run: run.uuid, stage: Stage.report, unit: unit, fed: 1, problem: problem, on: connection)
            // A unit that comes again may be scored by another version: the calls of the first time stand.
            if entry.isNew {
                if let problem {
                    try await InputProblemRow.insert(
                        run, stage: Stage.report, unit: unit, message: problem, on: connection)
                }
                try await rows.insert(run, on: connection)
            }
            guard entry.closes else { return [] }
            if try await PublishedReport.exists(run, on: connection) {
                return try await PublishedReport.again(run, closedBy: unit, traceparent: traceparent, on: connection)
            }
            let maker = ReportMaker(
                run: run, request: request, regions: regions, reference: reference, traceparent: traceparent)
            return try await Self.report(by: maker, on: connection)
        })
    }

    /// Makes the report; what is wrong with the run itself ends it with the reason, and what may pass is waited for.
    private static func report(by maker: ReportMaker, on connection: Connection) async throws -> [OutgoingRecord] {
        let run = maker.run.uuid
        let open = try await connection.query("SELECT 1 AS one FROM runs WHERE run_id = \(run) AND state = 'opened'")
        guard open.isEmpty else {
            throw AbandonedUnit(
                "all units are done of a run whose reading never ended: its end is lost; run the sample again")
        }
        do {
            return try await maker.make(on: connection)
        } catch let error as AbandonedUnit {
            throw error
        } catch  where isOwn(error) {
            throw AbandonedUnit("the report cannot be made: \(error)")
        }
    }

    /// Whether an error would come again whenever the report is made.
    private static func isOwn(_ error: any Error) -> Bool {
        switch error {
        case is EncodingError, is DecodingError: true
        case let error as StorageError: error.isFaultOfData
        case is GenomicsError: !Passing.includes(error)
        default: false
        }
    }
}
