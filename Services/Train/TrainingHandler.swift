import Events
import Foundation
import Messaging
import ModelRegistry
import NeuralNetwork
import Runs
import ServiceRuntime
import Storage
import Synchronization
import VariantCalling

/// Spools labelled examples and, when a requested data set is complete, trains on it.
///
/// Whichever record completes a job, the request or the last shard, trains; delivered again, it trains again and finds its
/// version registered.
struct TrainingHandler: RecordHandler {
    let services: StageServices
    let spool: ExampleSpool
    let context: ServiceContext
    private let claims = Claims()

    /// Which record trains which job.
    private final class Claims: Sendable {
        let records = Mutex<[Identifier: String]>([:])

        func take(_ job: Identifier, by record: String) -> Bool {
            records.withLock { records in
                let holder = records[job] ?? record
                records[job] = holder
                return holder == record
            }
        }
    }

    init(services: StageServices, spool: ExampleSpool, context: ServiceContext) {
        self.services = services
        self.spool = spool
        self.context = context
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let envelope = try RejectedRecord.unless { try EventEnvelope(record) }
        switch envelope.type {
        case .job: return try await request(record)
        case .labelledExamples: return try await shard(record, envelope)
        default: throw RejectedRecord("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
        }
    }

    /// A data set that lacks a shard trains nothing: its job fails and says why.
    func effects(ofRejected record: IncomingRecord, reason: String) async -> Effects {
        guard let envelope = try? EventEnvelope(record) else { return Effects() }
        let job: Identifier? =
            switch envelope.type {
            case .labelledExamples: (try? envelope.text(EventExtension.dataset)).flatMap { Identifier($0) }
            case .job: (try? EventCoding.decode(JobEvent.self, from: record.value ?? []))?.job
            default: nil
            }
        return job.map { failure($0, reason) } ?? Effects()
    }

    /// What is not spooled here of unfinished data sets is read again.
    func assigned(
        _ partitions: [TopicPartition], committed: [TopicPartition: Int64]
    ) async throws -> [TopicPartition: Int64] {
        claims.records.withLock { $0.removeAll() }
        var starts: [TopicPartition: Int64] = [:]
        for partition in partitions where partition.topic == Topics.labelledExamples {
            let rows = try await services.database.query(
                """
                SELECT dataset, shard, record_offset FROM dataset_shards d
                WHERE topic_partition = \(Int(partition.partition))
                    AND NOT EXISTS (SELECT FROM jobs WHERE job_id::text = d.dataset AND state IN ('done', 'failed'))
                ORDER BY record_offset
                """)
            for row in rows {
                let dataset: String = try row.decode("dataset")
                if spool.shards(of: dataset).contains(try row.decode("shard", as: Int.self)) { continue }
                starts[partition] = try row.decode("record_offset")
                break
            }
        }
        return starts
    }

    func revoked(_ partitions: [TopicPartition]) async { claims.records.withLock { $0.removeAll() } }

    private func request(_ record: IncomingRecord) async throws -> Effects {
        let event = try RejectedRecord.unless { try EventCoding.decode(JobEvent.self, from: record.value ?? []) }
        guard event.state == .requested, let request = event.train else { return Effects() }
        guard request.task == "variants", request.shards > 0, request.epochs > 0 else {
            throw RejectedRecord("task \(request.task) with \(request.shards) shards: this service trains `variants`")
        }
        let document = try JSON(encoding: request)
        try await services.database.execute(
            """
            INSERT INTO jobs (job_id, kind, state, request) VALUES (\(event.job.uuid), 'train', 'queued', \(document))
            ON CONFLICT DO NOTHING
            """)
        return try await trainIfComplete(event.job, record: record)
    }

    private func shard(_ record: IncomingRecord, _ envelope: EventEnvelope) async throws -> Effects {
        let (job, shard, count) = try RejectedRecord.unless {
            let dataset = try envelope.text(EventExtension.dataset)
            guard let job = Identifier(dataset) else { throw EventError("ce_dataset is no UUID") }
            let batch = try ExampleBatch(decoding: record.value ?? [])
            guard batch.labels != nil else { throw ExampleError("the tensor `labels` is needed") }
            return (job, try envelope.integer(EventExtension.unit), batch.count)
        }
        let dataset = job.description
        try spool.write(record.value ?? [], dataset: dataset, shard: shard)
        let (partition, offset) = (Int(record.partition), record.offset)
        var effects = try await trainIfComplete(job, record: record)
        let store = effects.store
        effects.store = { connection in
            try await connection.execute(
                """
                INSERT INTO dataset_shards (dataset, shard, examples, topic_partition, record_offset)
                VALUES (\(dataset), \(shard), \(count), \(partition), \(offset)) ON CONFLICT DO NOTHING
                """)
            return try await store?(connection) ?? []
        }
        return effects
    }

    private func trainIfComplete(_ job: Identifier, record: IncomingRecord) async throws -> Effects {
        let rows = try await services.database.query(
            "SELECT request FROM jobs WHERE job_id = \(job.uuid) AND state IN ('queued', 'running')")
        guard let row = rows.first else { return Effects() }
        let request = try row.decode("request", as: JSON.self).decode(TrainingRequest.self)
        guard spool.shards(of: job.description).isSuperset(of: 0..<request.shards),
            claims.take(job, by: "\(record.topic)/\(record.partition)/\(record.offset)")
        else { return Effects() }
        do {
            return try await effects(of: job, request: request, package: fit(job, request))
        } catch let error as NeuralNetworkError {
            return failure(job, "\(error)")
        } catch let error as ExampleError {
            return failure(job, "\(error)")
        } catch let error as RegistryError {
            return failure(job, "\(error)")
        }
    }

    private func fit(_ job: Identifier, _ request: TrainingRequest) async throws -> ModelPackage {
        context.logger.notice("train.job.start", ["job": .string(job.description), "shards": .integer(request.shards)])
        let (spool, workers) = (spool, services.workers)
        let (progress, report) = AsyncStream.makeStream(of: TrainingProgress.self, bufferingPolicy: .bufferingNewest(1))
        async let shown: Void = show(progress, of: job)
        let result: Swift.Result<ModelPackage, any Error>
        do {
            result = .success(
                try await BlockingWork.run {
                    var (training, validation) = ([ExampleBatch](), [ExampleBatch]())
                    for shard in 0..<request.shards {
                        let batch = try spool.read(dataset: job.description, shard: shard)
                        if batch.split == .validation { validation.append(batch) } else { training.append(batch) }
                    }
                    return try CallingTrainer(
                        .init(
                            seed: request.seed, epochs: request.epochs, workers: workers,
                            dataDigests: request.dataDigests, command: request.command,
                            split: SimulatedTrainingSet.splitDescription)
                    ).fit(training: training, validation: validation) { report.yield($0) }
                })
        } catch {
            result = .failure(error)
        }
        report.finish()
        await shown
        return try result.get()
    }

    /// Keeps the job's row up to date for those who watch; a database that is away loses only the watching.
    private func show(_ progress: AsyncStream<TrainingProgress>, of job: Identifier) async {
        var last = ContinuousClock.now - .seconds(1)
        for await step in progress {
            guard ContinuousClock.now - last > .milliseconds(500), let document = try? JSON(encoding: step) else {
                continue
            }
            last = .now
            _ = try? await services.database.execute(
                """
                UPDATE jobs SET state = 'running', progress = \(document)
                WHERE job_id = \(job.uuid) AND state IN ('queued', 'running')
                """)
        }
    }

    private func effects(of job: Identifier, request: TrainingRequest, package: ModelPackage) async throws -> Effects {
        let registry = ModelRegistry(services.database)
        let (version, event) = try await registry.register(
            package, name: CallingModel.name, job: job.uuid, actor: "train", reason: "job \(job)")
        let outcome = try JSON(encoding: version)
        context.logger.notice("train.job.done", ["job": .string(job.description), "model": .string(version.label)])
        return Effects(
            outputs: [
                try event.record(source: "train"),
                try EventCoding.record(
                    JobEvent(job: job, state: .done, message: version.label), topic: Topics.jobs,
                    key: job.description, id: "\(job)/done", source: "train"),
            ],
            store: { connection in
                try await connection.execute(
                    """
                    UPDATE jobs SET state = 'done', outcome = \(outcome), finished_at = now()
                    WHERE job_id = \(job.uuid) AND state IN ('queued', 'running')
                    """)
                return []
            }, settled: { [spool] in spool.remove(job.description) })
    }

    private func failure(_ job: Identifier, _ reason: String) -> Effects {
        context.logger.error("train.job.failed", ["job": .string(job.description), "reason": .string(reason)])
        return Effects(
            store: { connection in
                let outcome = try JSON(encoding: ["message": reason])
                try await connection.execute(
                    """
                    UPDATE jobs SET state = 'failed', outcome = \(outcome), finished_at = now()
                    WHERE job_id = \(job.uuid) AND state IN ('queued', 'running')
                    """)
                return [
                    try EventCoding.record(
                        JobEvent(job: job, state: .failed, message: reason), topic: Topics.jobs, key: job.description,
                        id: "\(job)/failed", source: "train")
                ]
            }, settled: { [spool] in spool.remove(job.description) })
    }
}
