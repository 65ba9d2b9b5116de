import Commands
import Delivery
import Events
import ModelRegistry
import NeuralNetwork
import Observability
import Storage
import Tasks

extension JobWorker {
    /// Leads a job to its end, or to where another leader takes over.
    ///
    /// Returns false where this process cannot have the data, and throws what passes with time.
    func lead(_ running: JobTable.Running, attempts: Int) async throws -> Bool {
        let lease = running.lease
        let name: [(String, LogValue)] = [("job", "\(lease.job)"), ("term", .integer(lease.term))]
        let fields = Dictionary(uniqueKeysWithValues: name)
        guard attempts <= JobTable.attemptLimit else {
            try await table.fail(lease, reason: "\(attempts - 1) processes ended in it without getting any further")
            return true
        }
        context.logger.notice("train.job.start", fields)
        do {
            let version = try await register(try await train(running), of: running)
            try await table.finish(lease, outcome: JSON(encoding: version))
            context.logger.notice("train.job.done", fields.merging(["model": "\(version.label)"]) { $1 })
        } catch StopReason.shutdown {
            try await table.release(lease)
            context.logger.notice("train.job.released", fields)
        } catch  where error is LeadershipLost || error as? StopReason == .over {
            context.logger.notice("train.job.over", fields)
        } catch let error as DatasetLost {
            context.logger.error("train.job.declined", fields, error: error)
            try await table.release(lease)
            return false
        } catch  where Self.isFinal(error) {
            context.logger.error("train.job.failed", fields, error: error)
            try await table.fail(lease, reason: ErrorText.sentence(error))
        } catch {
            try? await table.release(lease)
            throw error
        }
        return true
    }

    /// Whether the job, not the moment, is to blame.
    private static func isFinal(_ error: any Error) -> Bool {
        error is NeuralNetworkError || error is TaskError || error is RegistryError
    }

    private func register(
        _ package: ModelPackage, of running: JobTable.Running
    ) async throws -> ModelRegistry.Version {
        try await ModelRegistry(services.database).register(
            package, name: running.request.modelName, job: running.lease.job.uuid, actor: "train",
            reason: "job \(running.lease.job)"
        ).version
    }

    private func train(_ running: JobTable.Running) async throws -> ModelPackage {
        let lease = running.lease
        let stop = StopSignal()
        // Opening the data of a large job takes longer than a lease.
        let keeping = Task { await keep(lease, stop) }
        defer { keeping.cancel() }
        let training = try await prepare(running.request, of: lease.job)
        let earlier = try await checkpoint(of: lease.job)
        let steps = earlier?.report.steps ?? 0
        try await table.rewind(lease, to: steps)
        let recorder = ProgressRecorder(lease, table: table, producer: producer, logger: context.logger)
        let shared = SharedSteps(
            job: lease.job,
            board: StepBoard(leader: "\(context.instance)/\(lease.term)", of: lease.job, term: lease.term, step: steps),
            stop: stop, settings: settings, capacity: producer.capabilities.topicCapacityBytes,
            logger: context.logger)
        let reader = try await openReader(of: lease.job)
        async let recorded: Void = recorder.run()
        do {
            let package = try await run(shared, reader: reader, stop: stop, watch: {}) {
                defer { recorder.finish() }
                return try training.fit(session(of: lease, from: earlier, shared, recorder, stop))
            }
            await recorded
            try stop.check()
            return package
        } catch {
            await recorded
            throw error
        }
    }

    /// Prolongs the lease until it is cancelled, and says so when it is no longer this process's.
    private func keep(_ lease: Lease, _ stop: StopSignal) async {
        var renewed = ContinuousClock.now
        while !Task.isCancelled {
            do {
                let isDue = ContinuousClock.now - renewed >= settings.lease / 3
                let isMine = try await isDue ? table.renew(lease, for: settings.lease) : table.isOpen(lease)
                if !isMine { return stop.request(StopReason.over) }
                if isDue { renewed = .now }
            } catch is CancellationError {
                return
            } catch {
                // Nobody else can take the lease while the database is away.
                context.logger.warning("train.lease.retry", ["job": "\(lease.job)"], error: error)
            }
            try? await Task.sleep(for: min(.seconds(1), settings.lease / 6))
        }
    }

    private func session(
        of lease: Lease, from earlier: TrainingCheckpoint?, _ shared: SharedSteps, _ recorder: ProgressRecorder,
        _ stop: StopSignal
    ) -> TrainingSession {
        var saved = ContinuousClock.now
        var session = TrainingSession(workers: services.workers)
        session.exchange = shared
        session.resuming = earlier
        session.isSaveDue = { [settings] _ in
            stop.isShutdown || shared.isCheckpointWanted || .now - saved >= settings.checkpointInterval
        }
        session.save = { [table, context] checkpoint in
            saved = .now
            let (bytes, step) = (try checkpoint.encode(), checkpoint.report.steps)
            do {
                try BlockingWork.wait { try await table.save(bytes, step: step, of: lease) }
                try shared.changeMembers(at: step, admitting: true)
            } catch let error as StorageError {
                context.logger.warning("train.checkpoint.lost", ["job": "\(lease.job)"], error: error)
            }
        }
        session.progress = { step in
            recorder.record(step, members: shared.memberCount)
            try shared.changeMembers(at: step.step, admitting: false)
            try stop.check()
        }
        session.fitted = { _, _ in try stop.check() }
        return session
    }
}
