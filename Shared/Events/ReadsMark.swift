import Genomics
import Messaging

/// A place in a run's reads at which an interim report is wanted, of what was read so far (`reads`).
///
/// Ingest sends it behind the batches that it counts.
public struct ReadsMark: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .readsMarked }

    /// The run.
    public var run: Identifier
    /// The mark's number, counted from 1: of files the tenth of their bytes that was read.
    public var number: Int
    /// What was read before it.
    public var read: RunCounts
    /// The share of the input's bytes that was read; nil of a stream, whose end is not known.
    public var share: Double?

    /// Makes a mark.
    public init(run: Identifier, number: Int, read: RunCounts, share: Double? = nil) {
        self.run = run
        self.number = number
        self.read = read
        self.share = share
    }

    /// The record that carries it to who maps the reads.
    public func record(traceparent: String? = nil) throws -> OutgoingRecord {
        try EventCoding.record(
            self, topic: Topics.reads, key: "\(run)/interim", id: "\(run)/reads/mark/\(number)", source: Stage.ingest,
            extensions: [EventExtension.run: run.description], traceparent: traceparent)
    }

    /// The records that carry it on to those who gather the lanes.
    public func records(lanes: Int, source: String, traceparent: String? = nil) throws -> [OutgoingRecord] {
        try (0..<lanes).map { number in
            let lane = Lane(run: run, number: number)
            return try EventCoding.record(
                LaneMark(mark: self, lane: number, lanes: lanes), topic: Topics.alignments, key: lane.key,
                id: "\(run)/alignments/\(number)/mark/\(self.number)", source: source,
                extensions: [EventExtension.run: run.description, EventExtension.lane: String(number)],
                traceparent: traceparent)
        }
    }
}

/// Asks for what can be said of a shard as it is now (`alignments`), as earlier versions did.
public struct ShardMark: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .shardMarked }

    /// The mark.
    public var mark: ReadsMark
    /// The shard (`GenomeBins.Shard`).
    public var shard: String
    /// How many shards the mark goes to.
    public var shards: Int

    /// Makes the mark of a shard.
    public init(mark: ReadsMark, shard: String, shards: Int) {
        self.mark = mark
        self.shard = shard
        self.shards = shards
    }
}
