import Commands
import Delivery
import Events
import Foundation
import Messaging
import ModelRegistry
import NeuralNetwork
import Runs
import Storage
import TaskCatalog
import Tasks

/// Takes training requests, their data sets and wishes to cancel into the database and the state folder.
///
/// It is quick: ``TrainingLoop`` does the training, so that a job that takes days holds up neither the next request nor the
/// word that ends it.
struct TrainingHandler: RecordHandler {
    let database: Database
    let spool: ExampleSpool
    let roots: DataRoots

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let envelope = try RejectedRecord.unless { try EventEnvelope(record) }
        switch envelope.type {
        case .job: return try job(record)
        case .labelledExamples: return try await shard(record, envelope)
        default: throw RejectedRecord("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
        }
    }

    /// A request that cannot be met is a job that failed, and so is one whose data set lacks a shard.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let envelope = try? EventEnvelope(record) else { return Effects() }
        switch envelope.type {
        case .labelledExamples:
            guard let job = (try? envelope.text(EventExtension.dataset)).flatMap({ Identifier($0) }) else { break }
            // The job's request, in another topic, may not have come yet: it will find that it has failed.
            return failure(job, JSON(bytes: Array("{}".utf8)), reason)
        case .job:
            guard let event = try? EventCoding.decode(JobEvent.self, from: record.value ?? []),
                event.state == .requested, let request = event.train
            else { break }
            return failure(event.job, try JSON(encoding: request), reason)
        default: break
        }
        return Effects()
    }

    private func job(_ record: IncomingRecord) throws -> Effects {
        let event = try RejectedRecord.unless { try EventCoding.decode(JobEvent.self, from: record.value ?? []) }
        if event.state == .cancelRequested {
            return Effects(store: {
                try await Self.end(event.job, .cancelled, event.message ?? "cancelled on request", on: $0)
            })
        }
        guard event.state == .requested, let request = event.train else { return Effects() }
        try RejectedRecord.unless { try request.check() }
        for file in (request.files ?? []) + (request.validationFiles ?? []) {
            if let flaw = roots.flaw(of: file, isVouched: true) {
                throw RejectedRecord("the training request is refused: \(file.prefix(200)): \(flaw)")
            }
        }
        let document = try JSON(encoding: request)
        return Effects(store: { connection in
            try await JobTable.insert(event.job, document, on: connection)
            return []
        })
    }

    private func shard(_ record: IncomingRecord, _ envelope: EventEnvelope) async throws -> Effects {
        let (dataset, shard) = try RejectedRecord.unless {
            guard let dataset = Identifier(try envelope.text(EventExtension.dataset)) else {
                throw EventError("ce_dataset is no UUID")
            }
            return (dataset, try envelope.integer(EventExtension.unit))
        }
        if try await JobTable(database).isOver(dataset) { return Effects() }
        let (folder, bytes) = (spool.folder(dataset), record.value ?? [])
        let count = try await BlockingWork.run {
            let count = try RejectedRecord.unless { try Self.examples(in: bytes) }
            try folder.write(bytes, shard: shard)
            return count
        }
        let (partition, offset) = (Int(record.partition), record.offset)
        return Effects(store: { connection in
            try await connection.execute(
                """
                INSERT INTO dataset_shards (dataset, shard, examples, topic_partition, record_offset)
                VALUES (\(dataset.description), \(shard), \(count), \(partition), \(offset)) ON CONFLICT DO NOTHING
                """)
            try await connection.notify(channel: JobTable.channel, payload: dataset.description)
            return []
        })
    }

    /// How many examples a shard holds; throws what makes them no examples.
    private static func examples(in bytes: [UInt8]) throws -> Int {
        let file = try Safetensors.decode(bytes)
        if file["features"] != nil, let task = TaskCatalog.unnamed as? any LabelledTask {
            return try task.labelledExamples(decoding: bytes).examples.count
        }
        guard let inputs = file["inputs"], file["targets"] != nil, let values = inputs.floats,
            let count = inputs.shape.first
        else { throw TaskError("the tensors `inputs` (F32) and `targets` are needed, or `features` and `labels`") }
        guard values.allSatisfy(\.isFinite) else { throw TaskError("`inputs` holds a number that is not finite") }
        return count
    }

    private func failure(_ job: Identifier, _ request: JSON, _ reason: String) -> Effects {
        Effects(store: { connection in
            try await JobTable.insert(job, request, on: connection)
            return try await Self.end(job, .failed, reason, on: connection)
        })
    }

    /// Ends a job and returns the record that says so, which is the same however often it is asked for.
    private static func end(
        _ job: Identifier, _ state: JobEvent.State, _ reason: String, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        let ended = try await JobTable.end(job, state: state, reason: reason, on: connection)
        let isRepeated = try await JobTable.isAnnounced(job, state: state, reason: reason, on: connection)
        guard ended || isRepeated else { return [] }
        return [try JobEvent(job: job, state: state, message: reason).record()]
    }
}
