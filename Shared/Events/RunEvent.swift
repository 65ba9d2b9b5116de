import Messaging

/// A change of a run (`runs`): opened, sealed with its counts, completed, failed or stalled.
public struct RunEvent: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .run }

    /// Where a run is.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// Its reads are arriving.
        case opened
        /// All its reads are in the topics.
        case sealed
        /// Its report is published.
        case completed
        /// It was given up.
        case failed
        /// It is open, and nothing has gone on for a while; the next event says how it goes on.
        case stalled
    }

    /// The run.
    public var run: Identifier
    /// The sample.
    public var sample: String
    /// Where the run is.
    public var state: State
    /// What was counted, from `sealed` on.
    public var counts: RunCounts?
    /// Why the run failed, or what is missing while it is stalled.
    public var message: String?
    /// The stage that a stalled run waits for.
    public var stage: String?

    /// Makes a run event.
    public init(
        run: Identifier, sample: String, state: State, counts: RunCounts? = nil, message: String? = nil,
        stage: String? = nil
    ) {
        self.run = run
        self.sample = sample
        self.state = state
        self.counts = counts
        self.message = message
        self.stage = stage
    }
}

/// What ingest counted in the input of a run.
public struct RunCounts: Codable, Sendable, Hashable {
    /// Reads, each mate counted.
    public var reads: Int
    /// Bases of these reads.
    public var bases: Int
    /// Batches that they were sent in.
    public var batches: Int
    /// Records that could not be used.
    public var problems: Int

    /// Makes counts.
    public init(reads: Int = 0, bases: Int = 0, batches: Int = 0, problems: Int = 0) {
        self.reads = reads
        self.bases = bases
        self.batches = batches
        self.problems = problems
    }
}

/// The last record of a run in `reads`: how many batches were sent.
public struct ReadsSeal: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .readsSealed }
    /// The run.
    public var run: Identifier
    /// Batches in the topic.
    public var batches: Int

    /// Makes a seal.
    public init(run: Identifier, batches: Int) {
        self.run = run
        self.batches = batches
    }
}

/// Tells that a shard of a run is complete once this many batches of it have been read from `alignments`; written by earlier
/// versions, which divided runs by shard.
public struct ShardSeal: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .shardSealed }
    /// The run.
    public var run: Identifier
    /// The shard (`GenomeBins.Shard`).
    public var shard: String
    /// Batches in the topic.
    public var batches: Int

    /// Makes a seal.
    public init(run: Identifier, shard: String, batches: Int) {
        self.run = run
        self.shard = shard
        self.batches = batches
    }
}
