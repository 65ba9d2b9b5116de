import Events
import Foundation
import NeuralNetwork
import Storage

/// The experiments in PostgreSQL: at most one is open for a model.
///
/// Every begin and end is notified on ``channel``, in its own transaction: who listens misses none.
public struct Experiments: Sendable {
    /// The channel of PostgreSQL's notifications; the payload is the model's name.
    public static let channel = "helicase_experiments"

    private let database: Database

    /// Opens the experiments of a database.
    public init(_ database: Database) { self.database = database }

    /// Begins to try a version beside the one in production.
    ///
    /// Throws ``RegistryError`` when there is no such version, it is in production, none is, it reads other inputs or gives
    /// other outputs than that one, or an experiment is open.
    public func begin(
        _ mode: Experiment.Mode, name: String, challenger: Int, share: Double = 0, answers: Answers,
        thresholds: Thresholds, automatic: Bool, actor: String, reason: String
    ) async throws -> Experiment {
        precondition(mode == .shadow ? share == 0 : share > 0 && share <= 1)
        let (document, compared) = (try JSON(encoding: thresholds), try JSON(encoding: answers))
        return try await database.transaction { connection in
            if let open = try await Self.latest(of: name, on: connection), open.state == .open {
                throw RegistryError(
                    "\(name)@\(open.challenger) is being tried: end that with `helicase models experiment stop \(name)`"
                )
            }
            let versions = try await connection.query(
                """
                SELECT version, state, lineage -> 'inputs' AS inputs, lineage -> 'inputKinds' AS kinds, architecture
                FROM model_versions
                WHERE name = \(name) AND (version = \(challenger) OR state = 'production')
                """)
            guard let row = try versions.first(where: { try $0.decode("version") == challenger }) else {
                throw RegistryError("there is no \(name)@\(challenger); `helicase models list` shows what there is")
            }
            guard let champion = try versions.first(where: { try $0.decode("state") == "production" }) else {
                throw RegistryError("no version of \(name) is in production: there is nothing to compare with")
            }
            let number: Int = try champion.decode("version")
            if number == challenger { throw RegistryError("\(name)@\(challenger) is in production already") }
            try Self.checkComparable(row, "\(name)@\(challenger)", with: champion, "\(name)@\(number)")
            let inputs = try row.decode("inputs", as: JSON?.self)
            let kinds = try row.decode("kinds", as: JSON?.self)?.decode([String: InputStatistics].self)
            let baseline = try inputs.map {
                try JSON(
                    encoding: Experiment.Baseline(
                        source: .training, inputs: $0.decode(),
                        kinds: kinds?.sorted { $0.key < $1.key }.map(\.value)))
            }
            let inserted = try await connection.query(
                """
                INSERT INTO experiments
                    (name, champion, challenger, mode, share, answers, thresholds, automatic, baseline, actor, reason)
                VALUES (\(name), \(number), \(challenger), \(mode.rawValue), \(share), \(compared), \(document),
                    \(automatic), \(baseline), \(actor), \(reason))
                ON CONFLICT DO NOTHING RETURNING *
                """)
            guard let experiment = inserted.first else {
                throw RegistryError("another experiment of \(name) began at the same moment")
            }
            try await connection.notify(channel: Self.channel, payload: name)
            return try Self.experiment(experiment)
        }
    }

    /// Throws unless both versions can score the same examples, and say the same kind of thing of them.
    private static func checkComparable(
        _ challenger: Row, _ label: String, with champion: Row, _ other: String
    ) throws {
        func read(_ row: Row) throws -> (inputs: [String], outputs: [Int]) {
            let architecture: Architecture = try row.decode("architecture", as: JSON.self).decode()
            let inputs = architecture.inputs.map { "\($0.name), \($0.kind.rawValue) \($0.shape)" }
            return (inputs, try architecture.outputShape())
        }
        func refuse(_ what: String, _ own: String, _ others: String) -> RegistryError {
            RegistryError(
                "\(label) \(what) \(own), and \(other) \(others): they cannot be compared on the same examples")
        }
        let (own, others) = (try read(challenger), try read(champion))
        if own.inputs != others.inputs {
            throw refuse("reads", own.inputs.joined(separator: "; "), others.inputs.joined(separator: "; "))
        }
        if own.outputs != others.outputs { throw refuse("gives outputs of", "\(own.outputs)", "\(others.outputs)") }
    }

    /// The open experiment of a model.
    ///
    /// One whose champion is no longer in production is ended first: its pairs would be those of two experiments.
    public func current(of name: String) async throws -> Experiment? {
        try await database.transaction { connection in
            guard let experiment = try await Self.latest(of: name, on: connection), experiment.state == .open else {
                return nil
            }
            let production = try await connection.query(
                "SELECT version FROM model_versions WHERE name = \(name) AND state = 'production'")
            let version = try production.first?.decode("version", as: Int.self)
            if version == experiment.champion { return experiment }
            _ = try await Self.end(
                experiment, .stopped, actor: Stage.infer,
                outcome: "the version in production changed to \(version.map { "\(name)@\($0)" } ?? "none")",
                on: connection)
            return nil
        }
    }

    /// The open experiment of a model, or the last one.
    public func latest(of name: String) async throws -> Experiment? {
        try await database.withConnection { try await Self.latest(of: name, on: $0) }
    }

    private static func latest(of name: String, on connection: Connection) async throws -> Experiment? {
        let rows = try await connection.query(
            "SELECT * FROM experiments WHERE name = \(name) ORDER BY experiment_id DESC LIMIT 1")
        return try rows.first.map(experiment)
    }

    /// The looks at an experiment, oldest first.
    public func verdicts(of experiment: Experiment) async throws -> [Verdict] {
        try await database.query(
            "SELECT verdict FROM experiment_verdicts WHERE experiment_id = \(experiment.id) ORDER BY pairs"
        ).map { try $0.decode("verdict", as: JSON.self).decode() }
    }

    /// What an open experiment would be judged to be now; nil while there is no pair.
    public func preview(of experiment: Experiment) async throws -> Verdict? {
        try await database.withConnection { connection in
            guard let seen = try await Self.observations(of: experiment, on: connection) else { return nil }
            let (_, last) = try await Self.progress(of: experiment, on: connection)
            let baseline = try await Self.baseline(of: experiment, on: connection)
            return Verdict(seen, experiment.thresholds, baseline: baseline, last: last)
        }
    }

    /// Ends an open experiment before its verdict; returns whether it was open still.
    @discardableResult
    public func end(
        _ experiment: Experiment, _ state: Experiment.State, actor: String, outcome: String
    ) async throws -> Bool {
        try await database.transaction { connection in
            try await Self.end(experiment, state, actor: actor, outcome: outcome, on: connection)
        }
    }

    /// Ends an experiment if it is open; its units go, for nobody can add to them any more.
    static func end(
        _ experiment: Experiment, _ state: Experiment.State, actor: String, outcome: String,
        closingUnit: String? = nil, announcement: [ModelEvent] = [], on connection: Connection
    ) async throws -> Bool {
        let events = try announcement.isEmpty ? nil : JSON(encoding: announcement)
        let isEnded =
            try await connection.execute(
                """
                UPDATE experiments SET state = \(state.rawValue), ended_at = now(), ended_by = \(actor),
                    outcome = \(outcome), closing_unit = \(closingUnit), announcement = \(events)
                WHERE experiment_id = \(experiment.id) AND state = 'open'
                """) == 1
        guard isEnded else { return false }
        try await connection.execute("DELETE FROM experiment_units WHERE experiment_id = \(experiment.id)")
        try await connection.notify(channel: Self.channel, payload: experiment.name)
        return true
    }

    static func experiment(_ row: Row) throws -> Experiment {
        Experiment(
            id: try row.decode("experiment_id"), name: try row.decode("name"), champion: try row.decode("champion"),
            challenger: try row.decode("challenger"),
            mode: Experiment.Mode(rawValue: try row.decode("mode")) ?? .shadow, share: try row.decode("share"),
            answers: try row.decode("answers", as: JSON?.self)?.decode() ?? .genotypes,
            thresholds: try row.decode("thresholds", as: JSON.self).decode(), automatic: try row.decode("automatic"),
            state: Experiment.State(rawValue: try row.decode("state")) ?? .stopped, actor: try row.decode("actor"),
            reason: try row.decode("reason"), startedAt: try row.decode("started_at"),
            endedAt: try row.decode("ended_at"), endedBy: try row.decode("ended_by"),
            outcome: try row.decode("outcome"))
    }
}
