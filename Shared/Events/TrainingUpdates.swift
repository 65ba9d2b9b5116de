import Messaging

/// Who shares the steps of a training from a step on (`training-updates`); its leader says so.
public struct TrainingPlan: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .trainingPlan }

    /// The job.
    public var job: Identifier
    /// Which of the job's leaders it is; what an earlier one says does not count.
    public var term: Int
    /// The first step that it holds for, from 0.
    public var step: Int
    /// The members, the leader first: shard `i` of a step is computed by member `i % members.count`.
    public var members: [String]

    /// Makes a plan.
    public init(job: Identifier, term: Int, step: Int, members: [String]) {
        self.job = job
        self.term = term
        self.step = step
        self.members = members
    }

    /// The record that tells the members.
    public func record() throws -> OutgoingRecord {
        try EventCoding.record(
            self, topic: Topics.trainingUpdates, key: job.description, id: "\(job)/\(term)/\(step)/plan",
            source: "train")
    }
}

/// A process asks to share a training, or no longer does (`training-updates`).
public struct TrainingMembership: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .trainingMembership }

    /// What the process does.
    public enum Wish: String, Codable, Sendable, CaseIterable {
        /// It has the data and waits for a plan with it.
        case join
        /// It computes no more.
        case leave
    }

    /// The job.
    public var job: Identifier
    /// The process, by another name each time that it joins.
    public var member: String
    /// What it does.
    public var wish: Wish

    /// Makes a wish.
    public init(job: Identifier, member: String, wish: Wish) {
        self.job = job
        self.member = member
        self.wish = wish
    }

    /// The record that tells the leader.
    public func record() throws -> OutgoingRecord {
        try EventCoding.record(
            self, topic: Topics.trainingUpdates, key: job.description, id: "\(job)/\(member)/\(wish.rawValue)",
            source: "train")
    }
}

/// A piece of one shard's gradients (`training-updates`).
///
/// The value's bytes are those of the shard's row; pieces are cut so that a record stays below the broker's limit.
public struct TrainingRow: Sendable, Hashable {
    /// The job.
    public var job: Identifier
    /// Which of the job's leaders the member follows.
    public var term: Int
    /// The step, from 0.
    public var step: Int
    /// The shard of the step's batch.
    public var shard: Int
    /// Which piece of the row it is, from 0.
    public var piece: Int
    /// How many pieces the row has.
    public var pieces: Int
    /// Who computed it.
    public var member: String
    /// The piece.
    public var bytes: [UInt8]

    /// Bytes of a piece: large enough to be few, small enough for the embedded broker to hold several.
    public static let pieceBytes = 512 << 10

    /// More pieces than the row of any network has.
    private static let pieceLimit = 1 << 14

    /// Makes a piece.
    public init(
        job: Identifier, term: Int, step: Int, shard: Int, piece: Int, pieces: Int, member: String, bytes: [UInt8]
    ) {
        self.job = job
        self.term = term
        self.step = step
        self.shard = shard
        self.piece = piece
        self.pieces = pieces
        self.member = member
        self.bytes = bytes
    }

    /// The record that carries it.
    public func record() -> OutgoingRecord {
        EventCoding.record(
            bytes, type: .trainingRow, contentType: ContentType.bytes, topic: Topics.trainingUpdates,
            key: job.description, id: "\(job)/\(term)/\(step)/\(shard)/\(piece)", source: "train", subject: member,
            extensions: [
                EventExtension.job: job.description, EventExtension.term: String(term),
                EventExtension.step: String(step), EventExtension.shard: String(shard),
                EventExtension.piece: String(piece), EventExtension.pieces: String(pieces),
            ])
    }

    /// Reads a record; throws ``EventError`` where it does not say what it is.
    public init(_ envelope: EventEnvelope, _ record: IncomingRecord) throws {
        guard let job = Identifier(try envelope.text(EventExtension.job)) else { throw EventError("ce_job is no UUID") }
        self.init(
            job: job, term: try envelope.integer(EventExtension.term), step: try envelope.integer(EventExtension.step),
            shard: try envelope.integer(EventExtension.shard), piece: try envelope.integer(EventExtension.piece),
            pieces: try envelope.integer(EventExtension.pieces), member: envelope.headers.subject ?? "",
            bytes: record.value ?? [])
        guard piece < pieces, pieces <= Self.pieceLimit else { throw EventError("ce_piece is \(piece) of \(pieces)") }
    }
}
