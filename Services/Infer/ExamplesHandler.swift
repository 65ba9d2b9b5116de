import Delivery
import Events
import Foundation
import Messaging
import ModelRegistry
import Runs
import Storage
import TaskCatalog
import Tasks

/// Scores all examples of a batch of records at once and hands each record its own predictions.
///
/// Each run has one version of its model; units of several runs and models are scored side by side. While an experiment is open, both of
/// its versions score the units that are to be compared.
struct ExamplesHandler: RunStageHandler {
    static let stage = Stage.infer

    let services: StageServices
    let follower: ModelFollower
    let metrics: ScoringMetrics
    private let runs: RunLookup
    private let models: RunModels
    private let catalog: TaskCatalog

    init(
        services: StageServices, follower: ModelFollower, metrics: ScoringMetrics, catalog: TaskCatalog = .suite
    ) {
        self.services = services
        self.catalog = catalog
        self.follower = follower
        self.metrics = metrics
        runs = RunLookup(services.database)
        models = RunModels(database: services.database, follower: follower)
    }

    struct Unit: Sendable {
        var run: Identifier
        /// The run; nil when it is over.
        var open: OpenRun?
        var name: String
        var task: any PredictionTask
        var batch: any TaskExamples
        var envelope: EventEnvelope
        /// Of an interim report: nothing of it is counted.
        var isInterim: Bool { envelope.type == .interimExamples }
    }

    func handle(_ records: [IncomingRecord], workers: Int) async -> [Result<Effects, any Error>] {
        var results: [Result<Effects, any Error>] = []
        var groups: [PredictionBatch.Model: (loaded: RunModels.Loaded, units: [(index: Int, unit: Unit)])] = [:]
        for (index, record) in records.enumerated() {
            do {
                let unit = try await unit(record)
                if let open = unit.open {
                    let loaded = try await models.model(of: unit.run, open, task: unit.task)
                    groups[loaded.reference, default: (loaded, [])].units.append((index, unit))
                }
                results.append(.success(unit.open == nil ? lateEffects(unit) : Effects()))
            } catch {
                results.append(.failure(error))
            }
        }
        for (_, group) in groups.sorted(by: { $0.key.label < $1.key.label }) {
            let scored = await score(group.loaded, group.units.map(\.unit), workers: workers)
            for ((index, _), result) in zip(group.units, scored) { results[index] = result }
        }
        return results
    }

    /// Scores units of one version.
    private func score(
        _ loaded: RunModels.Loaded, _ units: [Unit], workers: Int
    ) async -> [Result<Effects, any Error>] {
        do {
            let scores = try await loaded.model.scores(units.map(\.batch), workers: workers)
            guard scores.joined().allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
                throw TaskError("the predictions of \(loaded.reference.label) are not finite")
            }
            let pairings = await compare(units, by: (loaded.reference, scores), workers: workers)
            metrics.scored(scores, by: pairings.isChallenger ? .challenger : .champion)
            return units.indices.map { place in
                Result {
                    try effects(units[place], loaded.reference, scores[place], pairing: pairings.all[place])
                }
            }
        } catch let error as CancellationError {
            return units.map { _ in .failure(error) }
        } catch {
            // Another version may do what this one cannot, as long as none of the run's units was scored.
            let reason = "\(loaded.reference.label) cannot score: \(error)"
            await follower.refuse(loaded.reference, reason: reason)
            var results: [Result<Effects, any Error>] = []
            for unit in units {
                do {
                    try await models.letGo(
                        of: loaded.reference, unit.run, task: unit.task.name, reason: reason)
                    results.append(.failure(error))
                } catch {
                    results.append(.failure(error))
                }
            }
            return results
        }
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        guard let result = await handle([record], workers: 1).first else { return Effects() }
        return try result.get()
    }

    /// A unit that cannot be scored still closes its run, with a record that says why it is empty; one that does not say which it
    /// is ends its run.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun, try await runs.find(run) != nil else { return Effects() }
        // Without them there is an interim report less.
        if (try? EventEnvelope(record))?.type == .interimExamples { return Effects() }
        guard let envelope = try? EventEnvelope(record), envelope.type == .examples,
            let name = try? envelope.text(EventExtension.unit)
        else { return try RunFailure.effects(run, reason: reason, source: Self.stage) }
        let batch = ScoreBatch(
            run: run, unit: name, task: Self.task(envelope), model: nil, rows: [], problem: reason)
        return try effects(batch, envelope: envelope)
    }

    private static func task(_ envelope: EventEnvelope) -> String {
        envelope.headers.extensions[EventExtension.task] ?? TaskCatalog.unnamed.name
    }

    /// What a record asks for.
    private func unit(_ record: IncomingRecord) async throws -> Unit {
        let (envelope, run, name, task, batch) = try RejectedRecord.unless {
            let envelope = try EventEnvelope(record)
            guard [.examples, .interimExamples].contains(envelope.type) else {
                throw EventError("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
            }
            guard let task = catalog.task(Self.task(envelope)) else {
                throw EventError("there is no task \"\(Self.task(envelope))\"")
            }
            return (
                envelope, try envelope.run(), try envelope.text(EventExtension.unit), task,
                try task.examples(decoding: record.value ?? [])
            )
        }
        return Unit(
            run: run, open: try await runs.find(run), name: name, task: task, batch: batch, envelope: envelope)
    }

    // MARK: - The experiment

    /// What both versions of the open experiment say, a place a unit; nil for units that are not its business, and for all when one of
    /// them fails.
    private func compare(
        _ units: [Unit], by known: (model: PredictionBatch.Model, scores: [[Score]]), workers: Int
    ) async -> (all: [Pairing?], isChallenger: Bool) {
        var answers = [Pairing?](repeating: nil, count: units.count)
        guard let current = follower.known(known.model.name), let trial = current.trial,
            [current.reference, trial.reference].contains(known.model)
        else { return (answers, false) }
        let isChallenger = known.model == trial.reference
        let own = units.indices.filter { place in
            !units[place].isInterim && trial.model.saysOutcome(of: units[place].batch)
                && units[place].open.map {
                    trial.experiment.includes(run: units[place].run.uuid, openedAt: $0.openedAt)
                } ?? false
        }
        do {
            let other = isChallenger ? current.model : trial.model
            let scores = try await other.scores(own.map { units[$0].batch }, workers: workers)
            guard scores.joined().allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
                throw TaskError("its probabilities are not finite")
            }
            metrics.scored(scores, by: isChallenger ? .champion : .challenger)
            for (place, others) in zip(own, scores) {
                let mine = known.scores[place]
                answers[place] = Pairing(
                    trial.experiment, units[place].batch, champion: isChallenger ? others : mine,
                    challenger: isChallenger ? mine : others)
            }
        } catch {
            if !isChallenger {
                await follower.refuse(trial.reference, reason: "\(trial.reference.label) cannot score: \(error)")
            }
        }
        return (answers, isChallenger)
    }

    // MARK: - Effects

    /// What is left to do for a unit whose run is over: a process that was killed may not have told what the unit concluded.
    private func lateEffects(_ unit: Unit) -> Effects {
        if unit.isInterim { return Effects() }
        return Effects(store: { connection in
            try await Experiments.announcement(of: unit.name, in: unit.run.uuid, on: connection)
                .map { try $0.record(source: Stage.infer) }
        })
    }

    private func effects(
        _ unit: Unit, _ model: PredictionBatch.Model, _ scores: [Score], pairing: Pairing?
    ) throws -> Effects {
        let rows = scores.indices.map { place in
            let subject = unit.batch.subject(place)
            return ScoreBatch.Row(
                record: subject.record, number: subject.number, name: subject.name, candidate: subject.candidate,
                scores: scores[place].values, problem: scores[place].problem)
        }
        let batch = ScoreBatch(run: unit.run, unit: unit.name, task: unit.task.name, model: model, rows: rows)
        if unit.isInterim { return try interimEffects(batch, unit.envelope) }
        return try effects(batch, envelope: unit.envelope, pairing: pairing)
    }

    /// The scores of a shard as it was at a mark, sent on for the interim report.
    private func interimEffects(_ batch: ScoreBatch, _ envelope: EventEnvelope) throws -> Effects {
        let (run, mark) = (batch.run, try envelope.integer(EventExtension.mark))
        let shard = try envelope.text(EventExtension.shard)
        let scores = InterimScores(
            number: mark, shard: shard, parts: try envelope.integer(EventExtension.pieces), scores: batch)
        let output = try EventCoding.record(
            scores, topic: Topics.predictions, key: "\(run)/\(shard)",
            id: "\(run)/interim/\(mark)/predictions/\(batch.unit)", source: Stage.infer,
            extensions: [
                EventExtension.run: run.description, EventExtension.unit: batch.unit, EventExtension.task: batch.task,
                EventExtension.mark: String(mark),
            ], traceparent: envelope.headers.traceparent)
        return Effects(
            outputs: [output],
            store: { connection in
                if let model = batch.model {
                    try await models.confirm(model, of: run, task: batch.task, on: connection)
                }
                return []
            })
    }

    private func effects(_ batch: ScoreBatch, envelope: EventEnvelope, pairing: Pairing? = nil) throws -> Effects {
        let run = batch.run
        let output = try EventCoding.record(
            batch, topic: Topics.predictions,
            key: envelope.headers.extensions[EventExtension.shard].map { "\(run)/\($0)" } ?? "\(run)/\(batch.unit)",
            id: "\(run)/predictions/\(batch.unit)", source: Stage.infer,
            extensions: [
                EventExtension.run: run.description, EventExtension.unit: batch.unit, EventExtension.task: batch.task,
            ], traceparent: envelope.headers.traceparent)
        return Effects(
            outputs: [output],
            store: { connection in
                if let model = batch.model {
                    try await models.confirm(model, of: run, task: batch.task, on: connection)
                }
                try await PredictionRows.insert(batch, on: connection)
                if let problem = batch.problem {
                    try await InputProblemRow.insert(
                        run, stage: Stage.infer, unit: batch.unit, message: problem, on: connection)
                }
                return []
            },
            count: { connection in
                let entry = try await Ledger.record(
                    run: run.uuid, stage: Stage.infer, unit: batch.unit, fed: 1, problem: batch.problem, on: connection)
                if entry.closes {
                    let units = try await Ledger.fed(run: run.uuid, stage: Stage.infer, on: connection)
                    _ = try await Ledger.expect(
                        run: run.uuid, stage: Stage.report, units: units, unit: Stage.infer, on: connection)
                }
                // Behind the ledger's lock: of a run's units the last one sees all the others, so a look is never missed.
                var changes: [ModelEvent] = []
                if !entry.isNew {
                    changes = try await Experiments.announcement(of: batch.unit, in: run.uuid, on: connection)
                }
                if let pairing {
                    changes += try await Experiments.record(
                        pairing.seen, of: batch.unit, in: run.uuid, to: pairing.experiment, on: connection)
                }
                return try changes.map { try $0.record(source: Stage.infer) }
            },
            settled: { [metrics] in if let pairing { metrics.compared(pairing) } })
    }
}

extension PredictionBatch.Model {
    /// `name@version`, as the command line writes it.
    var label: String { "\(name)@\(version)" }
}

/// There is no version to score with yet; the records wait.
struct ModelNotLoaded: Error, CustomStringConvertible {
    let description = "no version of the model is loaded yet"
}
