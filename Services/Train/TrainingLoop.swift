import Commands
import Delivery
import Events
import Messaging
import ModelRegistry
import ServiceRuntime
import Storage

/// How patient a training process is.
struct TrainingSettings: Sendable {
    /// How long a job waits for a leader that has gone silent.
    var lease: Duration = .seconds(15)
    /// How often a leader saves a checkpoint.
    var checkpointInterval: Duration = .seconds(30)
    /// How long a leader waits at least for what another process owes it.
    var patience: Duration = .seconds(2)
    /// Steps that take less are not shared: waiting for each other would take longer.
    var shareFrom: Duration = .milliseconds(20)
    /// How long a process leaves a job alone that it could not share.
    var reluctance: Duration = .seconds(10)
}

/// Leads the jobs that wait, one after another, and shares those of other processes while none waits.
struct TrainingLoop: Sendable {
    let context: ServiceContext
    let services: StageServices
    let spool: ExampleSpool
    let settings: TrainingSettings

    private var table: JobTable { JobTable(services.database) }

    /// Runs until stopping is asked for; a training in hand leaves a checkpoint.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (ticks, tick) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            group.addTask { try await listen(tick) }
            group.addTask {
                // Leases run out without anybody saying so.
                while !Task.isCancelled {
                    tick.yield()
                    try? await Task.sleep(for: min(.seconds(2), settings.lease / 4))
                }
            }
            group.addTask { await work(ticks) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Ticks when a job is new, has its data, or is over.
    private func listen(_ tick: AsyncStream<Void>.Continuation) async throws {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                try await services.database.listen(on: JobTable.channel) { notifications in
                    for try await _ in notifications { tick.yield() }
                }
            } catch let error as StorageError where error.isRetriable {
                try? await Task.sleep(for: backoff.next())
            } catch is CancellationError {
                return
            }
        }
    }

    private func work(_ ticks: AsyncStream<Void>) async {
        var backoff = Backoff()
        var avoided: [Identifier: ContinuousClock.Instant] = [:]
        while !Task.isCancelled {
            do {
                var messaging = services.messaging
                // A step waits for its rows; there is nothing to gather.
                messaging.properties.merge(["linger.ms": "1"]) { own, _ in own }
                let producer = try await Producer(messaging, topics: services.topics)
                defer { Task { await producer.close() } }
                for await _ in ticks {
                    context.health.set("training", ready: true, reason: "waiting for jobs")
                    // What is in hand ends by the wish to stop, and then still needs the database.
                    avoided = try await Task { [avoided] in try await workOff(producer, avoided) }.value
                    backoff = Backoff()
                }
            } catch is CancellationError {
                return
            } catch {
                context.health.set("training", ready: false, reason: ErrorText.sentence(error))
                context.logger.warning("train.loop.retry", error: error)
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    /// Works until there is nothing to do; returns the jobs to leave alone, and until when.
    private func workOff(
        _ producer: Producer, _ avoided: [Identifier: ContinuousClock.Instant]
    ) async throws -> [Identifier: ContinuousClock.Instant] {
        var avoided = avoided
        let worker = JobWorker(
            context: context, services: services, table: table, spool: spool, settings: settings, producer: producer)
        let announcer = JobAnnouncer(table: table, producer: producer, process: context.instance)
        while !context.shutdown.isRequested {
            avoided = avoided.filter { $0.value > .now }
            try await announcer.announce()
            try await spool.clean()
            let others = Array(avoided.keys)
            if let claim = try await table.claim(by: context.instance, for: settings.lease, except: others) {
                if try await !worker.lead(claim.running, attempts: claim.attempts) {
                    avoided[claim.running.lease.job] = .now + settings.reluctance * 60
                }
            } else if let running = try await table.led(byOthersThan: context.instance, except: others).first {
                if try await worker.help(running, avoiding: others) {
                    avoided[running.lease.job] = .now + settings.reluctance
                }
            } else {
                break
            }
        }
        return avoided
    }
}
