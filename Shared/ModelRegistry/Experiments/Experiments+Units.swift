import Events
import Foundation
import NeuralNetwork
import Storage

extension Experiments {
    /// Adds what a unit of work shows to an open experiment, in the transaction of the unit's effects, and looks at the
    /// experiment when that is due; returns what is to be announced of the registry.
    ///
    /// A unit counts once however often it is delivered. The unit whose transaction concludes an experiment announces it; when
    /// it is delivered again, ``announcement(of:in:on:)`` has the same events. Nothing is locked but by a look, and a look that
    /// another process takes is not waited for: units go on side by side.
    public static func record(
        _ seen: Observations, of unit: String, in run: UUID, to experiment: Experiment, on connection: Connection
    ) async throws -> [ModelEvent] {
        let isNew =
            try await connection.execute(
                """
                INSERT INTO experiment_units (experiment_id, run_id, unit, pairs, counts)
                SELECT experiment_id, \(run), \(unit), \(seen.pairs), \(seen.counts) FROM experiments
                WHERE experiment_id = \(experiment.id) AND state = 'open'
                ON CONFLICT DO NOTHING
                """) == 1
        guard isNew else { return [] }
        let (pairs, last) = try await progress(of: experiment, on: connection)
        guard experiment.thresholds.isLookDue(at: pairs, last: last) else { return [] }
        return try await look(at: experiment, closingUnit: closingUnit(unit, run), on: connection)
    }

    /// What a unit announced that concluded an experiment; nothing of any other unit.
    public static func announcement(
        of unit: String, in run: UUID, on connection: Connection
    ) async throws -> [ModelEvent] {
        let rows = try await connection.query(
            """
            SELECT announcement FROM experiments
            WHERE closing_unit = \(closingUnit(unit, run)) AND announcement IS NOT NULL
            """)
        return try rows.flatMap { try $0.decode("announcement", as: JSON.self).decode([ModelEvent].self) }
    }

    private static func closingUnit(_ unit: String, _ run: UUID) -> String { "\(Identifier(run))/\(unit)" }

    /// Judges an experiment, unless another process is at it, and carries the verdict out.
    private static func look(
        at experiment: Experiment, closingUnit: String, on connection: Connection
    ) async throws -> [ModelEvent] {
        // Not FOR UPDATE: the units that others write refer to the row.
        let locked = try await connection.query(
            """
            SELECT FROM experiments WHERE experiment_id = \(experiment.id) AND state = 'open'
            FOR NO KEY UPDATE SKIP LOCKED
            """)
        guard !locked.isEmpty else { return [] }
        do {
            return try await judge(experiment, closingUnit: closingUnit, on: connection)
        } catch let error where !(error is StorageError || error is CancellationError) {
            // A patient's run does not wait for an experiment that nobody can judge.
            _ = try await end(
                experiment, .stopped, actor: Stage.infer, outcome: "it cannot be judged: \(error)", on: connection)
            return []
        }
    }

    private static func judge(
        _ experiment: Experiment, closingUnit: String, on connection: Connection
    ) async throws -> [ModelEvent] {
        // What was read before the lock may have been judged by another process meanwhile.
        let (pairs, last) = try await progress(of: experiment, on: connection)
        guard experiment.thresholds.isLookDue(at: pairs, last: last),
            let seen = try await observations(of: experiment, on: connection)
        else { return [] }
        let baseline = try await baseline(of: experiment, on: connection)
        let verdict = Verdict(seen, experiment.thresholds, baseline: baseline, last: last)
        let document = try JSON(encoding: verdict)
        try await connection.execute(
            """
            INSERT INTO experiment_verdicts (experiment_id, pairs, decision, verdict, actor)
            VALUES (\(experiment.id), \(seen.pairs), \(verdict.decision.rawValue), \(document), \(Stage.infer))
            """)
        if verdict.decision == .continue {
            if baseline == nil, let inputs = seen.inputs {
                let first = try JSON(encoding: Experiment.Baseline(source: .traffic, inputs: inputs))
                try await connection.execute(
                    "UPDATE experiments SET baseline = \(first) WHERE experiment_id = \(experiment.id)")
            }
            return []
        }
        let (outcome, events) = try await carryOut(verdict, on: experiment, connection)
        _ = try await end(
            experiment, .concluded, actor: Stage.infer, outcome: outcome, closingUnit: closingUnit,
            announcement: events, on: connection)
        return events
    }

    /// Promotes the challenger if that is the verdict and was asked for; ending the experiment is all that a rejection needs.
    private static func carryOut(
        _ verdict: Verdict, on experiment: Experiment, _ connection: Connection
    ) async throws -> (outcome: String, events: [ModelEvent]) {
        let reasons = verdict.reasons.joined(separator: "; ")
        if verdict.decision == .reject { return ("rejected: \(reasons)", []) }
        guard experiment.automatic else { return ("may be promoted: \(reasons)", []) }
        do {
            let events = try await ModelRegistry.promote(
                name: experiment.name, version: experiment.challenger, inPlaceOf: experiment.champion,
                actor: Stage.infer, reason: "experiment \(experiment.id): \(reasons)", on: connection)
            return ("promoted: \(reasons)", events)
        } catch let error where !(error is StorageError || error is CancellationError) {
            // The registry's guards know better; they refuse before they change anything.
            return ("may be promoted, and the registry refuses: \(error)", [])
        }
    }

    /// The pairs of an experiment, and how many there were at the last look.
    static func progress(of experiment: Experiment, on connection: Connection) async throws -> (pairs: Int, last: Int) {
        let row = try await connection.query(
            """
            SELECT (SELECT coalesce(sum(pairs), 0)::bigint FROM experiment_units WHERE experiment_id = \(experiment.id)),
                (SELECT coalesce(max(pairs), 0) FROM experiment_verdicts WHERE experiment_id = \(experiment.id))
            """)[0]
        return (try row.decode(0), try row.decode(1))
    }

    /// The sum over an experiment's units; nil while there is none.
    static func observations(of experiment: Experiment, on connection: Connection) async throws -> Observations? {
        let rows = try await connection.query(
            """
            SELECT array_agg(total ORDER BY place) AS counts FROM (
                SELECT place, sum(count)::bigint AS total
                FROM experiment_units, unnest(counts) WITH ORDINALITY AS c (count, place)
                WHERE experiment_id = \(experiment.id) GROUP BY place) AS sums
            """)
        guard let counts = try rows.first?.decode("counts", as: [Int]?.self) else { return nil }
        guard let seen = Observations(experiment.answers, counts: counts) else {
            throw RegistryError(
                "the counts of experiment \(experiment.id) are those of another version of this program: stop it and begin "
                    + "again")
        }
        return seen
    }

    static func baseline(
        of experiment: Experiment, on connection: Connection
    ) async throws -> Experiment.Baseline? {
        try await connection.query("SELECT baseline FROM experiments WHERE experiment_id = \(experiment.id)")
            .first?.decode("baseline", as: JSON?.self)?.decode()
    }
}
