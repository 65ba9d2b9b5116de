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
    private let metrics: ProcessorMetrics
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
        var skipsGaps = false
        while !Task.isCancelled {
            do {
                try await session(skipsGaps: skipsGaps)
                skipsGaps = false
            } catch is CancellationError {
                return
            } catch let error as MessagingError where error.code == .gap {
                context.logger.error("pipeline.records.lost", ["group": .string(group)], error: error)
                try await handler.lostRecords(error.message)
                skipsGaps = true
            } catch let error as MessagingError {
                // Fenced, or a transaction that cannot be saved: everything unfinished comes again in a new session.
                context.health.set("pipeline", ready: false, reason: error.message)
                context.logger.warning("pipeline.session.lost", ["group": .string(group)], error: error)
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    /// One membership of the consumer group, from joining to leaving.
    private func session(skipsGaps: Bool) async throws {
        let producer = try await Producer(
            services.messaging, transactionalID: "helicase-\(group)-\(context.instance)", topics: services.topics)
        let consumer = try Consumer(
            services.messaging, group: group, topics: topics,
            onAssignment: { [handler, context, group, services] partitions in
                context.logger.info(
                    "pipeline.assigned", ["group": .string(group), "partitions": .integer(partitions.count)])
                let own = try await handler.assigned(partitions)
                if !skipsGaps { return own }
                return try await GapRecovery.starts(of: partitions, group: group, services.messaging)
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

    /// Sees a batch through, however often it has to be tried.
    private func finish(_ batch: [IncomingRecord], _ consumer: Consumer, _ producer: Producer) async throws {
        let started = ContinuousClock.now
        var waiting = Array(zip(batch, try await handleAll(batch)))
        var backoff = Backoff()
        while true {
            waiting.removeAll { !consumer.isCurrent($0.0) }
            if waiting.isEmpty { return }
            do {
                try await apply(waiting, consumer, producer)
                metrics.finished(records: waiting.map(\.0), since: started)
                for (_, effects) in waiting { await effects.settled?() }
                return
            } catch let error as MessagingError where !error.isFatal && error.code != .gap {
                context.logger.warning("pipeline.batch.retry", ["group": .string(group)], error: error)
            } catch let error as StorageError where error.isRetriable {
                context.health.set("database", ready: false, reason: error.message)
                context.logger.warning("pipeline.batch.retry", ["group": .string(group)], error: error)
            } catch let error as StorageError where waiting.count > 1 {
                // One record's rows are refused: it is found by taking each on its own.
                context.logger.warning("pipeline.batch.divided", ["group": .string(group)], error: error)
                for record in waiting.map(\.0) { try await finish([record], consumer, producer) }
                return
            } catch let error as StorageError where !waiting[0].1.isRejection {
                waiting[0].1 = await reject(waiting[0].0, reason: "the database refuses its rows: \(error)")
            } catch let error as StorageError {
                // Not even its rejection can be stored: the dead letter alone goes out, and the topic goes on.
                context.logger.error("pipeline.rejection.refused", ["group": .string(group)], error: error)
                waiting[0].1.store = nil
            }
            metrics.retries.increment()
            try await pause(&backoff)
        }
    }

    /// Waits before another attempt; once the service is stopping there is none, and the batch comes again elsewhere.
    private func pause(_ backoff: inout Backoff) async throws {
        if context.shutdown.isRequested { throw CancellationError() }
        try await Task.sleep(for: backoff.next())
    }

    /// Rows, then outputs, then offsets.
    private func apply(
        _ batch: [(IncomingRecord, Effects)], _ consumer: Consumer, _ producer: Producer
    ) async throws {
        let records = batch.map(\.0)
        var outputs = batch.flatMap(\.1.outputs)
        let stores = batch.compactMap(\.1.store)
        if !stores.isEmpty {
            outputs += try await services.database.transaction { connection in
                var following: [OutgoingRecord] = []
                for store in stores { following += try await store(connection) }
                return following
            }
            context.health.set("database", ready: true, reason: "reachable")
        }
        if producer.isTransactional {
            try producer.begin()
            do {
                for output in outputs { try await producer.enqueue(output) }
                try await producer.commit(
                    offsets: consumer.committableOffsets(finishing: records), of: consumer)
            } catch {
                try? await producer.abort()
                throw error
            }
            consumer.finish(records)
        } else {
            for output in outputs { try await producer.enqueue(output) }
            try await producer.flush()
            consumer.finish(records)
            try await consumer.commitFinished()
        }
        metrics.produced.increment(by: outputs.count)
    }

    /// Handles a batch until every record has its effects, be it those of a rejected one.
    private func handleAll(_ batch: [IncomingRecord]) async throws -> [Effects] {
        var effects = [Effects?](repeating: nil, count: batch.count)
        var waiting = Array(batch.indices)
        var attempt = 0
        var backoff = Backoff()
        while !waiting.isEmpty {
            attempt += 1
            let results = await handler.handle(waiting.map { batch[$0] }, workers: services.workers)
            var again: [Int] = []
            for (index, result) in zip(waiting, results) {
                switch result {
                case .success(let value): effects[index] = value
                case .failure(let error):
                    let isPassing = error is StorageError || error is MessagingError
                    if error is RejectedRecord || (!isPassing && attempt >= 3) {
                        effects[index] = await reject(batch[index], reason: "\(error)")
                    } else {
                        context.logger.warning(
                            "pipeline.record.retry",
                            [
                                "topic": .string(batch[index].topic),
                                "partition": .integer(Int(batch[index].partition)),
                                "offset": .integer(Int(batch[index].offset)),
                            ], error: error)
                        again.append(index)
                    }
                }
            }
            waiting = again
            if !waiting.isEmpty { try await pause(&backoff) }
        }
        return effects.map { $0 ?? Effects() }
    }

    private func reject(_ record: IncomingRecord, reason: String) async -> Effects {
        metrics.deadLetters.increment()
        context.logger.error(
            "pipeline.record.rejected",
            [
                "topic": .string(record.topic), "partition": .integer(Int(record.partition)),
                "offset": .integer(Int(record.offset)), "reason": .string(reason),
            ])
        var effects = await handler.effects(ofRejected: record, reason: reason)
        effects.isRejection = true
        effects.outputs.append(
            DeadLetter.record(
                topic: deadLetterTopic, key: record.key, value: record.value, headers: record.headers, reason: reason,
                origin: "\(record.topic)/\(record.partition)/\(record.offset)"))
        return effects
    }
}
