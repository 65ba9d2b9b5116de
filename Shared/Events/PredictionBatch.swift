import Genomics

/// What the calling network said of the candidates of a shard, as earlier versions of the suite wrote it; now it is a ``ScoreBatch``.
public struct PredictionBatch: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .predictions }

    /// The version that scored.
    public struct Model: Codable, Sendable, Hashable {
        /// The model's name.
        public var name: String
        /// Its version, counted from 1.
        public var version: Int
        /// SHA-256 of its package.
        public var digest: String

        /// Makes a reference to a model version.
        public init(name: String, version: Int, digest: String) {
            self.name = name
            self.version = version
            self.digest = digest
        }
    }

    /// A candidate allele and the probabilities of its genotypes.
    public struct Scored: Codable, Sendable, Hashable {
        /// The allele and what was counted for it.
        public var candidate: Candidate
        /// Probabilities of no copy, one copy and two copies of the allele; they sum to 1.
        public var probabilities: [Float]

        /// Makes a scored candidate.
        public init(candidate: Candidate, probabilities: [Float]) {
            self.candidate = candidate
            self.probabilities = probabilities
        }
    }

    /// The run.
    public var run: Identifier
    /// The shard and, after a slash, the part of it: the unit of work.
    public var unit: String
    /// The version that scored; nil when nothing could be scored.
    public var model: Model?
    /// The candidates in the order of their positions.
    public var scored: [Scored]
    /// Why candidates of this unit are missing.
    public var problem: String?

    /// Makes a batch.
    public init(run: Identifier, unit: String, model: Model?, scored: [Scored], problem: String? = nil) {
        self.run = run
        self.unit = unit
        self.model = model
        self.scored = scored
        self.problem = problem
    }
}

extension PredictionBatch.Scored {
    /// Reads a scored candidate; throws for one that cannot be reckoned with, or probabilities that are none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        candidate = try container.decode(Candidate.self, forKey: .candidate)
        if let flaw = candidate.flaw {
            throw DecodingError.dataCorruptedError(forKey: .candidate, in: container, debugDescription: flaw)
        }
        probabilities = try container.decode([Float].self, forKey: .probabilities)
        // A sum of rounded numbers may be a little above 1.
        guard probabilities.allSatisfy({ (0...1.001).contains($0) }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .probabilities, in: container, debugDescription: "a probability is not in 0...1")
        }
    }
}
