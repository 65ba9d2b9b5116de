import Commands
import Events
import Foundation
import Storage

/// The searches and their trials in the database.
struct SearchTable {
    /// A trial as its row is.
    struct Trial: Sendable, Codable {
        var trial: Int
        var configuration: [String: JSONDocument]
        var state: String
        var figure: Double?
        var problem: String?

        /// What is changed, in a line.
        var text: String {
            configuration.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.text($0.value))" }.joined(separator: " ")
        }

        private static func text(_ value: JSONDocument) -> String {
            (try? JSON(encoding: value)).map { String(decoding: $0.bytes, as: UTF8.self) } ?? "?"
        }
    }

    let database: Database

    /// Opens a search, new or to be gone on with: trials whose process was ended wait again.
    ///
    /// Throws where the name stands for another search.
    func open(
        _ plan: SearchPlan, digest: String, command: String, judgedOn: String, configurations: [[String: JSONDocument]]
    ) async throws {
        try await database.transaction { connection in
            try await connection.execute(
                """
                INSERT INTO searches (search, digest, command, metric, lower_is_better, judged_on)
                VALUES (\(plan.name), \(digest), \(command), \(plan.metric), \(plan.isLower), \(judgedOn))
                ON CONFLICT DO NOTHING
                """)
            let rows = try await connection.query("SELECT digest FROM searches WHERE search = \(plan.name) FOR UPDATE")
            guard try rows.first?.decode("digest", as: String.self) == digest else {
                throw ControlError(
                    "the search \(plan.name) is there already, of other configurations, documents or data: choose another name, "
                        + "or look at it with `helicase jobs search \(plan.name)`")
            }
            for (trial, configuration) in configurations.enumerated() {
                try await connection.execute(
                    """
                    INSERT INTO search_trials (search, trial, configuration)
                    VALUES (\(plan.name), \(trial), \(try JSON(encoding: configuration))) ON CONFLICT DO NOTHING
                    """)
            }
            try await connection.execute(
                "UPDATE search_trials SET state = 'waiting' WHERE search = \(plan.name) AND state = 'running'")
        }
    }

    func begin(_ trial: Int, of search: String) async throws {
        try await database.execute(
            """
            UPDATE search_trials SET state = 'running', started_at = clock_timestamp()
            WHERE search = \(search) AND trial = \(trial)
            """)
    }

    func finish(_ trial: Int, of search: String, figure: Double, figures: [String: Double]) async throws {
        try await database.execute(
            """
            UPDATE search_trials SET state = 'done', figure = \(figure), figures = \(try JSON(encoding: figures)),
                finished_at = clock_timestamp()
            WHERE search = \(search) AND trial = \(trial)
            """)
    }

    func fail(_ trial: Int, of search: String, problem: String) async throws {
        try await database.execute(
            """
            UPDATE search_trials SET state = 'failed', problem = \(problem), finished_at = clock_timestamp()
            WHERE search = \(search) AND trial = \(trial)
            """)
    }

    func trials(of search: String) async throws -> [Trial] {
        try await database.query(
            """
            SELECT trial, configuration, state, figure, problem FROM search_trials WHERE search = \(search) ORDER BY trial
            """
        ).map { row in
            Trial(
                trial: try row.decode("trial"), configuration: try row.decode("configuration", as: JSON.self).decode(),
                state: try row.decode("state"), figure: try row.decode("figure"), problem: try row.decode("problem"))
        }
    }

    /// `helicase jobs search`: the trials of a search, the best ones first; all searches without a name.
    func show(_ name: String?, json: Bool) async throws {
        guard let name else {
            let rows = try await database.query(
                """
                SELECT s.search, s.metric, s.judged_on, count(*) AS trials, count(*) FILTER (WHERE t.state = 'done') AS done,
                    count(*) FILTER (WHERE t.state = 'failed') AS failed
                FROM searches s JOIN search_trials t USING (search) GROUP BY s.search ORDER BY s.created_at
                """
            ).map { row in
                [
                    try row.decode("search", as: String.self), try row.decode("metric", as: String.self),
                    "\(try row.decode("trials", as: Int.self))", "\(try row.decode("done", as: Int.self))",
                    "\(try row.decode("failed", as: Int.self))", try row.decode("judged_on", as: String.self),
                ]
            }
            let header = ["search", "metric", "trials", "done", "failed", "judged on"]
            return print(TextTable.lines(header, rows).joined(separator: "\n"))
        }
        let heads = try await database.query("SELECT metric, lower_is_better FROM searches WHERE search = \(name)")
        guard let head = heads.first else {
            throw ControlError("there is no search \(name); `helicase jobs search` shows what there is")
        }
        let isLower = try head.decode("lower_is_better", as: Bool.self)
        let trials = try await trials(of: name)
        if json { return print(try Timestamp.json(trials)) }
        print(Self.lines(trials, metric: try head.decode("metric"), isLower: isLower).joined(separator: "\n"))
    }

    /// The trials, the best first, then those that are not done.
    static func lines(_ trials: [Trial], metric: String, isLower: Bool) -> [String] {
        func key(_ trial: Trial) -> Double { trial.figure.map { isLower ? $0 : -$0 } ?? .infinity }
        let rows = trials.sorted { (key($0), $0.trial) < (key($1), $1.trial) }.map { trial in
            [
                "\(trial.trial)", trial.state, trial.figure.map { String(format: "%.5f", $0) } ?? "-",
                trial.problem.map { "\(trial.text): \($0)" } ?? trial.text,
            ]
        }
        return TextTable.lines(["trial", "state", metric, "changes"], rows)
    }
}
