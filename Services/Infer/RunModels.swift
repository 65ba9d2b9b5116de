import Delivery
import Events
import Foundation
import ModelRegistry
import NeuralNetwork
import Runs
import Storage
import Synchronization
import TaskCatalog
import Tasks

/// The one version of its model that each run is scored with, and the versions that are loaded for them.
///
/// The first unit that is scored fixes the version, in `run_models`: a promotion in the middle of a run changes nothing of it, and a canary
/// draws at that moment. A version is loaded when a run asks for it; the last used ones are kept.
final class RunModels: Sendable {
    /// A version that is loaded.
    struct Loaded: Sendable {
        var reference: PredictionBatch.Model
        var model: any TaskModel
    }

    private struct Key: Hashable {
        var run: Identifier
        var task: String
    }

    private let database: Database
    private let registry: ModelRegistry
    private let follower: ModelFollower
    private let fixed = Mutex<[Key: PredictionBatch.Model]>([:])
    /// The last used at the end.
    private let shelf = Mutex<[Loaded]>([])

    private static let runsKept = 1024
    private static let modelsKept = 8

    init(database: Database, follower: ModelFollower) {
        self.database = database
        self.follower = follower
        registry = ModelRegistry(database)
    }

    /// The version of a run, loaded.
    ///
    /// Throws `AbandonedUnit` where the run asks for a model that cannot score, and ``ModelNotLoaded`` where one is waited for.
    func model(of run: Identifier, _ open: OpenRun, task: any PredictionTask) async throws -> Loaded {
        let reference = try await version(of: run, open, task: task)
        if let current = try await follower.current(of: reference.name, task: task) {
            if current.reference == reference { return Loaded(reference: reference, model: current.model) }
            if let trial = current.trial, trial.reference == reference {
                return Loaded(reference: reference, model: trial.model)
            }
        }
        let known = shelf.withLock { shelf -> Loaded? in
            guard let place = shelf.firstIndex(where: { $0.reference == reference }) else { return nil }
            shelf.append(shelf.remove(at: place))
            return shelf.last
        }
        if let known { return known }
        do {
            let package = try await registry.package(reference.name, version: reference.version)
            let loaded = Loaded(reference: reference, model: try task.model(package))
            shelf.withLock { shelf in
                if shelf.count >= Self.modelsKept { shelf.removeFirst() }
                shelf.append(loaded)
            }
            return loaded
        } catch let error where error is TaskError || error is NeuralNetworkError || error is RegistryError {
            throw AbandonedUnit("\(reference.label) cannot score \(task.name): \(error)")
        }
    }

    /// Lets the run have another version than this one, unless a unit of it was scored by it already; then the run cannot go on.
    func letGo(of reference: PredictionBatch.Model, _ run: Identifier, task: String, reason: String) async throws {
        fixed.withLock { $0[Key(run: run, task: task)] = nil }
        let isNeeded = try await database.transaction { connection in
            // The lock first: whoever has just scored a unit by this version has written it when the next look is taken.
            let rows = try await connection.query(
                """
                SELECT version FROM run_models WHERE run_id = \(run.uuid) AND task = \(task)
                    AND name = \(reference.name) AND version = \(reference.version) FOR UPDATE
                """)
            // Somebody else was first.
            if rows.isEmpty { return false }
            let scored = try await connection.query(
                "SELECT 1 AS one FROM ledger WHERE run_id = \(run.uuid) AND stage = \(Stage.infer) LIMIT 1")
            guard scored.isEmpty else { return true }
            try await connection.execute("DELETE FROM run_models WHERE run_id = \(run.uuid) AND task = \(task)")
            return false
        }
        if isNeeded { throw AbandonedUnit("\(reason); run the sample again") }
    }

    /// Keeps the run at this version until the transaction ends; where it has another one by now, the session ends, and the
    /// unit is scored again.
    func confirm(
        _ reference: PredictionBatch.Model, of run: Identifier, task: String, on connection: Connection
    ) async throws {
        let rows = try await connection.query(
            """
            SELECT version FROM run_models WHERE run_id = \(run.uuid) AND task = \(task)
                AND name = \(reference.name) AND version = \(reference.version) FOR SHARE
            """)
        guard rows.isEmpty else { return }
        fixed.withLock { $0[Key(run: run, task: task)] = nil }
        throw LocalStateLost("the run \(run) has another version of its model by now")
    }

    private func version(
        of run: Identifier, _ open: OpenRun, task: any PredictionTask
    ) async throws -> PredictionBatch.Model {
        let key = Key(run: run, task: task.name)
        if let known = fixed.withLock({ $0[key] }) { return known }
        if let known = try await stored(key) { return known }
        let chosen = try await choose(run, open, task: task)
        let (name, version, digest) = (chosen.name, chosen.version, chosen.digest)
        try await database.execute(
            """
            INSERT INTO run_models (run_id, task, name, version, digest)
            SELECT run_id, \(key.task), \(name), \(version), \(digest) FROM runs WHERE run_id = \(run.uuid)
            ON CONFLICT DO NOTHING
            """)
        // Another process may have been first.
        return try await stored(key) ?? chosen
    }

    private func stored(_ key: Key) async throws -> PredictionBatch.Model? {
        let rows = try await database.query(
            "SELECT name, version::bigint AS version, digest FROM run_models WHERE run_id = \(key.run.uuid) AND task = \(key.task)"
        )
        guard let row = rows.first else { return nil }
        let model = PredictionBatch.Model(
            name: try row.decode("name"), version: try row.decode("version"), digest: try row.decode("digest"))
        fixed.withLock { fixed in
            if fixed.count >= Self.runsKept { fixed.removeAll() }
            fixed[key] = model
        }
        return model
    }

    /// What a run that has none yet is scored with.
    private func choose(
        _ run: Identifier, _ open: OpenRun, task: any PredictionTask
    ) async throws -> PredictionBatch.Model {
        guard let asked = open.request.task else {
            guard let current = try await follower.current(of: follower.name, task: task) else {
                throw ModelNotLoaded()
            }
            return current.reference(of: run, openedAt: open.openedAt)
        }
        guard asked.name == task.name else {
            throw AbandonedUnit("the run is of the task \(asked.name), and its examples are of \(task.name)")
        }
        let version: ModelRegistry.Version?
        if asked.version == nil, let current = try await follower.current(of: asked.model, task: task) {
            return current.reference(of: run, openedAt: open.openedAt)
        }
        if let number = asked.version {
            version = try await registry.versions(of: asked.model).first { $0.version == number }
        } else {
            version = try await registry.production(of: asked.model)
        }
        guard let version else {
            throw AbandonedUnit(
                asked.version.map { "there is no version \($0) of the model \(asked.model)" }
                    ?? "no version of the model \(asked.model) is in production")
        }
        return PredictionBatch.Model(name: version.name, version: version.version, digest: version.digest)
    }
}

extension ModelFollower.Loaded {
    /// What a run is scored with: the version in production, or the one that is tried where a canary draws the run.
    fileprivate func reference(of run: Identifier, openedAt: Date) -> PredictionBatch.Model {
        guard let trial, trial.experiment.mode == .canary,
            trial.experiment.includes(run: run.uuid, openedAt: openedAt)
        else { return reference }
        return trial.reference
    }
}
