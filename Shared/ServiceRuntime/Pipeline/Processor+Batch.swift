import Messaging
import Storage

extension Processor {
    /// Sees a batch through, however often it has to be tried.
    func finish(_ batch: [IncomingRecord], _ consumer: Consumer, _ producer: Producer) async throws {
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
            } catch let error as MessagingError where error.isFatal || error.code == .gap {
                throw error
            } catch is CancellationError {
                throw CancellationError()
            } catch  where isPassing(error) {
                if error is StorageError { context.health.set("database", ready: false, reason: "\(error)") }
                context.logger.warning("pipeline.batch.retry", ["group": .string(group)], error: error)
            } catch  where waiting.count > 1 {
                // One record's effects are refused: it is found by taking each on its own.
                context.logger.warning("pipeline.batch.divided", ["group": .string(group)], error: error)
                for record in waiting.map(\.0) { try await finish([record], consumer, producer) }
                return
            } catch  where !waiting[0].1.isRejection {
                waiting[0].1 = await reject(waiting[0].0, reason: "its effects are refused: \(error)")
            } catch {
                // Not even its rejection can be stored: the dead letter alone goes out, and the topic goes on.
                context.logger.error("pipeline.rejection.refused", ["group": .string(group)], error: error)
                waiting[0].1.store = nil
            }
            metrics.retries.increment()
            try await pause(&backoff)
        }
    }

    /// Whether time may mend an error: a lost broker or database, a full disk.
    private func isPassing(_ error: any Error) -> Bool {
        switch error {
        case let error as StorageError: error.isRetriable
        case let error as MessagingError: error.code != .recordTooLarge
        default: error is any PassingError
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
                case .failure(let error as LocalStateLost): throw error
                case .failure(let error):
                    if error is RejectedRecord || (!isPassing(error) && attempt >= 3) {
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
