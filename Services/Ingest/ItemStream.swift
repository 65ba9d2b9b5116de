import Delivery
import Events
import Genomics
import Messaging
import Runs
import TaskCatalog
import Tasks

/// The reading of a run's records for a task that reads no reads: one file after the other, gathered into batches and sent.
///
/// The same files give the same records in the same order, whenever they are read; a process that takes over reads again what is known
/// to be sent, and sends what is left.
///
/// The last batch is held back until it is known how many there are: a stage that has done all batches before it is told so
/// would wait for ever.
final class ItemStream {
    private let run: Identifier
    private let request: IngestRequest
    private let asked: TaskRequest
    private let sender: BatchSender
    private let batchBytes: Int
    private let traceparent: String?
    private let catalog: TaskCatalog
    /// What was read so far; the records are its reads.
    private(set) var counts = RunCounts()
    /// What the report says of the files, though every record can be used.
    private(set) var remarks = ProblemTally()
    /// The batch that is sent when the next one is read, or by whoever seals the run.
    private(set) var last: OutgoingRecord?

    init(
        run: Identifier, request: IngestRequest, task: TaskRequest, sender: BatchSender, batchBytes: Int,
        traceparent: String?, catalog: TaskCatalog
    ) {
        self.run = run
        self.request = request
        asked = task
        self.sender = sender
        self.batchBytes = batchBytes
        self.traceparent = traceparent
        self.catalog = catalog
    }

    /// `@unchecked Sendable`: used by one task at a time.
    private struct Opened: @unchecked Sendable {
        let source: any ItemSource
    }

    /// Reads everything there is and sends it, all but ``last``.
    func read() async throws {
        guard let task = catalog.itemTask(asked.name) else {
            throw GenomicsError(
                .unsupported,
                "there is no task \"\(asked.name)\" that reads records; there are \(catalog.itemTasks.joined(separator: ", "))"
            )
        }
        let request = request
        let reference =
            request.reference.isEmpty
            ? nil : try await BlockingWork.run { () throws(GenomicsError) in try request.openReference() }
        try await BlockingWork.run { try request.checkFilesBeside() }
        let inputs = ItemInputs(request, reference: reference)
        // What the inputs cannot become is said before they are read.
        try task.resultForm(of: inputs).check(isOfFiles: request.isOfFiles)
        let total = request.bytesOfFiles
        var finished: Int64 = 0
        for input in request.inputs {
            let bytes = batchBytes
            let opened = try await BlockingWork.run { Opened(source: try task.source(input.path, of: inputs)) }
            let first = counts.reads
            while let batch = try await BlockingWork.run({
                try opened.source.nextBatch(bytes: bytes)
            }) {
                try Task.checkCancellation()
                try await send(batch, behind: first)
                sender.note(reads: counts.reads, bytes: finished + opened.source.bytesRead, total: total)
            }
            finished += opened.source.bytesRead
            for remark in opened.source.remarks {
                _ = remarks.add(
                    InputProblem(
                        file: input.path, record: 0, field: "track", message: remark, kind: remark, isLoss: false))
            }
        }
    }

    /// Sends a batch of a file whose records count on behind those of the files before it.
    private func send(_ batch: ItemBatch, behind first: Int) async throws {
        var batch = batch
        for place in batch.items.indices { batch.items[place].record += first }
        if let last { try await sender.add(last) }
        last = EventCoding.record(
            batch.encode(), type: .items, contentType: ContentType.table, topic: Topics.items,
            key: "\(run)/\(counts.batches)", id: "\(run)/items/\(counts.batches)", source: Stage.ingest,
            extensions: [
                EventExtension.run: run.description, EventExtension.unit: String(counts.batches),
                EventExtension.task: asked.name, EventExtension.records: String(batch.items.count),
            ], traceparent: traceparent)
        counts.batches += 1
        counts.reads += batch.items.count
        counts.problems += batch.items.count { $0.problem != nil }
    }
}
