import Delivery
import Events
import Genomics
import Messaging
import Storage

/// The problems of a run's input by file and kind: damage costs a row a kind, and not one a read.
struct ProblemTally: Codable, Sendable {
    /// All problems of one kind in one file.
    struct Entry: Codable, Sendable {
        /// The first of them.
        var first: InputProblem
        var count = 0
        /// The numbers of the first records.
        var places: [Int] = []
        var isLoss = false
        /// Its place among the kinds.
        var order: Int
    }

    private var entries: [String: Entry] = [:]
    /// Every problem counted.
    private(set) var count = 0

    /// Kinds that are told apart; what comes after them is counted as one.
    private static let kindLimit = 1000
    /// Records of one kind that are kept as dead letters.
    static let lettersKept = 100

    /// The kinds in the order in which they were met.
    var kinds: [Entry] { entries.values.sorted { $0.order < $1.order } }

    /// Counts a problem; returns whether it is the first of its kind, and whether its record is to be kept.
    mutating func add(_ problem: InputProblem) -> (isFirst: Bool, isKept: Bool) {
        count += 1
        var key = "\(problem.file)\n\(problem.kind)"
        if entries[key] == nil, entries.count >= Self.kindLimit { key = "" }
        var entry = entries[key] ?? Entry(first: problem, order: entries.count)
        entry.count += 1
        entry.isLoss = entry.isLoss || problem.isLoss
        if problem.record > 0, entry.places.count < Report.Problem.placeLimit { entry.places.append(problem.record) }
        entries[key] = entry
        return (entry.count == 1, entry.count <= Self.lettersKept)
    }

    /// Writes a row a kind, in place of those that were written before.
    func store(_ run: Identifier, on connection: Connection) async throws {
        try await connection.execute(
            "DELETE FROM input_problems WHERE run_id = \(run.uuid) AND stage = \(Stage.ingest)")
        for entry in kinds {
            let problem = entry.first
            let (id, record) = ("ingest/\(entry.order)", problem.record > 0 ? problem.record : nil)
            try await connection.execute(
                """
                INSERT INTO input_problems
                    (run_id, problem_id, stage, file, record, field, message, kind, occurrences, places, is_loss)
                VALUES (\(run.uuid), \(id), \(Stage.ingest), \(problem.file), \(record), \(problem.field),
                    \(problem.message), \(problem.kind), \(entry.count), \(entry.places), \(entry.isLoss))
                """)
        }
    }

    /// The dead letters that say how many records of a kind were not kept.
    func summaries(of run: Identifier) -> [OutgoingRecord] {
        kinds.filter { $0.count > Self.lettersKept }.map { entry in
            DeadLetter.record(
                topic: Topics.deadLetters, key: Array(run.description.utf8), value: [],
                reason:
                    "\(entry.first.field): \(entry.count - Self.lettersKept) more records of this kind are not kept: "
                    + entry.first.message, origin: entry.first.file)
        }
    }
}
