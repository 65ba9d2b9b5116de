import Events
import Foundation
import Messaging
import ModelRegistry
import Runs
import ServiceRuntime
import Storage
import VariantCalling

/// Scores all examples of a batch of records at once and hands each record its own predictions.
///
/// While an experiment is open, its challenger scores the units that are its own to score, or to compare, as well.
struct ExamplesHandler: RunStageHandler {
    static let stage = Stage.infer

    let services: StageServices
    let follower: ModelFollower
    let metrics: ScoringMetrics
    private let runs: RunLookup

    init(services: StageServices, follower: ModelFollower, metrics: ScoringMetrics) {
        self.services = services
        self.follower = follower
        self.metrics = metrics
        runs = RunLookup(services.database)
    }

    private struct Unit {
        var run: Identifier
        /// When the run was opened; nil when it is over.
        var runOpenedAt: Date?
        var name: String
        var batch: ExampleBatch
        var envelope: EventEnvelope
    }

    func handle(_ records: [IncomingRecord], workers: Int) async -> [Result<Effects, any Error>] {
        var results: [Result<Effects, any Error>] = []
        var units: [(index: Int, unit: Unit)] = []
        for (index, record) in records.enumerated() {
            do {
                let unit = try await unit(record)
                if unit.runOpenedAt != nil { units.append((index, unit)) }
                results.append(.success(unit.runOpenedAt == nil ? lateEffects(unit) : Effects()))
            } catch {
                results.append(.failure(error))
            }
        }
        do {
            guard let loaded = follower.current else { throw ModelNotLoaded() }
            let batches = units.map(\.unit.batch)
            let scores = try await loaded.model.predict(batches, workers: workers)
            guard scores.joined().joined().allSatisfy(\.isFinite) else {
                throw CallingModelError(
                    "the probabilities of \(loaded.reference.label) are not finite: put another version into production"
                )
            }
            let rival = await challenge(loaded.trial, units.map(\.unit), workers: workers)
            metrics.scored(scores, by: .champion)
            for (place, (index, unit)) in units.enumerated() {
                let effects = Result {
                    try self.effects(unit, champion: (loaded.reference, scores[place]), challenger: rival[place])
                }
                results[index] = effects
            }
        } catch {
            for (index, _) in units { results[index] = .failure(error) }
        }
        return results
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        guard let result = await handle([record], workers: 1).first else { return Effects() }
        return try result.get()
    }

    /// A unit that cannot be scored still closes its run, with a prediction record that says why it is empty; one that does
    /// not say which it is ends its run.
    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun, try await runs.find(run) != nil else { return Effects() }
        guard let envelope = try? EventEnvelope(record), envelope.type == .examples,
            let name = try? envelope.text(EventExtension.unit)
        else { return try RunFailure.effects(run, reason: reason, source: Self.stage) }
        let batch = PredictionBatch(run: run, unit: name, model: nil, scored: [], problem: reason)
        return try effects(batch, envelope: envelope)
    }

    /// What a record asks for.
    private func unit(_ record: IncomingRecord) async throws -> Unit {
        let (envelope, run, name, batch) = try RejectedRecord.unless {
            let envelope = try EventEnvelope(record)
            guard envelope.type == .examples else {
                throw EventError("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
            }
            return (
                envelope, try envelope.run(), try envelope.text(EventExtension.unit),
                try ExampleBatch(decoding: record.value ?? [])
            )
        }
        let openedAt = try await runs.find(run)?.openedAt
        return Unit(run: run, runOpenedAt: openedAt, name: name, batch: batch, envelope: envelope)
    }

    // MARK: - The challenger

    private struct Challenge {
        var trial: Trial
        var scores: [[Float]]
    }

    /// What the challenger says, a place a unit; nil for units that are not its business, and for all when it fails.
    private func challenge(_ trial: Trial?, _ units: [Unit], workers: Int) async -> [Challenge?] {
        var answers = [Challenge?](repeating: nil, count: units.count)
        guard let trial else { return answers }
        let own = units.indices.filter {
            trial.experiment.includes(run: units[$0].run.uuid, openedAt: units[$0].runOpenedAt ?? .distantPast)
        }
        do {
            let scores = try await trial.model.predict(own.map { units[$0].batch }, workers: workers)
            guard scores.joined().joined().allSatisfy(\.isFinite) else {
                throw CallingModelError("its probabilities are not finite")
            }
            metrics.scored(scores, by: .challenger)
            for (index, scores) in zip(own, scores) { answers[index] = Challenge(trial: trial, scores: scores) }
        } catch {
            await follower.refuse(trial.experiment, reason: "\(trial.reference.label) cannot score: \(error)")
        }
        return answers
    }

    // MARK: - Effects

    /// What is left to do for a unit whose run is over: a process that was killed may not have told what the unit concluded.
    private func lateEffects(_ unit: Unit) -> Effects {
        Effects(store: { connection in
            try await Experiments.announcement(of: unit.name, in: unit.run.uuid, on: connection)
                .map { try $0.record(source: Stage.infer) }
        })
    }

    private func effects(
        _ unit: Unit, champion: (model: PredictionBatch.Model, scores: [[Float]]), challenger: Challenge?
    ) throws -> Effects {
        var (model, scores) = champion
        var pairing: Pairing?
        if let challenger {
            let experiment = challenger.trial.experiment
            pairing = Pairing(experiment, unit.batch, champion: scores, challenger: challenger.scores)
            if experiment.mode == .canary { (model, scores) = (challenger.trial.reference, challenger.scores) }
        }
        let scored = zip(unit.batch.candidates, scores).map {
            PredictionBatch.Scored(candidate: $0, probabilities: $1)
        }
        let batch = PredictionBatch(run: unit.run, unit: unit.name, model: model, scored: scored)
        return try effects(batch, envelope: unit.envelope, pairing: pairing)
    }

    private func effects(_ batch: PredictionBatch, envelope: EventEnvelope, pairing: Pairing? = nil) throws -> Effects {
        let run = batch.run
        let output = try EventCoding.record(
            batch, topic: Topics.predictions,
            key: envelope.headers.extensions[EventExtension.shard].map { "\(run)/\($0)" } ?? "\(run)",
            id: "\(run)/predictions/\(batch.unit)", source: Stage.infer,
            extensions: [EventExtension.run: run.description, EventExtension.unit: batch.unit],
            traceparent: envelope.headers.traceparent)
        return Effects(
            outputs: [output],
            store: { connection in
                try await PredictionRows.insert(batch, on: connection)
                if let problem = batch.problem {
                    try await InputProblemRow.insert(
                        run, stage: Stage.infer, unit: batch.unit, message: problem, on: connection)
                }
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
