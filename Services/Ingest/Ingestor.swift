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
        guard let alreadySent = try await open() else {
            context.logger.info("ingest.run.known", ["run": .string(run.description)])
            try await sender.finish()
            return
        }
        sender.start(run: run, alreadySent: alreadySent)
        do {
            let reference = try openReference()
            try await sender.add(event(.opened))
            let counts = try await stream(reference)
            try await sender.add(event(.sealed, counts: counts))
        } catch let error as GenomicsError {
            try await fail(error.description)
        }
        try await sender.finish()
    }

    /// Records that the run is given up and says so in `runs`.
    func fail(_ reason: String) async throws {
        context.logger.error("ingest.run.failed", ["run": .string(run.description), "reason": .string(reason)])
        let run = run.uuid
        _ = try await services.database.transaction { try await RunState.fail(run, reason: reason, on: $0) }
        try await sender.add(event(.failed, message: reason))
    }

    /// Creates the run's row; returns how many records are sent already, nil when the run is over.
    private func open() async throws -> Int? {
        let document = try JSON(encoding: request)
        try await services.database.execute(
            """
            INSERT INTO runs (run_id, sample, state, request)
            VALUES (\(run.uuid), \(request.sample), 'opened', \(document)) ON CONFLICT DO NOTHING
            """)
        let rows = try await services.database.query(
            "SELECT state, batches_sent FROM runs WHERE run_id = \(run.uuid)")
        guard let row = rows.first else { return nil }
        let state: String = try row.decode("state")
        return state == "opened" || state == "sealed" ? try row.decode("batches_sent") : nil
    }

    private func openReference() throws -> ReferenceGenome {
        let reference = try ReferenceGenome(path: request.reference)
        guard reference.digest == request.referenceDigest else {
            throw GenomicsError(
                .referenceMismatch,
                "this reference is not the one that the run was opened with; give every process the same file",
                file: request.reference)
        }
        return reference
    }

    private func stream(_ reference: ReferenceGenome) async throws -> RunCounts {
        var counts = RunCounts()
        var gate = ReadBatcher(run: run, sample: request.sample, bytes: batchBytes, traceparent: traceparent)
        var aligned: AlignmentBatcher?
        for (index, input) in request.inputs.enumerated() {
            let file = try ReadFile(source(input), readGroup: request.sample, reference: reference)
            if let header = file.header, !header.contigs.isEmpty, aligned == nil {
                aligned = AlignmentBatcher(
                    run: run, sample: request.sample, header: header, reference: reference, bytes: batchBytes,
                    traceparent: traceparent)
            }
            let isAligned = !(file.header?.contigs.isEmpty ?? true)
            while let item = try file.next() {
                try Task.checkCancellation()
                switch item {
                case .fragment(let records):
                    // A read that is aligned in several places is still one read.
                    for record in records
                    where !record.flags.contains(.secondary) && !record.flags.contains(.supplementary) {
                        counts.reads += 1
                        counts.bases += record.sequenceLength
                    }
                    if isAligned {
                        for record in records {
                            for output in try aligned?.add(record, input: index, header: file.header) ?? [] {
                                try await sender.add(output)
                            }
                        }
                    } else if let output = try gate.add(records) {
                        try await sender.add(output)
                    }
                case .problem(let problem):
                    counts.problems += 1
                    try await record(problem, number: counts.problems)
                }
            }
        }
        if let output = try gate.flush() { try await sender.add(output) }
        let tail = try aligned?.finish() ?? []
        for output in tail { try await sender.add(output) }
        counts.batches = gate.batches + (aligned?.batches ?? 0)
        try await seal(counts, gate: gate, aligned: aligned)
        return counts
    }

    /// Sets what the next stages have to expect, then tells them: whoever reads a seal finds the expectation recorded.
    private func seal(_ counts: RunCounts, gate: ReadBatcher, aligned: AlignmentBatcher?) async throws {
        try await sender.commitOpen()
        let (run, document) = (run, try JSON(encoding: counts))
        let shards = aligned.map { $0.shards + 1 }
        let hasReads = gate.batches > 0 || shards == nil
        try await services.database.transaction { connection in
            try await connection.execute(
                """
                UPDATE runs SET state = 'sealed', counts = \(document), sealed_at = now()
                WHERE run_id = \(run.uuid) AND state = 'opened'
                """)
            if let shards, !hasReads {
                _ = try await Ledger.expect(
                    run: run.uuid, stage: Stage.encode, units: shards, unit: Stage.ingest, on: connection)
            }
        }
        if hasReads {
            try await sender.add(gate.seal())
        } else if let aligned {
            for output in try aligned.lastSeals() { try await sender.add(output) }
        }
    }

    private func source(_ input: IngestRequest.Input) -> ReadSource {
        switch (input.format, input.matePath) {
        case (.fastq, let mate?): .pairedFASTQ(input.path, mate)
        case (.fastq, nil): .fastq(path: input.path)
        case (.interleavedFASTQ, _): .interleavedFASTQ(input.path)
        case (.alignments, _): .alignments(input.path)
        }
    }

    private func record(_ problem: InputProblem, number: Int) async throws {
        context.logger.warning(
            "ingest.input.problem",
            [
                "run": .string(run.description), "file": .string(problem.file), "record": .integer(problem.record),
                "field": .string(problem.field), "reason": .string(problem.message),
            ])
        let id = "ingest/\(number)"
        try await services.database.execute(
            """
            INSERT INTO input_problems (run_id, problem_id, stage, file, record, field, message)
            VALUES (\(run.uuid), \(id), \(Stage.ingest), \(problem.file), \(problem.record), \(problem.field),
                \(problem.message)) ON CONFLICT DO NOTHING
            """)
        try await sender.add(
            DeadLetter.record(
                topic: Topics.deadLetters, key: Array(run.description.utf8), value: Array(problem.sample.utf8),
                reason: "\(problem.field): \(problem.message)", origin: "\(problem.file) record \(problem.record)"))
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
