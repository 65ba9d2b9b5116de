import Messaging
import Storage

extension Processor {
    /// A record with its effects, and whose they are.
    struct Handled: Sendable {
        /// What the effects are those of.
        enum Kind: Sendable {
            case handled
            case rejected
            case abandoned
        }

        var record: IncomingRecord
        var effects: Effects
        var kind = Kind.handled
        /// Its rows are in the database, and count its outputs.
        var rowsAreStored = false
    }

    /// Sees a batch through, however often it has to be tried, some of it at a time where much comes of it.
    ///
    /// Throws only what ends the session; the offset of a record never moves without its rows.
    func finish(_ batch: [IncomingRecord], _ session: Session) async throws {
        var ready: [Handled] = []
        var started = ContinuousClock.now
        var rest = batch[...]
        while !rest.isEmpty {
            let next = Array(rest.prefix(limits.atOnce))
            rest = rest.dropFirst(next.count)
            for handled in try await handleAll(next) {
                if handled.effects.parts.isEmpty {
                    ready.append(handled)
                    continue
                }
                // Parts come after what was read before them.
                try await settle(ready, since: started, session)
                ready = []
                if let whole = try await applyParts(of: handled, session) {
                    try await settle([whole], since: started, session)
                }
            }
            if !fits(ready.flatMap(\.effects.outputs)) {
                try await settle(ready, since: started, session)
                (ready, started) = ([], .now)
            }
        }
        try await settle(ready, since: started, session)
    }

    /// Whether outputs are few enough to be applied together with more.
    private func fits(_ outputs: [OutgoingRecord]) -> Bool {
        outputs.count < limits.outputs && outputs.reduce(0) { $0 + ($1.value?.count ?? 0) } < limits.outputBytes
    }

    /// Applies what handled records lead to, and moves their offsets.
    private func settle(
        _ batch: [Handled], since started: ContinuousClock.Instant, _ session: Session
    ) async throws {
        var waiting = batch
        var backoff = Backoff()
        while true {
            waiting.removeAll { !session.consumer.isCurrent($0.record) }
            if waiting.isEmpty { return heldUp.end() }
            heartbeat.isWorking(true)
            do {
                try await apply(&waiting, session, movesOffsets: true)
                heldUp.end()
                metrics.finished(records: waiting.map(\.record), since: started)
                for handled in waiting { await handled.effects.settled?() }
                return
            } catch {
                try throwIfFinal(error)
                metrics.retries.increment()
                let refusal = Refusal(error, rowsAreStored: waiting.contains(where: \.rowsAreStored))
                if refusal != nil, waiting.count > 1 {
                    // One record's effects are refused: it is found by taking each on its own.
                    context.logger.warning("pipeline.batch.divided", ["group": .string(group)], error: error)
                    for record in waiting.map(\.record) { try await finish([record], session) }
                    return
                }
                if let refusal, waiting[0].kind != .abandoned {
                    waiting[0] = try await refused(waiting[0].record, refusal, before: waiting[0].kind)
                } else {
                    // Also where not even giving up can be stored: the offset stays where it is.
                    heldUp.note(Self.work(waiting.map(\.record)), error)
                }
            }
            try await pause(&backoff)
        }
    }

    /// Makes and applies the parts of what a record leads to, as many at a time as there are workers and room for; returns what is left
    /// to apply with its offset, nil where the record is another process's now.
    private func applyParts(of whole: Handled, _ session: Session) async throws -> Handled? {
        var parts = whole.effects.parts[...]
        var backoff = Backoff()
        while !parts.isEmpty {
            let next = Array(parts.prefix(services.workers))
            var ready: [Effects] = []
            do {
                ready = try await withThrowingTaskGroup(of: (Int, Effects).self) { group in
                    for (index, part) in next.enumerated() { group.addTask { (index, try await part()) } }
                    return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
                }
                while !ready.isEmpty {
                    guard session.consumer.isCurrent(whole.record) else { return nil }
                    heartbeat.isWorking(true)
                    // At least one; as many as are few enough together.
                    var count = 1
                    while count < ready.count, fits(ready.prefix(count + 1).flatMap(\.outputs)) { count += 1 }
                    var batch = ready.prefix(count).map { Handled(record: whole.record, effects: $0) }
                    try await apply(&batch, session, movesOffsets: false)
                    for part in batch { await part.effects.settled?() }
                    ready.removeFirst(count)
                    parts = parts.dropFirst(count)
                }
                heldUp.end()
                backoff = Backoff()
            } catch {
                try throwIfFinal(error)
                metrics.retries.increment()
                if let refusal = Refusal(error, rowsAreStored: true) {
                    return try await refused(whole.record, .unit(refusal.reason), before: whole.kind)
                }
                heldUp.note(Self.work([whole.record]), error)
                try await pause(&backoff)
            }
        }
        return whole
    }

    /// Rows and the position, then what is long, then outputs, then offsets.
    private func apply(_ batch: inout [Handled], _ session: Session, movesOffsets: Bool) async throws {
        let (consumer, producer) = (session.consumer, session.producer)
        let records = movesOffsets ? batch.map(\.record) : []
        let own = batch.flatMap(\.effects.outputs)
        // Of equal keys the order stays that of the topic.
        let ordered = batch.enumerated().sorted { one, other in
            let (a, b) = (one.element.record.key ?? [], other.element.record.key ?? [])
            return a == b ? one.offset < other.offset : a.lexicographicallyPrecedes(b)
        }
        let stores = ordered.compactMap(\.element.effects.store) + ordered.compactMap(\.element.effects.count)
        let positions = movesOffsets ? consumer.committableOffsets(finishing: records) : [:]
        var outputs = try await services.database.transaction { [offsets] connection in
            var outputs = own
            for store in stores { outputs += try await store(connection) }
            // Before the rows count them, a record's outputs are its own fault.
            for output in outputs { try producer.checkSize(of: output) }
            try await offsets.store(positions, on: connection)
            return outputs
        }
        offsets.stored(positions)
        for index in batch.indices { batch[index].rowsAreStored = true }
        context.health.set("database", ready: true, reason: "reachable")
        for finish in batch.compactMap(\.effects.finish) {
            let more = try await finish()
            for output in more { try producer.checkSize(of: output) }
            outputs += more
        }
        if producer.isTransactional {
            if movesOffsets || !outputs.isEmpty {
                try producer.begin()
                do {
                    for output in outputs { try await producer.enqueue(output) }
                    if movesOffsets {
                        try await producer.commit(
                            offsets: consumer.committableOffsets(finishing: records), of: consumer)
                    } else {
                        try await producer.commit()
                    }
                } catch {
                    try? await producer.abort()
                    throw error
                }
            }
            consumer.finish(records)
        } else {
            for output in outputs { try await producer.enqueue(output) }
            try await producer.flush()
            consumer.finish(records)
            if movesOffsets { try await consumer.commitFinished() }
        }
        metrics.produced.increment(by: outputs.count)
    }

    /// Handles a batch until every record has its effects, be it those of a rejected one.
    private func handleAll(_ batch: [IncomingRecord]) async throws -> [Handled] {
        var handled = [Handled?](repeating: nil, count: batch.count)
        var waiting = Array(batch.indices)
        var backoff = Backoff()
        while !waiting.isEmpty {
            heartbeat.isWorking(true)
            let results = await handler.handle(waiting.map { batch[$0] }, workers: services.workers)
            precondition(results.count == waiting.count, "a handler answers for every record")
            var again: [Int] = []
            for (index, result) in zip(waiting, results) {
                switch result {
                case .success(let effects): handled[index] = Handled(record: batch[index], effects: effects)
                case .failure(let error):
                    try throwIfFinal(error)
                    if let refusal = Refusal(error) {
                        handled[index] = try await refused(batch[index], refusal, before: .handled)
                    } else {
                        heldUp.note(Self.work([batch[index]]), error)
                        again.append(index)
                    }
                }
            }
            waiting = again
            if !waiting.isEmpty { try await pause(&backoff) }
        }
        heldUp.end()
        return handled.compactMap { $0 }
    }

    /// What becomes of a record instead: a rejection, or where that was refused too, the end of what it belongs to.
    private func refused(
        _ record: IncomingRecord, _ refusal: Refusal, before: Handled.Kind
    ) async throws -> Handled {
        var refusal = refusal
        var kind = before
        var backoff = Backoff()
        while true {
            do {
                var handled: Handled
                switch (refusal, kind) {
                case (.record(let reason), .handled):
                    note(record, "pipeline.record.rejected", reason)
                    let effects = try await handler.effects(ofRejected: record, reason: reason)
                    handled = Handled(record: record, effects: effects, kind: .rejected)
                case (.record(let reason), _), (.unit(let reason), _):
                    note(record, "pipeline.unit.abandoned", reason)
                    let effects = try await handler.effects(ofAbandoned: record, reason: reason)
                    handled = Handled(record: record, effects: effects, kind: .abandoned)
                }
                handled.effects.outputs.append(
                    letter(record, reason: refusal.reason, keepsValue: kind == .handled))
                metrics.deadLetters.increment()
                return handled
            } catch {
                try throwIfFinal(error)
                if let again = Refusal(error), kind == .handled {
                    (refusal, kind) = (again, .rejected)
                    continue
                }
                heldUp.note(Self.work([record]), error)
            }
            try await pause(&backoff)
        }
    }

    /// The dead letter of a record; without the value where that has no room, or was refused already.
    private func letter(_ record: IncomingRecord, reason: String, keepsValue: Bool) -> OutgoingRecord {
        let room = 6 << 20
        return DeadLetter.record(
            record, topic: deadLetterTopic, reason: reason,
            keepsValue: keepsValue && (record.value?.count ?? 0) < room)
    }

    private func note(_ record: IncomingRecord, _ event: String, _ reason: String) {
        context.logger.error(
            event,
            [
                "topic": .string(record.topic), "partition": .integer(Int(record.partition)),
                "offset": .integer(Int(record.offset)), "reason": .string(reason),
            ])
    }

    /// Passes on what no repetition within this session mends.
    private func throwIfFinal(_ error: any Error) throws {
        switch error {
        case let error as MessagingError where error.isFatal || error.code == .gap: throw error
        case is CancellationError, is LocalStateLost: throw error
        default: break
        }
        if let error = error as? StorageError, error.isConnectionLost {
            context.health.set("database", ready: false, reason: "\(error)")
        }
    }

    /// Waits before another attempt; once the service is stopping there is none, and the batch comes again elsewhere.
    private func pause(_ backoff: inout Backoff) async throws {
        if context.shutdown.isRequested { throw CancellationError() }
        // Whoever waits for a disk is not stuck.
        heartbeat.isWorking(true)
        try await Task.sleep(for: backoff.next())
    }

    /// The records of a batch in a few words.
    private static func work(_ records: [IncomingRecord]) -> String {
        guard let first = records.first else { return "nothing" }
        let place = "\(first.topic)/\(first.partition)/\(first.offset)"
        return records.count == 1 ? "record \(place)" : "a batch of \(records.count) records from \(place) on"
    }
}

extension Refusal {
    /// Why.
    var reason: String {
        switch self {
        case .record(let reason), .unit(let reason): reason
        }
    }
}
