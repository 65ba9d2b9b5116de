import Delivery
import Events
import Messaging
import Runs
import Storage
import TaskCatalog
import Tasks

/// Encodes batches of records of tasks that read no reads.
struct ItemsHandler: RunStageHandler {
    static let stage = Stage.encode

    let services: StageServices
    private let runs: RunLookup
    private let catalog: TaskCatalog

    init(services: StageServices, catalog: TaskCatalog = .suite) {
        self.services = services
        self.catalog = catalog
        runs = RunLookup(services.database)
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let (envelope, run, unit, task) = try RejectedRecord.unless {
            let envelope = try EventEnvelope(record)
            guard envelope.type == .items else {
                throw EventError("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
            }
            let name = try envelope.text(EventExtension.task)
            guard let task = catalog.itemTask(name) else {
                throw EventError("there is no task \"\(name)\" that reads records")
            }
            return (envelope, try envelope.run(), try envelope.integer(EventExtension.unit), task)
        }
        guard try await runs.request(of: run) != nil else { return Effects() }
        let value = record.value ?? []
        let examples = try await BlockingWork.run {
            try RejectedRecord.unless { try task.examples(of: ItemBatch(decoding: value)) }
        }
        // As `examples` of shards are called: the unit of the stage before, and the part of it.
        let name = "\(unit)/0"
        let traceparent = envelope.headers.traceparent
        let output = EventCoding.record(
            try examples.encode(), type: .examples, contentType: ContentType.safetensors, topic: Topics.examples,
            key: "\(run)/\(unit)", id: "\(run)/examples/\(name)", source: Stage.encode,
            extensions: [
                EventExtension.run: run.description, EventExtension.unit: name, EventExtension.task: task.name,
                EventExtension.records: String(examples.count),
            ], traceparent: traceparent)
        return effects(run, task: task.name, unit: unit, outputs: [(name, output)], problem: nil)
    }

    /// A batch that cannot be read counts as done and feeds nothing: the report says that its records are missing.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun, let request = try await runs.request(of: run) else { return Effects() }
        guard let envelope = try? EventEnvelope(record), envelope.type == .items, let task = request.task?.name,
            let unit = try? envelope.integer(EventExtension.unit)
        else { return try RunFailure.effects(run, reason: reason, source: Self.stage) }
        return effects(run, task: task, unit: unit, outputs: [], problem: reason)
    }

    private func effects(
        _ run: Identifier, task: String, unit: Int, outputs: [(name: String, record: OutgoingRecord)],
        problem: String?
    ) -> Effects {
        Effects(count: { connection in
            if let problem {
                try await InputProblemRow.insert(
                    run, stage: Stage.encode, unit: String(unit), message: problem, on: connection)
            }
            let entry = try await Ledger.record(
                run: run.uuid, stage: Stage.encode, unit: String(unit), fed: outputs.count,
                outputs: outputs.map(\.name),
                problem: problem, on: connection)
            var closing: [OutgoingRecord] = []
            if entry.closes {
                let units = try await Ledger.fed(run: run.uuid, stage: Stage.encode, on: connection)
                let isScored = try await Ledger.expect(
                    run: run.uuid, stage: Stage.infer, units: units, unit: Stage.encode, on: connection)
                if isScored { closing = [try await close(run, task: task, on: connection)] }
            }
            return (entry.wasRejected ? [] : outputs.map(\.record)) + closing
        })
    }

    /// The closing batch fed nothing and all others are scored: no unit of `infer` is left to close the run, so an empty one is
    /// sent past it.
    private func close(
        _ run: Identifier, task: String, on connection: Connection
    ) async throws -> OutgoingRecord {
        let units = try await Ledger.fed(run: run.uuid, stage: Stage.infer, on: connection)
        _ = try await Ledger.expect(
            run: run.uuid, stage: Stage.report, units: units + 1, unit: Stage.infer, on: connection)
        return try EventCoding.record(
            ScoreBatch(run: run, unit: Stage.encode, task: task, model: nil, rows: []), topic: Topics.predictions,
            key: "\(run)/\(Stage.encode)", id: "\(run)/predictions/\(Stage.encode)", source: Stage.encode,
            extensions: [
                EventExtension.run: run.description, EventExtension.unit: Stage.encode, EventExtension.task: task,
            ])
    }
}
