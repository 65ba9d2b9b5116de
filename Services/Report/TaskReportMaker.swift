import Commands
import Delivery
import Events
import Foundation
import Messaging
import ModelRegistry
import Reporting
import Runs
import Storage
import TaskCatalog
import Tasks

/// Makes what a complete run of a task that reads no reads leaves, and its report.
struct TaskReportMaker {
    let run: Identifier
    let request: IngestRequest
    let task: TaskRequest
    /// Where the files of a request may lie.
    let roots: DataRoots
    /// The tasks that there are.
    let catalog: TaskCatalog
    let traceparent: String?

    /// Stores the report and the file, completes the run and returns the records to publish; throws ``RunIsOver`` for a run that was
    /// given up meanwhile.
    func make(on connection: Connection) async throws -> [OutgoingRecord] {
        var problems = try await ReportProblems(run: run, on: connection)
        let known = problems.count
        for problem in try await unscored(on: connection).reversed() { problems.add(problem) }
        // Beyond the kinds that are listed.
        let unscored = try await connection.query(
            "SELECT count(*) AS n FROM predictions WHERE run_id = \(run.uuid) AND problem IS NOT NULL")
        problems.count = try max(problems.count, known + (unscored.first?.decode("n") ?? 0))
        let sums = try await connection.query(
            """
            SELECT coalesce((counts->>'reads')::bigint, 0)::bigint AS records, now() AS now,
                (SELECT count(*) FROM predictions p WHERE p.run_id = r.run_id AND problem IS NULL) AS scored
            FROM runs r WHERE run_id = \(run.uuid)
            """)
        let model = try await model(on: connection)
        var artifacts: [Report.Artifact] = []
        if let model { artifacts.append(try await result(of: model, on: connection)) }
        let report = TaskReport(
            run: run, version: 1, status: problems.missing.isEmpty ? .final : .incomplete, sample: request.sample,
            createdAt: try sums.first?.decode("now", as: Date.self) ?? Date(), task: task.name, model: model,
            records: try sums.first?.decode("records") ?? 0, scored: try sums.first?.decode("scored") ?? 0,
            problems: problems.listed, problemCount: problems.count,
            missing: problems.missing.isEmpty ? nil : problems.missing, artifacts: artifacts)
        let bytes = try EventCoding.encode(report)
        guard try await RunState.complete(run.uuid, on: connection) else { throw RunIsOver() }
        try await connection.execute(
            """
            INSERT INTO reports (run_id, version, sample, report, record)
            VALUES (\(run.uuid), \(report.version), \(report.sample), \(JSON(bytes: bytes)), \(bytes))
            """)
        return try PublishedReport.records(report, bytes: bytes, traceparent: traceparent)
    }

    /// Records that have no scores, or not all, by what is wrong with them, the most frequent first; numbers make no other kind.
    private func unscored(on connection: Connection) async throws -> [Report.Problem] {
        let rows = try await connection.query(
            """
            SELECT (array_agg(problem ORDER BY number))[1] AS problem, count(*) AS n,
                (array_agg(number + 1 ORDER BY number))[1:\(Report.Problem.placeLimit)] AS places
            FROM predictions WHERE run_id = \(run.uuid) AND problem IS NOT NULL
            GROUP BY regexp_replace(problem, '[0-9]+', '0', 'g')
            ORDER BY count(*) DESC, min(number) LIMIT \(Report.problemLimit)
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

    /// Writes the task's file of all records in the order of the input, holding one page of them.
    private func result(of model: PredictionBatch.Model, on connection: Connection) async throws -> Report.Artifact {
        guard let task = catalog.itemTask(task.name) else {
            throw TaskError("there is no task \"\(task.name)\" that reads records")
        }
        // The file may be made of the inputs too, which whoever could write to `jobs` has named.
        try request.check(roots, isVouched: true)
        let request = request
        let reference =
            request.reference.isEmpty ? nil : try await BlockingWork.run { try request.openReference() }
        let inputs = ItemInputs(request, reference: reference)
        let package = try await ModelRegistry.package(model.name, version: model.version, on: connection)
        let form = try task.resultForm(of: inputs)
        if form.readsInputs { try request.checkInputs(roots, isVouched: true) }
        let (folder, name) = (try ReportFolder(), "\(request.sample).\(form.ending)")
        let file = try task.result(
            folder.path(name), of: inputs,
            by: ItemModel(label: self.task.modelLabel, package: package))
        var last = -1
        while true {
            let page = try await connection.query(
                """
                SELECT number, coalesce(name, '') AS name, scores, problem FROM predictions
                WHERE run_id = \(run.uuid) AND number > \(last) ORDER BY number LIMIT \(Self.pageSize)
                """)
            for row in page {
                let problem: String? = try row.decode("problem")
                last = try row.decode("number")
                let score = try Score(row.decode("scores", as: [Float].self), problem: problem)
                try file.write(score, record: last, name: row.decode("name"))
            }
            if page.count < Self.pageSize { break }
        }
        try file.finish()
        return try await folder.store(name, run: run, on: connection)
    }

    private static let pageSize = 20_000
}
