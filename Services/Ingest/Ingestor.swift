import Delivery
import Events
import Foundation
import Genomics
import Messaging
import Runs
import ServiceRuntime
import Storage
import TaskCatalog
import Tasks

/// Reads one sample's files and sends them: a run is opened, streamed and sealed.
struct Ingestor {
    let run: Identifier
    let request: IngestRequest
    let sender: BatchSender
    let context: ServiceContext
    let services: StageServices
    let batchBytes: Int
    /// The W3C trace that the request belongs to; every record of the run carries it.
    let traceparent: String?
    /// The tasks that records may be of.
    var catalog = TaskCatalog.suite
    /// Asked at the end of the input, when all that was read is sent: throws where it may be no end.
    var confirmEnd: @Sendable () async throws -> Void = {}

    /// What is known of the run in the database.
    private struct Row {
        var state: RunEvent.State
        var sent: Int
        var batchBytes: Int
        var lanes: Int
        var failure: String?
        var point: ResumePoint?
        var isIngested: Bool
    }

    func run() async throws {
        let row = try await open()
        switch row.state {
        case .opened, .sealed, .stalled:
            guard !row.isIngested else { return }
            sender.start(run: run, at: row.point?.made ?? 0, alreadySent: row.sent)
            if row.sent > 0 {
                context.logger.notice(
                    "ingest.run.resumed",
                    [
                        "run": .string(run.description), "records": .integer(row.sent),
                        "from": .integer(row.point?.made ?? 0),
                    ])
            }
            do {
                if let task = request.task {
                    try await sender.add(event(.opened))
                    try await stream(task, row)
                } else {
                    let reference = try await BlockingWork.run { [request] in try request.openReference() }
                    if row.point == nil { try await sender.add(event(.opened)) }
                    try await stream(reference, row)
                }
            } catch  where Self.isFinal(error) {
                try await fail("\(error)")
            }
        case .failed:
            // The process that gave the run up may have died before it could say so.
            try await sender.send(event(.failed, message: row.failure))
        case .completed:
            context.logger.info("ingest.run.known", ["run": .string(run.description)])
        }
        try await sender.commit()
        let run = run.uuid
        try await services.database.transaction {
            try await $0.execute(
                "UPDATE runs SET ingested_at = now() WHERE run_id = \(run) AND state = 'sealed' AND ingested_at IS NULL"
            )
        }
    }

    /// Records that the run is given up and says so in `runs`.
    func fail(_ reason: String) async throws {
        context.logger.error("ingest.run.failed", ["run": .string(run.description), "reason": .string(reason)])
        _ = try await open()
        let run = run.uuid
        _ = try await services.database.transaction { try await RunState.fail(run, reason: reason, on: $0) }
        try await sender.send(event(.failed, message: reason))
    }

    /// Whether trying again would end the same way: the input is examined and rejected, or what it says cannot be stored.
    private static func isFinal(_ error: any Error) -> Bool {
        switch error {
        case let error as GenomicsError: error.code != .cannotWrite
        case is TaskError: true
        case is NothingReadable, is InputChanged: true
        case let error as StorageError: error.sqlState.map { $0.hasPrefix("22") || $0.hasPrefix("23") } ?? false
        case let error as MessagingError: error.code == .recordTooLarge
        default: false
        }
    }

    /// Creates the run's row, or finds it.
    private func open() async throws -> Row {
        try await RunState.open(run.uuid, request, in: services.database)
        // The first process to read the files decides on the size of batches; one that takes over makes the same ones.
        try await services.database.execute(
            "UPDATE runs SET batch_bytes = \(batchBytes) WHERE run_id = \(run.uuid) AND batch_bytes = 0")
        let rows = try await services.database.query(
            """
            SELECT state, batches_sent, batch_bytes, lanes::bigint AS lanes, failure, resume_point, ingested_at IS NOT NULL AS is_ingested
            FROM runs WHERE run_id = \(run.uuid)
            """)
        guard let row = rows.first, let state = RunEvent.State(rawValue: try row.decode("state")) else {
            throw StorageError(.init(rawValue: "runDeleted"), "the run \(run) was deleted while it was read")
        }
        return Row(
            state: state, sent: try row.decode("batches_sent"), batchBytes: try row.decode("batch_bytes"),
            lanes: try row.decode("lanes"),
            failure: try row.decode("failure"),
            // Of a point that an earlier version wrote, nothing is taken: reading from the start comes to the same records.
            point: try? row.decode("resume_point", as: JSON?.self)?.decode(ResumePoint.self),
            isIngested: try row.decode("is_ingested"))
    }

    private func stream(_ reference: ReferenceGenome, _ row: Row) async throws {
        if let path = request.variants { return try await sealWithoutReads(path, row) }
        let stream = RunStream(
            run: run, request: request, reference: reference, sender: sender, logger: context.logger,
            batchBytes: row.batchBytes, lanes: row.lanes, traceparent: traceparent, from: row.point)
        try await stream.read()
        try await sender.commit()
        try await confirmEnd()
        let counts = stream.counts
        guard counts.reads > 0 else { throw NothingReadable(stream.problems.kinds.first?.first) }
        // Who reads a seal finds the expectation recorded.
        try await seal(counts, stream.problems, units: stream.aligned?.lanes)
        for output in try stream.aligned?.lastSeals() ?? [stream.unaligned.seal()] { try await sender.add(output) }
        try await sender.add(event(.sealed, counts: counts))
    }

    /// Ends the reading of a run of calls, which report reads: there are no reads, and every lane is empty.
    private func sealWithoutReads(_ path: String, _ row: Row) async throws {
        let samples = try await BlockingWork.run { try VCFReader(path: path).samples }
        guard !samples.isEmpty else {
            throw GenomicsError(
                .sampleMismatch, "has no sample: whose calls they are is not told", file: path, field: "#CHROM")
        }
        let batcher = ReadBatcher(
            run: run, sample: request.sample, bytes: row.batchBytes, batches: 0, traceparent: traceparent)
        try await sender.commit()
        try await seal(RunCounts(), ProblemTally(), units: nil)
        try await sender.add(batcher.seal())
        try await sender.add(event(.sealed, counts: RunCounts()))
    }

    private func stream(_ task: TaskRequest, _ row: Row) async throws {
        let stream = ItemStream(
            run: run, request: request, task: task, sender: sender, batchBytes: row.batchBytes,
            traceparent: traceparent,
            catalog: catalog)
        try await stream.read()
        try await sender.commit()
        try await confirmEnd()
        let counts = stream.counts
        guard let last = stream.last, counts.reads > 0 else { throw NothingReadable(nil) }
        // What is wrong with a record goes with it, to its line of the table.
        try await seal(counts, stream.remarks, units: counts.batches)
        try await sender.add(last)
        try await sender.add(event(.sealed, counts: counts))
    }

    /// Sets what the next stages have to expect, and what the report has to say of the input.
    private func seal(_ counts: RunCounts, _ problems: ProblemTally, units: Int?) async throws {
        let (run, document) = (run, try JSON(encoding: counts))
        try await services.database.transaction { connection in
            let isNew =
                try await connection.execute(
                    """
                    UPDATE runs SET state = 'sealed', counts = \(document), sealed_at = now(),
                        reads_so_far = \(counts.reads), bytes_so_far = coalesce(bytes_in_all, bytes_so_far)
                    WHERE run_id = \(run.uuid) AND state = 'opened'
                    """) == 1
            if isNew { try await problems.store(run, on: connection) }
            if let units {
                _ = try await Ledger.expect(
                    run: run.uuid, stage: Stage.encode, units: units, unit: Stage.ingest, on: connection)
            }
        }
    }

    private func event(_ state: RunEvent.State, counts: RunCounts? = nil, message: String? = nil) throws
        -> OutgoingRecord
    {
        try EventCoding.record(
            RunEvent(run: run, sample: request.sample, state: state, counts: counts, message: message),
            topic: Topics.runs, key: run.description, id: "\(run)/\(state.rawValue)", source: Stage.ingest,
            subject: request.sample, traceparent: traceparent)
    }
}

/// An input of which not one read could be used.
struct NothingReadable: Error, CustomStringConvertible {
    let description: String

    /// `problem` is the first that was met.
    init(_ problem: InputProblem?) {
        guard let problem else {
            description = "the input holds no records"
            return
        }
        let place = problem.record > 0 ? ", record \(problem.record)" : ""
        description =
            "no read of the input could be used: \(problem.file)\(place), \(problem.field): \(problem.message)"
    }
}
