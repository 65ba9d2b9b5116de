import Events
import Genomics
import Messaging
import Runs
import ServiceRuntime
import Storage
import VariantCalling

/// Genotypes a unit's candidates; the unit that closes its run makes the report.
struct PredictionsHandler: RecordHandler {
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

    func lostRecords(_ reason: String) async throws {
        try await RunFailure.failOpenRuns(reason: reason, in: services.database)
    }

    /// A unit that cannot be read counts as done; its run's report names it.
    func effects(ofRejected record: IncomingRecord, reason: String) async -> Effects {
        guard let envelope = try? EventEnvelope(record), let run = try? envelope.run(),
            let unit = try? envelope.text(EventExtension.unit)
        else { return Effects() }
        let effects = try? await effects(
            run: run, unit: unit, calls: [], problem: reason, traceparent: envelope.headers.traceparent)
        return effects ?? Effects()
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
            return try await ReportMaker(
                run: run, request: request, regions: regions, reference: reference, traceparent: traceparent
            ).make(on: connection)
        })
    }
}
