import Delivery
import Events
import Messaging

/// A dead letter as it lies in its topic: the record that could not be used, why, and where it came from.
public struct DeadLetterEntry: Sendable {
    /// What tells a letter from all others.
    public struct Place: Sendable, Hashable, CustomStringConvertible {
        /// Its partition in `dead-letters`.
        public var partition: Int32
        /// Its offset there.
        public var offset: Int64
        /// When it was written, in milliseconds since 1970.
        public var time: Int64

        /// `partition/offset`.
        public var description: String { "\(partition)/\(offset)" }
    }

    /// Where it lies.
    public var place: Place
    /// The record with the headers that it had.
    public var record: IncomingRecord
    /// Why it could not be used.
    public var reason: String
    /// Where it came from: `topic/partition/offset`, or a file and a record in it.
    public var origin: String
    /// The run that it belongs to, as far as it says.
    public var run: Identifier?

    /// Reads a record of `dead-letters`.
    public init(_ record: IncomingRecord) {
        place = Place(partition: record.partition, offset: record.offset, time: record.timestamp)
        self.record = record
        reason = record.header(DeadLetter.reasonHeader) ?? ""
        origin = record.header(DeadLetter.originHeader) ?? ""
        run = record.claimedRun
    }

    /// The topic, partition and offset that it was read from; nil for a piece of a file.
    public var source: (topic: String, partition: Int32, offset: Int64)? {
        let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let partition = Int32(parts[1]), let offset = Int64(parts[2]),
            Topics.subscriptions.contains(where: { $0.topics.contains(String(parts[0])) })
        else { return nil }
        return (String(parts[0]), partition, offset)
    }
}

/// Which dead letters are meant.
public struct DeadLetterFilter: Sendable {
    /// A part of the reason.
    public var reason: String?
    /// What the origin begins with.
    public var origin: String?
    /// The run.
    public var run: Identifier?

    /// Makes a filter; without conditions, all letters pass.
    public init(reason: String? = nil, origin: String? = nil, run: Identifier? = nil) {
        self.reason = reason
        self.origin = origin
        self.run = run
    }

    /// Whether a letter is meant.
    public func includes(_ letter: DeadLetterEntry) -> Bool {
        if let reason, !letter.reason.contains(reason) { return false }
        if let origin, !letter.origin.hasPrefix(origin) { return false }
        return run == nil || letter.run == run
    }
}
