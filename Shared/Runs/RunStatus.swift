import Events
import Foundation
import Storage

/// How far a run is, as its rows say: what people are shown, and what ``RunWatch`` and ``RunEstimate`` go by.
public struct RunStatus: Sendable, Codable, Hashable {
    /// One stage of a run.
    public struct StageStatus: Sendable, Codable, Hashable {
        /// The stage's name.
        public var name: String
        /// Units that are done.
        public var done: Int
        /// Units that there are; nil until the stage before has closed.
        public var expected: Int?
        /// Units that it has fed to the next stage.
        public var fed: Int
        /// Seconds from the opening of the run to the stage's first unit.
        public var beganAfter: Double
        /// Seconds from the opening of the run until the stage closed; nil while it is open.
        public var closedAfter: Double?

        /// Makes a status.
        public init(
            name: String, done: Int, expected: Int?, fed: Int = 0, beganAfter: Double = 0, closedAfter: Double? = nil
        ) {
            self.name = name
            self.done = done
            self.expected = expected
            self.fed = fed
            self.beganAfter = beganAfter
            self.closedAfter = closedAfter
        }
    }

    /// The run.
    public var run: Identifier
    /// The sample.
    public var sample: String
    /// `opened`, `sealed`, `completed` or `failed`.
    public var state: String
    /// When the run was opened.
    public var openedAt: Date
    /// When all its reads were in the topics.
    public var sealedAt: Date?
    /// When it was over.
    public var completedAt: Date?
    /// Why it failed.
    public var failure: String?
    /// Since when nothing goes on.
    public var stalledAt: Date?
    /// What is missing since then.
    public var stalledBecause: String?
    /// Records were lost that may have been its own.
    public var suspectedBecause: String?
    /// What its scoring waits for, such as a model in production.
    public var waitingFor: String?
    /// Seconds since the opening, by the database's clock; to the end, when the run is over.
    public var elapsed: Double
    /// Seconds since anything was noted of the run.
    public var idle: Double
    /// Batches that ingest has sent.
    public var batchesSent: Int
    /// Bytes of its files that are read, where they are counted.
    public var bytesRead: Int?
    /// Bytes of its files, where they have a size.
    public var bytesInAll: Int?
    /// Reads so far, where they are counted.
    public var readsSoFar: Int?
    /// Whether an input is the standard input of whoever asked for the run.
    public var isStream: Bool
    /// Whether there is nothing for align to do: the reads come aligned, or the run has none.
    public var isAligned: Bool
    /// The stages that have begun, in their order.
    public var stages: [StageStatus]

    /// Makes a status.
    public init(
        run: Identifier, sample: String, state: String, openedAt: Date, sealedAt: Date? = nil, completedAt: Date? = nil,
        failure: String? = nil, stalledAt: Date? = nil, stalledBecause: String? = nil, suspectedBecause: String? = nil,
        waitingFor: String? = nil, elapsed: Double, idle: Double, batchesSent: Int, bytesRead: Int? = nil,
        bytesInAll: Int? = nil,
        readsSoFar: Int? = nil, isStream: Bool = false, isAligned: Bool = false, stages: [StageStatus]
    ) {
        self.run = run
        self.sample = sample
        self.state = state
        self.openedAt = openedAt
        self.sealedAt = sealedAt
        self.completedAt = completedAt
        self.failure = failure
        self.stalledAt = stalledAt
        self.stalledBecause = stalledBecause
        self.suspectedBecause = suspectedBecause
        self.waitingFor = waitingFor
        self.elapsed = elapsed
        self.idle = idle
        self.batchesSent = batchesSent
        self.bytesRead = bytesRead
        self.bytesInAll = bytesInAll
        self.readsSoFar = readsSoFar
        self.isStream = isStream
        self.isAligned = isAligned
        self.stages = stages
    }

    /// Whether the run is neither completed nor failed.
    public var isOpen: Bool { state == "opened" || state == "sealed" }

    /// The state in a word, `stalled` included.
    public var word: String { isOpen && stalledAt != nil ? "stalled" : state }

    /// A stage; nil when it has not begun.
    public func stage(_ name: String) -> StageStatus? { stages.first { $0.name == name } }

    /// The first stage that is not through: what the run waits for; `ingest` until all reads are sent.
    public var waitsFor: String {
        let all = isAligned ? [Stage.encode, Stage.infer, Stage.report] : Self.order
        if state == "opened" {
            // With everything taken that was sent, it is the reading that does not go on.
            guard let first = all.first.flatMap({ stage($0) }), !isAligned, first.done + 1 < batchesSent else {
                return Stage.ingest
            }
            return first.name
        }
        return all.first { name in
            guard let stage = stage(name), let expected = stage.expected else { return true }
            return stage.done < expected
        } ?? Stage.report
    }

    static let order = [Stage.align, Stage.encode, Stage.infer, Stage.report]
}

extension RunStatus {
    /// The open runs, the first opened first.
    public static func open(in database: Database) async throws -> [RunStatus] {
        let chosen = try await OpenRuns.all(in: database).map(\.uuid)
        return try await load(chosen, in: database)
    }

    /// The newest runs, the last opened first.
    public static func newest(_ count: Int, sample: String? = nil, in database: Database) async throws -> [RunStatus] {
        let chosen = try await database.query(
            """
            SELECT run_id FROM runs WHERE \(sample)::text IS NULL OR sample = \(sample)
            ORDER BY opened_at DESC LIMIT \(count)
            """
        ).map { try $0.decode("run_id", as: UUID.self) }
        return try await load(chosen, in: database).reversed()
    }

    /// The runs whose ids begin so, at most a few.
    public static func beginning(with prefix: String, in database: Database) async throws -> [RunStatus] {
        let chosen = try await database.query(
            "SELECT run_id FROM runs WHERE starts_with(run_id::text, \(prefix.lowercased())) LIMIT 3"
        ).map { try $0.decode("run_id", as: UUID.self) }
        return try await load(chosen, in: database)
    }

    /// These runs, the first opened first; unknown ones are left out.
    public static func load(_ runs: [UUID], in database: Database) async throws -> [RunStatus] {
        if runs.isEmpty { return [] }
        // Columns of other parts of the suite by their names in the row, which a database that lacks them leaves empty.
        let rows = try await database.query(
            """
            SELECT run_id, sample, state, opened_at, sealed_at, completed_at, failure, stalled_at, stalled_because,
                suspected_because, waiting_for, batches_sent, to_jsonb(r)->>'bytes_so_far' AS bytes_read,
                to_jsonb(r)->>'bytes_in_all' AS bytes_in_all, to_jsonb(r)->>'reads_so_far' AS reads_so_far,
                request @? '$.inputs[*] ? (@.path == "-" || @.path starts with "/dev/" || @.path starts with "/proc/")'
                    AS is_stream,
                request @? '$.inputs[*] ? (@.format == "alignments" || @.format == "items")' AS is_aligned,
                extract(epoch FROM coalesce(completed_at, now()) - opened_at)::float8 AS elapsed,
                extract(epoch FROM now() - greatest(r.progressed_at,
                    (SELECT max(progressed_at) FROM run_stages s WHERE s.run_id = r.run_id)))::float8 AS idle
            FROM runs r WHERE run_id = ANY(\(runs)) ORDER BY opened_at, run_id
            """)
        let ids = try rows.map { try $0.decode("run_id", as: UUID.self) }
        var stages: [UUID: [StageStatus]] = [:]
        let stageRows = try await database.query(
            """
            SELECT s.run_id, stage, done, expected, fed,
                extract(epoch FROM began_at - opened_at)::float8 AS began,
                extract(epoch FROM closed_at - opened_at)::float8 AS closed
            FROM run_stages s JOIN runs USING (run_id) WHERE s.run_id = ANY(\(ids))
            """)
        for row in stageRows {
            stages[try row.decode("run_id", as: UUID.self), default: []].append(
                StageStatus(
                    name: try row.decode("stage"), done: try row.decode("done"), expected: try row.decode("expected"),
                    fed: try row.decode("fed"), beganAfter: try row.decode("began"),
                    closedAfter: try row.decode("closed")))
        }
        return try rows.map { row in
            let id: UUID = try row.decode("run_id")
            func number(_ column: String) throws -> Int? {
                try row.decode(column, as: String?.self).flatMap { Int($0) }
            }
            return RunStatus(
                run: Identifier(id), sample: try row.decode("sample"), state: try row.decode("state"),
                openedAt: try row.decode("opened_at"), sealedAt: try row.decode("sealed_at"),
                completedAt: try row.decode("completed_at"), failure: try row.decode("failure"),
                stalledAt: try row.decode("stalled_at"), stalledBecause: try row.decode("stalled_because"),
                suspectedBecause: try row.decode("suspected_because"), waitingFor: try row.decode("waiting_for"),
                elapsed: try row.decode("elapsed"),
                idle: try row.decode("idle"), batchesSent: try row.decode("batches_sent"),
                bytesRead: try number("bytes_read"), bytesInAll: try number("bytes_in_all"),
                readsSoFar: try number("reads_so_far"), isStream: try row.decode("is_stream"),
                isAligned: try row.decode("is_aligned"),
                stages: (stages[id] ?? []).sorted {
                    order.firstIndex(of: $0.name) ?? 0 < order.firstIndex(of: $1.name) ?? 0
                })
        }
    }
}
