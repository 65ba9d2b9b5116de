import Events
import Messaging
import Runs
import ServiceRuntime
import Storage
import VariantCalling

/// Scores all examples of a batch of records at once and hands each record its own predictions.
struct ExamplesHandler: RecordHandler {
    let services: StageServices
    let follower: ModelFollower
    private let runs: RunLookup

    init(services: StageServices, follower: ModelFollower) {
        self.services = services
        self.follower = follower
        runs = RunLookup(services.database)
    }

    private struct Unit {
        var run: Identifier
        var name: String
        var batch: ExampleBatch
        var envelope: EventEnvelope
    }

    func handle(_ records: [IncomingRecord], workers: Int) async -> [Result<Effects, any Error>] {
        var results: [Result<Effects, any Error>] = []
        var units: [Int: Unit] = [:]
        for (index, record) in records.enumerated() {
            do {
                let unit = try RejectedRecord.unless { try Self.unit(record) }
                if try await runs.request(of: unit.run) != nil { units[index] = unit }
                results.append(.success(Effects()))
            } catch {
                results.append(.failure(error))
            }
        }
        let order = units.keys.sorted()
        do {
            guard let loaded = follower.current else { throw ModelNotLoaded() }
            let predicted = try await loaded.model.predict(order.compactMap { units[$0]?.batch }, workers: workers)
            for (index, probabilities) in zip(order, predicted) {
                guard let unit = units[index] else { continue }
                results[index] = Result { try effects(unit, probabilities: probabilities, model: loaded.reference) }
            }
        } catch {
            for index in order { results[index] = .failure(error) }
        }
        return results
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        guard let result = await handle([record], workers: 1).first else { return Effects() }
        return try result.get()
    }

    func lostRecords(_ reason: String) async throws {
        try await RunFailure.failOpenRuns(reason: reason, in: services.database)
    }

    /// A unit that cannot be scored still closes its run, with a prediction record that says why it is empty.
    func effects(ofRejected record: IncomingRecord, reason: String) async -> Effects {
        guard let envelope = try? EventEnvelope(record), let run = try? envelope.run(),
            let name = try? envelope.text(EventExtension.unit)
        else { return Effects() }
        let batch = PredictionBatch(run: run, unit: name, model: nil, scored: [], problem: reason)
        return (try? effects(batch, envelope: envelope)) ?? Effects()
    }

    private static func unit(_ record: IncomingRecord) throws -> Unit {
        let envelope = try EventEnvelope(record)
        guard envelope.type == .examples else {
            throw EventError("ce_type \(envelope.type.rawValue) does not belong in \(record.topic)")
        }
        return Unit(
            run: try envelope.run(), name: try envelope.text(EventExtension.unit),
            batch: try ExampleBatch(decoding: record.value ?? []), envelope: envelope)
    }

    private func effects(
        _ unit: Unit, probabilities: [[Float]], model: PredictionBatch.Model
    ) throws -> Effects {
        let scored = zip(unit.batch.candidates, probabilities).map {
            PredictionBatch.Scored(candidate: $0, probabilities: $1)
        }
        return try effects(
            PredictionBatch(run: unit.run, unit: unit.name, model: model, scored: scored), envelope: unit.envelope)
    }

    private func effects(_ batch: PredictionBatch, envelope: EventEnvelope) throws -> Effects {
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
                return []
            })
    }
}

/// There is no version to score with yet; the records wait.
struct ModelNotLoaded: Error, CustomStringConvertible {
    let description = "no version of the model is loaded yet"
}
