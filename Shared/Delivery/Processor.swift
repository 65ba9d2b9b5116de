import Messaging
import ServiceRuntime
import Storage

/// The loop of a stage: consume, handle, store, produce, move the offsets.
///
/// All delivery guarantees of the suite are here.
///
/// A batch of records is handled side by side. Then, in this order: one database transaction takes the rows of all its
/// records and the position behind them (``StageOffsets``), what is long is done in transactions of its own, the outputs are produced, and the offsets move past the contiguous finished prefix. On Apache Kafka outputs
/// and offsets are one Kafka transaction; on a broker without transactions the outputs are acknowledged first. After a
/// crash between the steps the records are delivered again and lead to the same rows and the same output ids, so the
/// effect is there once. What one transaction holds is bounded by what was read and by what came of it: a record that leads to much
/// does so in parts (``Effects/parts``). Because the rows come before the outputs, whoever reads an output finds its unit recorded.
public final class Processor<Handler: RecordHandler>: Sendable {
    /// How much is handled at a time.
    public struct Limits: Sendable {
        /// Records in a batch.
        public var records: Int
        /// Bytes in a batch.
        public var bytes: Int
        /// How long a batch waits for more records after its first.
        public var linger: Duration
        /// Records that are handled before it is looked at what they led to; the whole batch where nothing is said.
        public var atOnce: Int
        /// Bytes of outputs with which what is handled is applied, before more is handled.
        public var outputBytes: Int
        /// Outputs with which what is handled is applied, before more is handled.
        public var outputs: Int

        /// Makes limits.
        public init(
            records: Int = 64, bytes: Int = 8 << 20, linger: Duration = .milliseconds(20), atOnce: Int = .max,
            outputBytes: Int = 16 << 20, outputs: Int = 1024
        ) {
            self.records = records
            self.bytes = bytes
            self.linger = linger
            self.atOnce = max(1, atOnce)
            self.outputBytes = outputBytes
            self.outputs = outputs
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
    let heartbeat: Heartbeat
    let heldUp: HeldUp
    let offsets: StageOffsets
    private let watch: BrokerWatch

    /// The clients of one membership of the consumer group.
    struct Session: Sendable {
        let consumer: Consumer
        let producer: Producer
    }

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
        heldUp = HeldUp(context, group: group, waiting: metrics.waiting)
        offsets = StageOffsets(group: group, database: services.database, messaging: services.messaging)
        watch = BrokerWatch(context)
    }

    /// Runs until the task is cancelled; the batch in hand is finished first.
    ///
    /// Whatever cannot be done for now is waited for, in `/ready` and in the log with its reason. Where the topic has lost
    /// records, the handler is told, so that runs end with a word about it, and reading goes on behind them.
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
            } catch {
                // Fenced, a transaction that cannot be saved, a lost database: what is unfinished comes again in a new session.
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
            onAssignment: { [handler, context, group, services, offsets] partitions in
                context.logger.info(
                    "pipeline.assigned", ["group": .string(group), "partitions": .integer(partitions.count)])
                let known = try await offsets.assigned(partitions)
                if !known.lost.isEmpty {
                    context.logger.error(
                        "pipeline.rows.lost",
                        ["group": .string(group), "partitions": .string("\(known.lost.map(\.description).sorted())")])
                    try await handler.lostRows(of: known.lost)
                }
                var own = try await handler.assigned(partitions, committed: known.starts)
                for partition in known.lost {
                    own[partition] = min(own[partition] ?? .max, known.starts[partition] ?? .max)
                }
                return try await gap.starts(of: partitions, instead: own, group: group, services.messaging)
            },
            onRevocation: { [handler] in await handler.revoked($0) })
        context.health.set("pipeline", ready: true, reason: "consuming")
        let session = Session(consumer: consumer, producer: producer)
        let watching = Task { await watch.watch(consumer, producer) }
        defer { watching.cancel() }
        do {
            while !Task.isCancelled {
                let batch = try await consumer.nextBatch(
                    maximumRecords: limits.records, maximumBytes: limits.bytes, linger: limits.linger)
                // The batch in hand is finished even when the task is cancelled: an unstructured task does not inherit that.
                heartbeat.isWorking(true)
                defer { heartbeat.isWorking(false) }
                try await Task { try await self.finish(batch, session) }.value
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
