import Messaging
import Storage

/// The loop of a stage: consume, handle, store, produce, move the offsets.
///
/// All delivery guarantees of the suite are here.
///
/// A batch of records is handled side by side. Then, in this order: one database transaction takes the rows of all its
/// records, the outputs are produced, and the offsets move past the contiguous finished prefix. On Apache Kafka outputs
/// and offsets are one Kafka transaction; on a broker without transactions the outputs are acknowledged first. After a
/// crash between the steps the records are delivered again and lead to the same rows and the same output ids, so the
/// effect is there once. Because the rows come before the outputs, whoever reads an output finds its unit recorded.
public final class Processor<Handler: RecordHandler>: Sendable {
    /// How much is handled at a time.
    public struct Limits: Sendable {
        /// Records in a batch.
        public var records: Int
        /// Bytes in a batch.
        public var bytes: Int
        /// How long a batch waits for more records after its first.
        public var linger: Duration

        /// Makes limits.
        public init(records: Int = 64, bytes: Int = 8 << 20, linger: Duration = .milliseconds(20)) {
            self.records = records
            self.bytes = bytes
            self.linger = linger
        }
    }

    let context: ServiceContext
    let services: StageServices
    let group: String
    let topics: [String]
    let deadLetterTopic: String
    let handler: Handler
    let limits: Limits
    let metrics: ProcessorMetrics
    private let heartbeat: Heartbeat
    private let watch: BrokerWatch

    /// Makes the loop of a stage whose processes share the consumer group `group`.
    public init(
        _ context: ServiceContext, services: StageServices, group: String, topics: [String], deadLetterTopic: String,
        handler: Handler, limits: Limits = Limits()
    ) {
        self.context = context
        self.services = services
        self.group = group
        self.topics = topics
        self.deadLetterTopic = deadLetterTopic
        self.handler = handler
        self.limits = limits
        metrics = ProcessorMetrics(context.metrics)
        heartbeat = Heartbeat(context.health)
        watch = BrokerWatch(context)
    }

    /// Runs until the task is cancelled; the batch in hand is finished first.
    ///
    /// A lost broker or database is waited for. Where the topic has lost records, the handler is told, so that runs end
    /// with a word about it, and reading goes on behind them. Throws only what neither time nor another session mends.
    public func run() async throws {
        var backoff = Backoff()
        var loss: MessagingError?
        while !Task.isCancelled {
            do {
                if let loss { try await handler.lostRecords(loss.message) }
                let gap = GapRecovery(isNeeded: loss != nil)
                loss = nil
                try await session(gap)
            } catch is CancellationError {
                return
            } catch let error as MessagingError where error.code == .gap {
                context.logger.error("pipeline.records.lost", ["group": .string(group)], error: error)
                loss = error
            } catch let error as MessagingError {
                // Fenced, or a transaction that cannot be saved: everything unfinished comes again in a new session.
                await wait(for: error, &backoff)
            } catch let error as StorageError where error.isRetriable {
                await wait(for: error, &backoff)
            } catch let error as LocalStateLost {
                await wait(for: error, &backoff)
            }
        }
    }

    private func wait(for error: any Error, _ backoff: inout Backoff) async {
        context.health.set("pipeline", ready: false, reason: "\(error)")
        context.logger.warning("pipeline.session.lost", ["group": .string(group)], error: error)
        try? await Task.sleep(for: backoff.next())
    }

    /// One membership of the consumer group, from joining to leaving.
    private func session(_ gap: GapRecovery) async throws {
        let producer = try await Producer(
            services.messaging, transactionalID: "helicase-\(group)-\(context.instance)", topics: services.topics)
        let consumer = try Consumer(
            services.messaging, group: group, topics: topics,
            onAssignment: { [handler, context, group, services] partitions in
                context.logger.info(
                    "pipeline.assigned", ["group": .string(group), "partitions": .integer(partitions.count)])
                let committed = try await Admin.committedOffsets(of: partitions, group: group, services.messaging)
                let own = try await handler.assigned(partitions, committed: committed)
                return try await gap.starts(of: partitions, instead: own, group: group, services.messaging)
            },
            onRevocation: { [handler] in await handler.revoked($0) })
        context.health.set("pipeline", ready: true, reason: "consuming")
        let watching = Task { await watch.watch(consumer, producer) }
        defer { watching.cancel() }
        do {
            while !Task.isCancelled {
                let batch = try await consumer.nextBatch(
                    maximumRecords: limits.records, maximumBytes: limits.bytes, linger: limits.linger)
                // The batch in hand is finished even when the task is cancelled: an unstructured task does not inherit that.
                heartbeat.isWorking(true)
                defer { heartbeat.isWorking(false) }
                try await Task { try await self.finish(batch, consumer, producer) }.value
            }
        } catch {
            await consumer.close()
            await producer.close()
            throw error
        }
        await consumer.close()
        await producer.close()
    }
}
