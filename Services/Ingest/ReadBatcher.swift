import Events
import Genomics
import Messaging

/// Gathers unaligned fragments into batches of about equal bytes.
struct ReadBatcher {
    private let run: Identifier
    private let traceparent: String?
    private let header: AlignmentHeader
    private let limit: Int
    private var records: [BAMRecord] = []
    private var bytes = 0
    /// Batches made so far.
    private(set) var batches = 0

    /// Makes a batcher of a run of which `batches` were made.
    init(run: Identifier, sample: String, bytes: Int, batches: Int = 0, traceparent: String?) {
        self.batches = batches
        self.run = run
        self.traceparent = traceparent
        header = AlignmentHeader(contigs: [], readGroups: [ReadGroup(id: sample, sample: sample)])
        limit = bytes
    }

    /// Takes a fragment, whose mates stay together; returns a batch when one is full.
    mutating func add(_ fragment: [BAMRecord]) throws -> OutgoingRecord? {
        records += fragment
        bytes += fragment.reduce(0) { $0 + $1.bytes.count }
        return bytes >= limit ? try flush() : nil
    }

    /// Nothing is gathered.
    var isEmpty: Bool { records.isEmpty }

    /// Returns a batch when it is nearly full: where a chunk of the input ends, a process that takes over can go on.
    mutating func flushIfNearlyFull() throws -> OutgoingRecord? { 4 * bytes >= 3 * limit ? try flush() : nil }

    /// Returns what is gathered.
    mutating func flush() throws -> OutgoingRecord? {
        guard !records.isEmpty else { return nil }
        defer {
            records.removeAll(keepingCapacity: true)
            bytes = 0
            batches += 1
        }
        return EventCoding.record(
            try BAMBatch.encode(header: header, records: records), type: .reads, contentType: ContentType.bam,
            topic: Topics.reads, key: "\(run)/\(batches)", id: "\(run)/reads/\(batches)", source: Stage.ingest,
            extensions: [
                EventExtension.run: run.description, EventExtension.unit: String(batches),
                EventExtension.records: String(records.count),
            ], traceparent: traceparent)
    }

    /// The record that tells how many batches there are.
    func seal() throws -> OutgoingRecord {
        try EventCoding.record(
            ReadsSeal(run: run, batches: batches), topic: Topics.reads, key: "\(run)/seal",
            id: "\(run)/reads/seal", source: Stage.ingest, extensions: [EventExtension.run: run.description],
            traceparent: traceparent)
    }
}
