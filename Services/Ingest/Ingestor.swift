import Events
import Foundation
import Genomics
import Messaging
import Runs
import ServiceRuntime
import Storage

/// Reads one sample's files and sends them: a run is opened, streamed and sealed.
///
/// The same files give the same records in the same order with the same ids, whenever and wherever they are read.
struct Ingestor {
    let run: Identifier
    let request: IngestRequest
    let sender: BatchSender
    let context: ServiceContext
    let services: StageServices
    let batchBytes: Int
    /// The W3C trace that the request belongs to; every record of the run carries it.
    let traceparent: String?

    func run() async throws {
        let row = try await open()
        switch row.state {
        case .opened, .sealed:
            sender.start(run: run, alreadySent: row.sent)
            do {
                let reference = try await BlockingWork.run { [request] in try request.openReference() }
                try await sender.add(event(.opened))
                let counts = try await stream(reference, batchBytes: row.batchBytes)
                try await sender.add(event(.sealed, counts: counts))
            } catch  where Self.isFinal(error) {
                try await fail("\(error)")
            }
        case .failed:
            // The process that gave the run up may have died before it could say so.
            try await sender.send(event(.failed, message: row.failure))
        case .completed:
            context.logger.info("ingest.run.known", ["run": .string(run.description)])
        }
        try await sender.finish()
    }

    /// Records that the run is given up and says so in `runs`.
    func fail(_ reason: String) async throws {
        context.logger.error("ingest.run.failed", ["run": .string(run.description), "reason": .string(reason)])
        _ = try await open()
        let run = run.uuid
        _ = try await services.database.transaction { try await RunState.fail(run, reason: reason, on: $0) }
        try await sender.send(event(.failed, message: reason))
    }

    /// Whether trying again would end the same way.
    private static func isFinal(_ error: any Error) -> Bool {
        switch error {
        case is GenomicsError: true
        case let error as StorageError: !error.isRetriable
        case let error as MessagingError: error.code == .recordTooLarge
        default: false
        }
    }

    /// Creates the run's row, or finds it.
    private func open() async throws -> (state: RunEvent.State, sent: Int, batchBytes: Int, failure: String?) {
        try await RunState.open(run.uuid, request, in: services.database)
        // The first process to read the files decides on the size of batches; one that takes over makes the same ones.
        try await services.database.execute(
            "UPDATE runs SET batch_bytes = \(batchBytes) WHERE run_id = \(run.uuid) AND batch_bytes = 0")
        let rows = try await services.database.query(
            "SELECT state, batches_sent, batch_bytes, failure FROM runs WHERE run_id = \(run.uuid)")
        guard let row = rows.first, let state = RunEvent.State(rawValue: try row.decode("state")) else {
            throw StorageError(.init(rawValue: "runDeleted"), "the run \(run) was deleted while it was read")
        }
        return (
            state, try row.decode("batches_sent"), try row.decode("batch_bytes"), try row.decode("failure")
        )
    }

    private func stream(_ reference: ReferenceGenome, batchBytes: Int) async throws -> RunCounts {
        var counts = RunCounts()
        var unaligned = ReadBatcher(run: run, sample: request.sample, bytes: batchBytes, traceparent: traceparent)
        var aligned: AlignmentBatcher?
        for (index, input) in request.inputs.enumerated() {
            let file = try await ReadPump(source(input), readGroup: request.sample, reference: reference)
            if let header = file.header, aligned == nil {
                aligned = AlignmentBatcher(
                    run: run, sample: request.sample, header: header, reference: reference, bytes: batchBytes,
                    isOnlyInput: request.inputs.count == 1, traceparent: traceparent)
            }
            guard (file.header == nil) == (aligned == nil) else {
                throw GenomicsError(
                    .unsupported, "a run's reads are all mapped or none of them are; give them as two runs",
                    file: input.path)
            }
            while case let items = try await file.next(), !items.isEmpty {
                try Task.checkCancellation()
                for item in items {
                    switch item {
                    case .fragment(let records):
                        counts.add(records)
                        guard let header = file.header else {
                            if let output = try unaligned.add(records) { try await sender.add(output) }
                            continue
                        }
                        for record in records {
                            if let outputs = try aligned?.add(record, input: index, header: header) {
                                for output in outputs { try await sender.add(output) }
                            } else {
                                counts.problems += 1
                                try await note(.outOfOrder(record, file: input.path), number: counts.problems)
                            }
                        }
                    case .problem(let problem):
                        counts.problems += 1
                        try await note(problem, number: counts.problems)
                    }
                }
            }
        }
        if let output = try unaligned.flush() { try await sender.add(output) }
        for output in try aligned?.finish() ?? [] { try await sender.add(output) }
        counts.batches = unaligned.batches + (aligned?.batches ?? 0)
        try await seal(counts, unaligned: unaligned, aligned: aligned)
        return counts
    }

    /// Sets what the next stages have to expect, then tells them: whoever reads a seal finds the expectation recorded.
    private func seal(_ counts: RunCounts, unaligned: ReadBatcher, aligned: AlignmentBatcher?) async throws {
        try await sender.commitOpen()
        let (run, document, shards) = (run, try JSON(encoding: counts), aligned.map { $0.shards + 1 })
        try await services.database.transaction { connection in
            try await connection.execute(
                """
                UPDATE runs SET state = 'sealed', counts = \(document), sealed_at = now()
                WHERE run_id = \(run.uuid) AND state = 'opened'
                """)
            if let shards {
                _ = try await Ledger.expect(
                    run: run.uuid, stage: Stage.encode, units: shards, unit: Stage.ingest, on: connection)
            }
        }
        for output in try aligned?.lastSeals() ?? [unaligned.seal()] { try await sender.add(output) }
    }

    private func source(_ input: IngestRequest.Input) -> ReadSource {
        switch (input.format, input.matePath) {
        case (.fastq, let mate?): .pairedFASTQ(input.path, mate)
        case (.fastq, nil): .fastq(path: input.path)
        case (.interleavedFASTQ, _): .interleavedFASTQ(input.path)
        case (.alignments, _): .alignments(input.path)
        }
    }

    /// Keeps a piece of input that cannot be used: in the dead letters, in the log and, the first of them, in the report.
    private func note(_ problem: InputProblem, number: Int) async throws {
        if number <= Self.problemRows {
            context.logger.warning(
                "ingest.input.problem",
                [
                    "run": .string(run.description), "file": .string(problem.file), "record": .integer(problem.record),
                    "field": .string(problem.field),
                ])
            let id = "ingest/\(number)"
            try await services.database.execute(
                """
                INSERT INTO input_problems (run_id, problem_id, stage, file, record, field, message)
                VALUES (\(run.uuid), \(id), \(Stage.ingest), \(problem.file), \(problem.record), \(problem.field),
                    \(problem.message)) ON CONFLICT DO NOTHING
                """)
        }
        try await sender.add(
            DeadLetter.record(
                topic: Topics.deadLetters, key: Array(run.description.utf8), value: Array(problem.sample.utf8),
                reason: "\(problem.field): \(problem.message)", origin: "\(problem.file) record \(problem.record)"))
    }

    /// Problems of a run that are kept one by one; a broken file may have one a record, and the count says how many.
    private static let problemRows = 10_000

    private func event(_ state: RunEvent.State, counts: RunCounts? = nil, message: String? = nil) throws
        -> OutgoingRecord
    {
        try EventCoding.record(
            RunEvent(run: run, sample: request.sample, state: state, counts: counts, message: message),
            topic: Topics.runs, key: run.description, id: "\(run)/\(state.rawValue)", source: Stage.ingest,
            subject: request.sample, traceparent: traceparent)
    }
}

extension RunCounts {
    /// Counts reads; one that is aligned in several places is still one read.
    fileprivate mutating func add(_ records: [BAMRecord]) {
        for record in records where record.flags.isDisjoint(with: [.secondary, .supplementary]) {
            reads += 1
            bases += record.sequenceLength
        }
    }
}

extension InputProblem {
    /// A record that stands behind a later one in a file that says it is sorted by coordinate.
    fileprivate static func outOfOrder(_ record: BAMRecord, file: String) -> InputProblem {
        InputProblem(
            file: file, record: 0, field: "POS",
            message: "the header says SO:coordinate, and this record stands behind a later one; it is left out",
            sample: record.name)
    }
}
