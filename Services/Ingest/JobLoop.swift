import Events
import Messaging
import Runs
import ServiceRuntime
import Storage

/// Takes ingest requests from `jobs`, one file set after another.
///
/// A run is hours long and feeds thousands of batches, so unlike the other stages it does not wait for one transaction:
/// batches are sent as they fill, and only the last transaction of the run moves the request's offset. A process that takes
/// over reads the files again from their start, passes over what is known to be sent, and sends the same batches on.
struct JobLoop: Sendable {
    let context: ServiceContext
    let services: StageServices
    let batchBytes: Int

    func run() async throws {
        // A run may take hours and is not stuck for that.
        let heartbeat = Heartbeat(context.health)
        defer { withExtendedLifetime(heartbeat) {} }
        var backoff = Backoff()
        var loss: MessagingError?
        while !Task.isCancelled {
            do {
                if let loss {
                    try await RunFailure.failOpenRuns(reason: loss.message, in: services.database)
                }
                let gap = GapRecovery(isNeeded: loss != nil)
                loss = nil
                try await session(gap)
            } catch is CancellationError {
                return
            } catch let error as MessagingError {
                if error.code == .gap { loss = error }
                await wait(for: error, &backoff)
            } catch let error as StorageError where error.isRetriable {
                await wait(for: error, &backoff)
            }
        }
    }

    private func wait(for error: any Error, _ backoff: inout Backoff) async {
        context.health.set("pipeline", ready: false, reason: "\(error)")
        context.logger.warning("ingest.session.lost", error: error)
        try? await Task.sleep(for: backoff.next())
    }

    private func session(_ gap: GapRecovery) async throws {
        let producer = try await Producer(
            services.messaging, transactionalID: "helicase-\(Topics.Group.ingest)-\(context.instance)",
            topics: services.topics)
        let consumer = try Consumer(
            services.messaging, group: Topics.Group.ingest, topics: [Topics.jobs],
            onAssignment: { [services] partitions in
                try await gap.starts(of: partitions, instead: [:], group: Topics.Group.ingest, services.messaging)
            })
        context.health.set("pipeline", ready: true, reason: "waiting for requests")
        do {
            while !Task.isCancelled {
                let batch = try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1 << 20, linger: .zero)
                for record in batch { try await handle(record, consumer, producer) }
            }
        } catch {
            await consumer.close()
            await producer.close()
            throw error
        }
        await consumer.close()
        await producer.close()
    }

    private func handle(_ record: IncomingRecord, _ consumer: Consumer, _ producer: Producer) async throws {
        let sender = BatchSender(producer: producer, database: services.database, consumed: (consumer, record))
        do {
            guard let job = try request(record) else {
                try await sender.finish()
                return
            }
            try await Ingestor(
                run: job.job, request: job.request, sender: sender, context: context, services: services,
                batchBytes: batchBytes, traceparent: job.traceparent
            ).run()
        } catch let error as RejectedRecord {
            context.logger.error("ingest.request.rejected", ["reason": .string(error.description)])
            try await sender.send(
                DeadLetter.record(
                    topic: Topics.deadLetters, key: record.key, value: record.value, headers: record.headers,
                    reason: error.description, origin: "\(record.topic)/\(record.partition)/\(record.offset)"))
            try await sender.finish()
        }
    }

    /// The record's ingest request; nil when it is something else's.
    private func request(_ record: IncomingRecord) throws -> (
        job: Identifier, request: IngestRequest, traceparent: String?
    )? {
        do {
            let envelope = try EventEnvelope(record)
            guard envelope.type == .job else { return nil }
            let job = try EventCoding.decode(JobEvent.self, from: record.value ?? [])
            guard job.state == .requested, let request = job.ingest else { return nil }
            return (job.job, request, envelope.headers.traceparent)
        } catch let error as EventError {
            throw RejectedRecord(error.description)
        }
    }
}
