import Events
import Foundation
import Messaging
import ModelRegistry
import Runs
import Storage
import Tasks

/// Makes the table and the report of a complete run of a task that reads no reads, in the transaction that closes the run.
struct TableReportMaker {
    let run: Identifier
    let request: IngestRequest
    let task: TaskRequest
    let traceparent: String?

    /// Stores the report and its table, completes the run and returns the records to publish; none for a run that was given up
    /// meanwhile.
    func make(on connection: Connection) async throws -> [OutgoingRecord] {
        guard try await RunState.complete(run.uuid, on: connection) else { return [] }
        var problems = try await ReportProblems(run: run, on: connection)
        for problem in try await unscored(on: connection) { problems.add(problem) }
        let sums = try await connection.query(
            """
            SELECT coalesce((counts->>'reads')::bigint, 0)::bigint AS records, now() AS now,
                (SELECT count(*) FROM predictions p WHERE p.run_id = r.run_id AND problem IS NULL) AS scored
            FROM runs r WHERE run_id = \(run.uuid)
            """)
        let model = try await model(on: connection)
        var artifacts: [Report.Artifact] = []
        if let model { artifacts.append(try await table(of: model, on: connection)) }
        let report = TaskReport(
            run: run, version: 1, status: problems.missing.isEmpty ? .final : .incomplete, sample: request.sample,
            createdAt: try sums.first?.decode("now", as: Date.self) ?? Date(), task: task.name, model: model,
            records: try sums.first?.decode("records") ?? 0, scored: try sums.first?.decode("scored") ?? 0,
            problems: problems.listed, problemCount: problems.count,
            missing: problems.missing.isEmpty ? nil : problems.missing, artifacts: artifacts)
        let bytes = try EventCoding.encode(report)
        try await connection.execute(
            """
            INSERT INTO reports (run_id, version, sample, report, record)
            VALUES (\(run.uuid), \(report.version), \(report.sample), \(JSON(bytes: bytes)), \(bytes))
            """)
        return try PublishedReport.records(report, bytes: bytes, traceparent: traceparent)
    }

    /// Records that have no scores, by what is wrong with them.
    private func unscored(on connection: Connection) async throws -> [Report.Problem] {
        let rows = try await connection.query(
            """
            SELECT problem, count(*) AS n, (array_agg(number + 1 ORDER BY number))[1:\(Report.Problem.placeLimit)] AS places
            FROM predictions WHERE run_id = \(run.uuid) AND problem IS NOT NULL
            GROUP BY problem ORDER BY count(*), problem DESC LIMIT \(Report.problemLimit)
            """)
        return try rows.map { row in
            let (message, count, places) = (
                try row.decode("problem", as: String.self), try row.decode("n", as: Int.self),
                try row.decode("places", as: [Int]?.self)
            )
            return Report.Problem(
                stage: Stage.encode, file: nil, record: places?.first, field: nil, message: message, kind: message,
                count: count > 1 ? count : nil, places: count > 1 ? places : nil, isLoss: true)
        }
    }

    private func model(on connection: Connection) async throws -> PredictionBatch.Model? {
        try await connection.query(
            "SELECT name, version::bigint AS version, digest FROM run_models WHERE run_id = \(run.uuid)"
        ).first.map {
            PredictionBatch.Model(
                name: try $0.decode("name"), version: try $0.decode("version"), digest: try $0.decode("digest"))
        }
    }

    /// Writes the table of all records in the order of the input, holding one page of them.
    private func table(of model: PredictionBatch.Model, on connection: Connection) async throws -> Report.Artifact {
        let package = try await ModelRegistry.package(model.name, version: model.version, on: connection)
        let (folder, name) = (try ReportFolder(), "\(request.sample).tsv")
        let table = try ScoreTable(path: folder.path(name), outcome: Outcome(package))
        var last = -1
        while true {
            let page = try await connection.query(
                """
                SELECT number, coalesce(name, '') AS name, scores, problem FROM predictions
                WHERE run_id = \(run.uuid) AND number > \(last) ORDER BY number LIMIT \(Self.pageSize)
                """)
            for row in page {
                let problem: String? = try row.decode("problem")
                let score = try problem.map { Score(problem: $0) } ?? Score(row.decode("scores", as: [Float].self))
                last = try row.decode("number")
                try table.write(score, record: last, name: row.decode("name"))
            }
            if page.count < Self.pageSize { break }
        }
        try table.finish()
        return try await folder.store(name, run: run, on: connection)
    }

    private static let pageSize = 20_000
}
