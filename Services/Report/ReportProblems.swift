import Events
import Foundation
import Storage

/// What could not be used of a run's input: as its report lists it, and what of it makes the report incomplete.
struct ReportProblems {
    /// By stage, file and kind, losses first.
    private(set) var listed: [Report.Problem] = []
    /// Every record counted.
    var count = 0
    /// A sentence for each kind of loss.
    private(set) var missing: [String] = []

    /// Sums up the rows of a run; those of later stages, one a unit, are counted together by what they say.
    init(run: Identifier, on connection: Connection) async throws {
        let sums = try await connection.query(
            """
            SELECT coalesce(sum(occurrences), 0)::bigint AS occurrences,
                count(DISTINCT (stage, file, coalesce(kind, message))) FILTER (WHERE is_loss) AS losses
            FROM input_problems WHERE run_id = \(run.uuid)
            """)
        count = try sums.first?.decode("occurrences") ?? 0
        let losses: Int = try sums.first?.decode("losses") ?? 0
        let rows = try await connection.query(
            """
            SELECT stage, file, min(kind) AS kind, bool_or(is_loss) AS is_loss, sum(occurrences)::bigint AS occurrences,
                min(nullif(record, 0)) AS record, min(places) AS places,
                (array_agg(field ORDER BY record, problem_id))[1] AS field,
                (array_agg(message ORDER BY record, problem_id))[1] AS message
            FROM input_problems WHERE run_id = \(run.uuid)
            GROUP BY stage, file, coalesce(kind, message)
            ORDER BY bool_or(is_loss) DESC, stage, file, min(record), min(problem_id) LIMIT \(Report.problemLimit)
            """)
        listed = try rows.map(Self.problem)
        missing = listed.filter { $0.isLoss == true }.prefix(Report.missingLimit).map(Self.sentence)
        if losses > missing.count {
            missing[missing.count - 1] = "and \(losses - missing.count + 1) more kinds of trouble"
        }
    }

    /// Adds one that no stage has noted, a loss in front.
    mutating func add(_ problem: Report.Problem) {
        count += problem.count ?? 1
        if problem.isLoss == true {
            listed = [problem] + listed.prefix(Report.problemLimit - 1)
            missing = [Self.sentence(problem)] + missing.prefix(Report.missingLimit - 1)
        } else if listed.count < Report.problemLimit {
            listed.append(problem)
        }
    }

    private static func problem(_ row: Row) throws -> Report.Problem {
        let count: Int = try row.decode("occurrences")
        let places = try row.decode("places", as: [Int]?.self)
        return Report.Problem(
            stage: try row.decode("stage"), file: try row.decode("file"), record: try row.decode("record"),
            field: try row.decode("field"), message: try row.decode("message"), kind: try row.decode("kind"),
            count: count > 1 ? count : nil, places: count > 1 ? places : nil, isLoss: try row.decode("is_loss"))
    }

    /// `R1.fastq.gz: 12 records, the first is 20117: 149 qualities for 151 bases; the record was left out`.
    private static func sentence(_ problem: Report.Problem) -> String {
        let place = problem.file.map { URL(fileURLWithPath: $0).lastPathComponent } ?? problem.stage
        let records =
            switch (problem.record, problem.count) {
            case (let record?, let count?): "\(count) records, the first is \(record): "
            case (let record?, nil): "record \(record): "
            case (nil, let count?): "\(count) times: "
            case (nil, nil): ""
            }
        return "\(place): \(records)\(problem.message)"
    }
}
