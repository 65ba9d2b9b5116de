import Delivery
import Events
import Genomics
import Messaging
import Observability
import Runs

/// The reading of a run's inputs: some of them side by side, a chunk of each in turn, gathered into batches and sent.
///
/// The same files give the same records in the same order, whenever they are read and wherever the reading begins again.
final class RunStream {
    private let run: Identifier
    private let request: IngestRequest
    private let reference: ReferenceGenome
    private let sender: BatchSender
    private let logger: Logger
    private let batchBytes: Int
    private let traceparent: String?
    private let lanes: Int

    private var point: ResumePoint
    private var pumps: [Int: ReadPump] = [:]
    private var clock: InterimClock?
    private(set) var unaligned: ReadBatcher
    private(set) var aligned: AlignmentBatcher?

    /// Inputs that are read side by side, when all of them are files.
    private static let widest = 4

    init(
        run: Identifier, request: IngestRequest, reference: ReferenceGenome, sender: BatchSender, logger: Logger,
        batchBytes: Int, lanes: Int, traceparent: String?, from start: ResumePoint?
    ) {
        self.run = run
        self.request = request
        self.reference = reference
        self.sender = sender
        self.logger = logger
        self.batchBytes = batchBytes
        self.traceparent = traceparent
        self.lanes = lanes
        point = start ?? ResumePoint()
        // A pipe's writer may write the next only once it is rid of this one.
        if start == nil { point.width = request.isOfFiles ? Self.widest : 1 }
        if request.interim == true { clock = InterimClock(total: request.bytesOfFiles) }
        unaligned = ReadBatcher(
            run: run, sample: request.sample, bytes: batchBytes, batches: point.batches, traceparent: traceparent)
    }

    /// What was counted so far.
    var counts: RunCounts { point.counts }
    /// What could not be used so far.
    var problems: ProblemTally { point.problems }

    /// Reads everything there is and sends it, all but the seals.
    func read() async throws {
        for input in point.open { try await open(input) }
        try await fill(at: nil)
        while !point.open.isEmpty {
            point.turn %= point.open.count
            let input = point.open[point.turn]
            guard let chunk = try await nextChunk(of: input) else {
                point.open.remove(at: point.turn)
                pumps[input] = nil
                try await fill(at: point.turn)
                continue
            }
            try await take(chunk, of: input)
            point.turn += 1
            try await rest()
        }
        if let output = try unaligned.flush() { try await sender.add(output) }
        for output in try aligned?.finish() ?? [] { try await sender.add(output) }
        for letter in problems.summaries(of: run) { try await sender.add(letter) }
        point.counts.batches = unaligned.batches + (aligned?.batches ?? 0)
        point.counts.problems = problems.count
    }

    /// Begins the next inputs, if there are any: at a place among those that are open, or behind them.
    private func fill(at place: Int?) async throws {
        while point.open.count < point.width, point.next < request.inputs.count {
            let input = point.next
            try await open(input)
            point.next += 1
            point.open.insert(input, at: place ?? point.open.count)
        }
    }

    private func open(_ number: Int) async throws {
        let input = request.inputs[number]
        let pump = try await ReadPump(
            source(input), sample: SampleQuery(request.sample, isRenaming: request.rename ?? false),
            reference: reference, from: point.lanes[number] ?? .init(),
            chunkBytes: max(1, batchBytes / 4))
        if let header = pump.header, aligned == nil {
            aligned = AlignmentBatcher(
                run: run, sample: request.sample, header: header, readGroups: try await readGroups(or: pump.readGroups),
                reference: reference, bytes: batchBytes, lanes: lanes,
                isOnlyInput: request.inputs.count == 1, traceparent: traceparent)
            if let start = point.aligned { aligned?.resume(at: start) }
        }
        guard (pump.header == nil) == (aligned == nil) else {
            throw GenomicsError(
                .unsupported, "a run's reads are all mapped or none of them are; give them as two runs",
                file: input.path)
        }
        pumps[number] = pump
    }

    /// The read groups of all inputs, under ids of their own; those of a single input are that already.
    private func readGroups(or groups: [ReadGroup]) async throws -> MergedReadGroups {
        let (inputs, reference) = (request.inputs, reference)
        guard inputs.count > 1 else { return MergedReadGroups([groups]) }
        guard request.isOfFiles else {
            throw GenomicsError(
                .unsupported,
                "of several inputs of alignments none can be a pipe: their headers are merged before the reads come; "
                    + "name files, or pipe in one file merged by `samtools merge`")
        }
        return try await BlockingWork.run {
            MergedReadGroups(
                try inputs.map { input in
                    guard input.format == .alignments else { return [] }
                    return try ReadFile.header(of: input.path, reference: reference).readGroups
                })
        }
    }

    /// The next chunk; what is open is committed before waiting long for it, lest a pause upstream holds up other runs' readers.
    private func nextChunk(of input: Int) async throws -> Chunk? {
        guard let pump = pumps[input] else { return nil }
        while true {
            switch try await pump.next(within: sender.timeLeft) {
            case .chunk(let chunk): return chunk
            case .end: return nil
            case .nothing: try await sender.commit()
            }
        }
    }

    private func take(_ chunk: Chunk, of input: Int) async throws {
        let header = pumps[input]?.header
        for item in chunk.items {
            switch item {
            case .fragment(let records):
                point.counts.add(records)
                guard let header else {
                    if let output = try unaligned.add(records) { try await sender.add(output) }
                    continue
                }
                for record in records {
                    if let outputs = try aligned?.add(record, input: input, header: header) {
                        for output in outputs { try await sender.add(output) }
                    } else {
                        try await note(.outOfOrder(record, file: request.inputs[input].path))
                    }
                }
            case .problem(let problem): try await note(problem)
            }
        }
        point.lanes[input, default: .init()].items += chunk.items.count
        point.lanes[input]?.position = chunk.position
        point.lanes[input]?.bytesRead = chunk.bytesRead
        let isSized = pumps.values.allSatisfy { $0.totalBytes != nil }
        sender.note(
            reads: point.counts.reads, bytes: point.lanes.values.reduce(0) { $0 + $1.bytesRead },
            total: isSized ? request.bytesOfFiles : nil
        )
    }

    /// At the end of a chunk: sends what is due, and notes the point when nothing is gathered then.
    private func rest() async throws {
        if let output = try unaligned.flushIfNearlyFull() { try await sender.add(output) }
        let outputs = try aligned?.flushIfDue()
        for output in outputs ?? [] { try await sender.add(output) }
        try await markIfDue()
        if unaligned.isEmpty, aligned == nil || outputs != nil {
            point.made = sender.position
            point.batches = unaligned.batches
            point.aligned = aligned?.point
            sender.mark(point)
        }
        try await sender.commitIfDue()
    }

    /// Sends a mark where it is time for an interim report: behind the batches that are full, so that there are the same ones without it;
    /// aligned reads, which are gathered by lane, are sent before.
    private func markIfDue() async throws {
        let (marks, bytes) = (point.marks ?? 0, point.lanes.values.reduce(0) { $0 + $1.bytesRead })
        guard let clock, clock.isDue(marks: marks, bytes: bytes), point.counts.reads > 0 else { return }
        // Of a stream the next one waits for the one before it; what a file is read into follows from the file alone.
        if clock.isOfStream, marks > 0, try await sender.isInterimReportOpen { return }
        let number = clock.marksAfter(marks, bytes: bytes)
        var mark = ReadsMark(run: run, number: number, read: point.counts, share: clock.share(bytes))
        mark.read.batches = unaligned.batches + (aligned?.batches ?? 0)
        if let outputs = try aligned?.mark(mark) {
            for output in outputs { try await sender.add(output) }
        } else {
            try await sender.add(mark.record(traceparent: traceparent))
        }
        point.marks = number
        self.clock?.marked()
    }

    private func source(_ input: IngestRequest.Input) -> ReadSource {
        switch (input.format, input.matePath) {
        case (.fastq, let mate?): .pairedFASTQ(input.path, mate)
        case (.fastq, nil): .fastq(path: input.path)
        case (.interleavedFASTQ, _): .interleavedFASTQ(input.path)
        case (.alignments, _): .alignments(input.path)
        case (.items, _): preconditionFailure("a request for records without a task is refused")
        case (.variants, _): preconditionFailure("calls are read by report alone")
        }
    }

    /// Counts a piece of input that cannot be used; the first of a kind are logged and kept in the dead letters.
    private func note(_ problem: InputProblem) async throws {
        let (isFirst, isKept) = point.problems.add(problem)
        if isFirst {
            logger.warning(
                "ingest.input.problem",
                [
                    "run": .string(run.description), "file": .string(problem.file), "record": .integer(problem.record),
                    "field": .string(problem.field), "kind": .string(problem.kind),
                ])
        }
        guard isKept else { return }
        try await sender.add(
            DeadLetter.record(
                topic: Topics.deadLetters, key: Array(run.description.utf8), value: Array(problem.sample.utf8),
                reason: "\(problem.field): \(problem.message)", origin: "\(problem.file) record \(problem.record)"))
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
            kind: "out-of-order", sample: record.name)
    }
}
