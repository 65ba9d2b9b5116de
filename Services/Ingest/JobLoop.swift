import Delivery
import Events
import Messaging
import Runs
import ServiceRuntime
import Storage

/// Takes ingest requests from `jobs` and works on several runs side by side.
///
/// A run is hours long and feeds thousands of batches, so unlike the other stages it does not wait for one transaction:
/// batches are sent as they fill, and the request's offset moves once all are there, past the contiguous prefix of requests
/// that are done. A process that takes over goes on at the last point that the run's row remembers.
struct JobLoop: Sendable {
    let context: ServiceContext
    let services: StageServices
    let batchBytes: Int
    /// Runs that are worked on at once.
    let runs: Int
    /// After so long a run whose stream nobody reads is given up.
    let streamTimeout: Duration

    func run() async throws {
        // A run may take hours and is not stuck for that.
        let heartbeat = Heartbeat(context.health)
        defer { withExtendedLifetime(heartbeat) {} }
        let watch = StreamWatch(database: services.database, logger: context.logger, timeout: streamTimeout)
        let watching = Task { await watch.run() }
        defer { watching.cancel() }
        var backoff = Backoff()
        var loss: MessagingError?
        while !Task.isCancelled {
            do {
                if let loss {
                    try await RunFailure.suspectOpenRuns(reason: loss.message, in: services.database)
                }
                let gap = GapRecovery(isNeeded: loss != nil)
                loss = nil
                try await session(gap)
            } catch is CancellationError {
                return
            } catch {
                if let error = error as? MessagingError, error.code == .gap { loss = error }
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
        // All of them at once: a process that was killed may have left a transaction open in any slot, which holds up whoever reads
        // behind it until it is ended here.
        let producers = try await withThrowingTaskGroup(of: Producer.self) { group in
            for number in 1...runs { group.addTask { try await producer(number) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // A process that is started again under its name takes up its requests at once, and others keep theirs.
        let name = producers.allSatisfy(\.isTransactional) ? context.configuration.optionalString("instance") : nil
        let offsets = StageOffsets(
            group: Topics.Group.ingest, database: services.database, messaging: services.messaging)
        let consumer = try Consumer(
            services.messaging, group: Topics.Group.ingest, topics: [Topics.jobs], instance: name,
            onAssignment: { [services] partitions in
                let known = try await offsets.assigned(partitions)
                let starts = known.starts.filter { known.lost.contains($0.key) }
                return try await gap.starts(
                    of: partitions, instead: starts, group: Topics.Group.ingest, services.messaging)
            })
        context.health.set("pipeline", ready: true, reason: "waiting for requests")
        let (finished, isFinished) = AsyncStream.makeStream(of: IncomingRecord.self)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for producer in producers {
                    group.addTask { try await slot(producer, consumer) { isFinished.yield($0) } }
                }
                group.addTask {
                    // One at a time: offsets never go backwards.
                    for await record in finished {
                        let positions = consumer.committableOffsets(finishing: [record])
                        try await services.database.transaction { try await offsets.store(positions, on: $0) }
                        offsets.stored(positions)
                        consumer.finish([record])
                        try await consumer.commitFinished()
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        } catch {
            await consumer.close()
            throw error
        }
        await consumer.close()
    }

    private func producer(_ slot: Int) async throws -> Producer {
        let suffix = slot == 1 ? "" : "-\(slot)"
        return try await Producer(
            services.messaging, transactionalID: "helicase-\(Topics.Group.ingest)-\(context.instance)\(suffix)",
            topics: services.topics)
    }

    /// Works on one run after another.
    private func slot(
        _ producer: Producer, _ consumer: Consumer, _ finish: @Sendable (IncomingRecord) -> Void
    ) async throws {
        do {
            while !Task.isCancelled {
                for record in try await consumer.nextBatch(maximumRecords: 1, maximumBytes: 1 << 20, linger: .zero) {
                    if try await seeThrough(record, consumer, producer) { finish(record) }
                }
            }
        } catch {
            await producer.close()
            throw error
        }
        await producer.close()
    }

    /// Works on a request until it is done; false when another process has it.
    private func seeThrough(
        _ record: IncomingRecord, _ consumer: Consumer, _ producer: Producer
    ) async throws -> Bool {
        var backoff = Backoff()
        while consumer.isCurrent(record) {
            do {
                try await RequestHandler(
                    context: context, services: services, batchBytes: batchBytes, producer: producer
                ).handle(record) { consumer.isCurrent(record) }
                context.health.set("pipeline", ready: true, reason: "consuming")
                return true
            } catch let error as MessagingError where error.code == .rebalanced {
                break
            } catch  where !(error is MessagingError) && !(error is CancellationError) {
                // A lost database, a full disk: time or the operator mends it.
                context.health.set("pipeline", ready: false, reason: "\(error)")
                context.logger.warning("ingest.request.retry", error: error)
                try await Task.sleep(for: backoff.next())
            }
        }
        return false
    }
}
