import Messaging

/// The division of a run's alignments for their way from who sends them to who gathers them.
///
/// A run has a fixed number of lanes, chosen when it opens (`runs.lanes`), and each shard belongs to one of them
/// (`GenomeBins.lane(of:among:)`). A batch sends at most one record a lane, and a lane's records share a key, so one process
/// gathers it. The number of records grows with the batches, whatever the number of shards.
public struct Lane: Sendable, Hashable, CustomStringConvertible {
    /// The lanes of a run for which nobody chose another number: enough that several processes share a run, and few enough
    /// that a batch does not fall into crumbs.
    public static let standardCount = 16
    /// The most lanes that a run can have: which of them a batch went to is a word of 64 bits.
    public static let largestCount = 64

    /// The run.
    public let run: Identifier
    /// Which of the run's lanes, from 0.
    public let number: Int

    /// Makes the lane of a number.
    public init(run: Identifier, number: Int) {
        self.run = run
        self.number = number
    }

    /// The key of the lane's records in `alignments`.
    public var key: String { "\(run)/\(number)" }

    /// What the ledger calls the lane: `lane-3`.
    public var unit: String { Self.unit(number) }

    /// What the ledger calls the lane of a number.
    public static func unit(_ number: Int) -> String { "lane-\(number)" }

    /// The key.
    public var description: String { key }

    /// A batch of the lane: a BAM file of the alignments that its shards need.
    ///
    /// `unit` tells the lane's batches apart, and `count` is the alignments in it; `passed` is, of coordinate-sorted reads, the first shard that is not
    /// complete with this batch.
    public func record(
        _ bam: [UInt8], unit: Int, count: Int, passed: String? = nil, source: String, traceparent: String? = nil
    ) -> OutgoingRecord {
        var extensions = [
            EventExtension.run: run.description, EventExtension.lane: String(number),
            EventExtension.unit: String(unit), EventExtension.records: String(count),
        ]
        extensions[EventExtension.passed] = passed
        return EventCoding.record(
            bam, type: .laneAlignments, contentType: ContentType.bam, topic: Topics.alignments, key: key,
            id: "\(run)/alignments/\(number)/\(unit)", source: source, extensions: extensions, traceparent: traceparent)
    }
}

/// Tells that a lane of a run is complete once this many batches of it have been read from `alignments`.
public struct LaneSeal: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .laneSealed }
    /// The run.
    public var run: Identifier
    /// The lane, from 0.
    public var lane: Int
    /// Batches in the topic.
    public var batches: Int

    /// Makes a seal.
    public init(run: Identifier, lane: Int, batches: Int) {
        self.run = run
        self.lane = lane
        self.batches = batches
    }

    /// The record that carries the seal to the process that gathers the lane.
    public func record(source: String, traceparent: String? = nil) throws -> OutgoingRecord {
        let lane = Lane(run: run, number: lane)
        return try EventCoding.record(
            self, topic: Topics.alignments, key: lane.key, id: "\(run)/alignments/\(lane.number)/seal", source: source,
            extensions: [EventExtension.run: run.description, EventExtension.lane: String(lane.number)],
            traceparent: traceparent)
    }
}

/// Asks for what can be said of a lane's shards as they are now (`alignments`): one goes to each lane of the run.
public struct LaneMark: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .laneMarked }

    /// The mark.
    public var mark: ReadsMark
    /// The lane, from 0.
    public var lane: Int
    /// How many lanes the mark goes to: all of the run's.
    public var lanes: Int

    /// Makes the mark of a lane.
    public init(mark: ReadsMark, lane: Int, lanes: Int) {
        self.mark = mark
        self.lane = lane
        self.lanes = lanes
    }
}
