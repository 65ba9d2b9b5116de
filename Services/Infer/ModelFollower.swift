import Delivery
import Events
import Messaging
import ModelRegistry
import NeuralNetwork
import Observability
import ServiceRuntime
import Storage
import Synchronization
import TaskCatalog
import Tasks

/// Holds, of each model that runs ask for, the version in production and the one that is tried beside it, and exchanges them when
/// `models` or PostgreSQL tells of a change.
///
/// A batch takes both once and keeps them to its end, so no batch is scored by two.
final class ModelFollower: Sendable {
    /// What scores.
    struct Loaded: Sendable {
        var reference: PredictionBatch.Model
        var model: any TaskModel
        var trial: Trial?
    }

    /// A model that is followed since a run asked for it; nothing is loaded while no version of it is in production, or none that can
    /// score.
    private struct Entry: Sendable {
        var task: any PredictionTask
        var loaded: Loaded?
        /// How often it was looked at in the database: what an earlier look found does not replace what a later one did.
        var look = 0
    }

    /// The model of runs that name none.
    let name: String
    private let task: any PredictionTask
    private let registry: ModelRegistry
    private let experiments: Experiments
    private let database: Database
    private let context: ServiceContext
    private let messaging: MessagingConfiguration
    private let entries: Mutex<[String: Entry]>
    /// Why the version in production of the runs that name none is not loaded.
    private let refusal = Mutex<String?>(nil)
    private let swaps: Counter

    init(name: String, task: any PredictionTask, context: ServiceContext, services: StageServices) {
        self.name = name
        self.task = task
        self.context = context
        entries = Mutex([name: Entry(task: task)])
        database = services.database
        messaging = services.messaging
        registry = ModelRegistry(database)
        experiments = Experiments(database)
        swaps = context.metrics.counter("helicase_model_swaps_total", "Versions of the model that were loaded.")
    }

    /// What scores runs that name no model now; nil before a version is promoted.
    var current: Loaded? { known(name) }

    /// What scores with a model now, where it is followed.
    func known(_ name: String) -> Loaded? { entries.withLock { $0[name]?.loaded } }

    /// What scores with a model, followed from now on; nil where no version that can score is in production.
    func current(of name: String, task: any PredictionTask) async throws -> Loaded? {
        if let entry = entries.withLock({ $0[name] }), entry.task.name == task.name { return entry.loaded }
        let isNew = entries.withLock { entries in
            // A model has one task, that which a version was loaded for: a run that takes it for another's is told when the version
            // is loaded for it.
            if entries[name]?.loaded != nil || name == self.name { return false }
            entries[name] = Entry(task: task)
            return true
        }
        guard isNew else { return nil }
        do {
            try await reload(name)
        } catch {
            entries.withLock { $0[name] = nil }
            throw error
        }
        return known(name)
    }

    /// Loads the production version for runs that name no model, and waits for one where none is promoted.
    func loadFirst() async throws {
        var backoff = Backoff()
        while current == nil {
            try Task.checkCancellation()
            try await reload(name)
            if current == nil {
                try await tellThatRunsWait()
                try await Task.sleep(for: backoff.next())
            }
        }
    }

    /// Why nothing is scored goes to `/ready` and to the rows of the runs that wait for it.
    private func tellThatRunsWait() async throws {
        let reason =
            refusal.withLock { $0 }
            ?? "no version of \(name) is in production: put one there with `helicase models promote`"
        context.health.set("model", ready: false, reason: reason)
        try await database.execute(
            """
            UPDATE runs SET waiting_for = \(reason)
            WHERE state IN ('opened', 'sealed') AND request -> 'task' IS NULL AND waiting_for IS DISTINCT FROM \(reason)
            """)
    }

    /// Reloads on every change, to the end of time.
    ///
    /// A lost broker or database is waited for.
    func follow() async {
        // However many changes wait, one look at the database finds them all.
        let (changes, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.persist { try await self.readTopic(signal) } }
            group.addTask { await self.persist { try await self.listen(signal) } }
            group.addTask { await self.persist { try await self.loadFirst() } }
            for await _ in changes { await persist(reload) }
        }
    }

    /// Ends the experiment whose challenger this version is, where there is one: it cannot score.
    func refuse(_ reference: PredictionBatch.Model, reason: String) async {
        guard let trial = known(reference.name)?.trial, trial.reference == reference else { return }
        await refuse(trial.experiment, reason: reason)
    }

    /// Ends the experiment of a challenger that cannot score; the production version goes on alone.
    private func refuse(_ experiment: Experiment, reason: String) async {
        entries.withLock { entries in
            if entries[experiment.name]?.loaded?.trial?.experiment.id == experiment.id {
                entries[experiment.name]?.loaded?.trial = nil
            }
        }
        context.logger.error(
            "infer.challenger.refused",
            ["model": .string("\(experiment.name)@\(experiment.challenger)"), "reason": .string(reason)])
        do {
            try await experiments.end(experiment, .refused, actor: Stage.infer, outcome: reason)
        } catch {
            // It is open still: the next reload or another process meets the same trouble and ends it.
            context.logger.warning("infer.experiment.retry", error: error)
        }
    }

    /// Repeats work until it ends without trouble.
    private func persist(_ work: () async throws -> Void) async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                return try await work()
            } catch is CancellationError {
                return
            } catch {
                context.logger.warning("infer.models.retry", error: error)
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    private func readTopic(_ signal: AsyncStream<Void>.Continuation) async throws {
        let reader = try TopicReader(messaging, topic: Topics.models, from: .beginning)
        defer { reader.close() }
        while true {
            let record = try await reader.next()
            guard let value = record.value, let event = try? EventCoding.decode(ModelEvent.self, from: value),
                isFollowed(event.name), event.state == .production
            else { continue }
            signal.yield()
        }
    }

    private func listen(_ signal: AsyncStream<Void>.Continuation) async throws {
        try await database.listen(on: Experiments.channel) { notifications in
            // What was sent before.
            signal.yield()
            for try await notification in notifications
            where isFollowed(notification.payload) || notification.mayHaveMissed { signal.yield() }
        }
    }

    private func isFollowed(_ name: String) -> Bool { entries.withLock { $0[name] != nil } }

    private func reload() async throws {
        for name in entries.withLock({ $0.keys.sorted() }) { try await reload(name) }
    }

    private func reload(_ name: String) async throws {
        let found = entries.withLock { entries in
            entries[name]?.look += 1
            return entries[name]
        }
        guard let entry = found else { return }
        // In this order: an experiment that ends in a promotion between the two leaves the promoted version, not the old one.
        let experiment = try await experiments.current(of: name)
        guard let version = try await registry.production(of: name) else { return }
        let reference = PredictionBatch.Model(name: name, version: version.version, digest: version.digest)
        let model: any TaskModel
        if let loaded = entry.loaded, loaded.reference == reference {
            model = loaded.model
        } else {
            do {
                model = try entry.task.model(try await registry.package(name, version: version.version))
            } catch let error where !(error is StorageError || error is CancellationError) {
                // The version in use goes on scoring; one that does not fit must not stop it.
                context.logger.error("infer.model.refused", ["model": .string(version.label)], error: error)
                if name == self.name {
                    refusal.withLock {
                        $0 =
                            "\(version.label) is in production and cannot score: \(error). Go back with `helicase models "
                            + "rollback \(name)`"
                    }
                }
                return
            }
            if name == self.name { try await tellThatNothingWaits(version.label) }
            swaps.increment()
            context.logger.notice(
                "infer.model.loaded", ["model": .string(version.label), "digest": .string(version.digest)])
        }
        let fitting = experiment?.champion == reference.version ? experiment : nil
        var trial: Trial?
        if let fitting { trial = try await self.trial(of: fitting, task: entry.task) }
        let loaded = Loaded(reference: reference, model: model, trial: trial)
        entries.withLock { if $0[name]?.look == entry.look { $0[name]?.loaded = loaded } }
    }

    private func tellThatNothingWaits(_ label: String) async throws {
        refusal.withLock { $0 = nil }
        try await database.execute("UPDATE runs SET waiting_for = NULL WHERE waiting_for IS NOT NULL")
        context.health.set("model", ready: true, reason: label)
    }

    private func trial(of experiment: Experiment, task: any PredictionTask) async throws -> Trial? {
        if let trial = known(experiment.name)?.trial, trial.experiment.id == experiment.id { return trial }
        let (name, number) = (experiment.name, experiment.challenger)
        guard let version = try await registry.versions(of: name).first(where: { $0.version == number }) else {
            return nil
        }
        do {
            let model = try task.model(try await registry.package(name, version: number))
            guard experiment.answers.fits(model.outcome) else {
                throw TaskError("it says \(model.outcome.names.joined(separator: ", ")), which is not what is compared")
            }
            context.logger.notice(
                "infer.challenger.loaded",
                ["model": .string(version.label), "mode": .string(experiment.mode.rawValue)])
            return Trial(
                experiment: experiment,
                reference: PredictionBatch.Model(name: name, version: number, digest: version.digest), model: model)
        } catch let error where !(error is StorageError || error is CancellationError) {
            await refuse(experiment, reason: "\(version.label) cannot be loaded: \(error)")
            return nil
        }
    }
}
