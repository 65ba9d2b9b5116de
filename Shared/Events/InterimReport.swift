import Foundation

/// What can be said of a sample while its reads still come (`reports`); the next one, and at last the ``Report``, takes its place.
public struct InterimReport: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .interimReport }

    /// The run.
    public var run: Identifier
    /// The number of the mark, counted from 1; greater ones saw more.
    public var number: Int
    /// The sample.
    public var sample: String
    /// When it was made.
    public var createdAt: Date
    /// The reference's file name.
    public var reference: String
    /// `ReferenceGenome.digest`.
    public var referenceDigest: String
    /// What was read.
    public var read: RunCounts
    /// The share of the input's bytes that was read; nil of a stream, whose end is not known.
    public var share: Double?
    /// The calls, counted.
    public var calls: Report.Calls
    /// Passed sites that further reads will hardly change.
    public var stable: Int
    /// Passed sites that further reads may change.
    public var open: Int
    /// Every model version that scored a candidate.
    public var models: [PredictionBatch.Model]
    /// What cannot be called yet, and why.
    public var callability: Report.Callability
    /// Depths over the target so far; nil where they were not measured.
    public var depth: Report.Quality.Depth?
    /// The VCF and its index; they are kept until the next but one report.
    public var artifacts: [Report.Artifact]

    /// Makes a report.
    public init(
        run: Identifier, number: Int, sample: String, createdAt: Date, reference: String, referenceDigest: String,
        read: RunCounts, share: Double?, calls: Report.Calls, stable: Int, open: Int,
        models: [PredictionBatch.Model], callability: Report.Callability, depth: Report.Quality.Depth?,
        artifacts: [Report.Artifact]
    ) {
        self.run = run
        self.number = number
        self.sample = sample
        self.createdAt = createdAt
        self.reference = reference
        self.referenceDigest = referenceDigest
        self.read = read
        self.share = share
        self.calls = calls
        self.stable = stable
        self.open = open
        self.models = models
        self.callability = callability
        self.depth = depth
        self.artifacts = artifacts
    }
}
