import Delivery
import Events
import Messaging
import ModelRegistry
import NeuralNetwork
import ServiceRuntime
import Storage

/// One process's work on one job: what leading and helping have in common.
struct JobWorker: Sendable {
    let context: ServiceContext
    let services: StageServices
    let table: JobTable
    let spool: ExampleSpool
    let settings: TrainingSettings
    /// Carries rows, plans and what is told of the job.
    let producer: Producer

    /// Opens the data of a request, those of a data set from the topic where this process does not have them.
    func prepare(_ request: TrainingRequest, of job: Identifier) async throws -> any PreparedTraining {
        let dataset = request.datasetJob ?? job
        if request.shards > 0 { try await spool.complete(dataset, shards: request.shards) }
        let folder = spool.folder(dataset)
        return try await BlockingWork.run { try request.prepare(folder) }
    }

    /// The checkpoint that the job goes on from.
    func checkpoint(of job: Identifier) async throws -> TrainingCheckpoint? {
        guard let bytes = try await table.checkpoint(of: job) else { return nil }
        return try await BlockingWork.run { try TrainingCheckpoint(decoding: bytes) }
    }

    /// What others have to know before they can send anything to this process: from where on it reads.
    func openReader(of job: Identifier) async throws -> TopicReader {
        var messaging = services.messaging
        if producer.capabilities.topicCapacityBytes != nil {
            // The embedded broker answers an empty fetch only when its time is over, whatever arrives meanwhile.
            messaging.properties.merge(["fetch.wait.max.ms": "5"]) { own, _ in own }
        }
        let reader = try TopicReader(
            messaging, topic: Topics.trainingUpdates, partitions: .ofKey(Array(job.description.utf8)), from: .end)
        try await reader.begin()
        return reader
    }

    /// Trains on a thread of its own while the records of shared steps go out and come in and `watch` looks after the job.
    ///
    /// `watch` is cancelled when the training is over.
    func run<Result: Sendable>(
        _ shared: SharedSteps, reader: TopicReader, stop: StopSignal, watch: @escaping @Sendable () async -> Void,
        _ training: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch() }
            group.addTask {
                await context.shutdown.wait()
                if context.shutdown.isRequested { stop.request(StopReason.shutdown) }
            }
            group.addTask { await read(reader, into: shared, stop: stop) }
            let sender = Task { await send(shared, stop: stop) }
            defer { group.cancelAll() }
            let result = try await ending(sender, shared) { try await BlockingWork.run(training) }
            return result
        }
    }

    /// Sends what is queued, the word that this process leaves too, before it goes on.
    private func ending<Result: Sendable>(
        _ sender: Task<Void, Never>, _ shared: SharedSteps, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body()
            shared.close()
            await sender.value
            return result
        } catch {
            shared.close()
            await sender.value
            throw error
        }
    }

    private func send(_ shared: SharedSteps, stop: StopSignal) async {
        for await record in shared.records {
            do {
                try await producer.enqueue(record)
            } catch {
                stop.request(error)
            }
        }
        try? await producer.flush()
    }

    private func read(_ first: TopicReader, into shared: SharedSteps, stop: StopSignal) async {
        var reader = first
        var backoff = Backoff()
        defer { reader.close() }
        while !Task.isCancelled {
            do {
                while true { shared.receive(try await reader.next()) }
            } catch is CancellationError {
                return
            } catch let error as MessagingError where error.code != .unauthorized {
                // What is lost on the way is computed again; a helper finds out by itself that it is behind.
                context.logger.warning("train.updates.lost", error: error)
                reader.close()
                try? await Task.sleep(for: backoff.next())
                do {
                    reader = try TopicReader(
                        services.messaging, topic: Topics.trainingUpdates, partitions: .ofKey(shared.key), from: .end)
                } catch {
                    return stop.request(error)
                }
            } catch {
                return stop.request(error)
            }
        }
    }
}
