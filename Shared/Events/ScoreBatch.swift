import Genomics

/// What a model said of the examples of a unit of work, whatever the task (`predictions`).
public struct ScoreBatch: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .scores }

    /// An example and what was said of it.
    public struct Row: Codable, Sendable, Hashable {
        /// The example's name among all of its run: the number of an input record, or an allele, `chr20:100:A:T`.
        public var record: String
        /// The record's place in the input, counted from 0.
        public var number: Int?
        /// What the input calls it.
        public var name: String?
        /// The allele and what was counted for it, where the example is of one.
        public var candidate: Candidate?
        /// Probabilities or values, as the model's outcome says; none where there is a problem.
        public var scores: [Float]
        /// Why there are none.
        public var problem: String?

        /// Makes a row.
        public init(
            record: String, number: Int? = nil, name: String? = nil, candidate: Candidate? = nil, scores: [Float],
            problem: String? = nil
        ) {
            self.record = record
            self.number = number
            self.name = name
            self.candidate = candidate
            self.scores = scores
            self.problem = problem
        }
    }

    /// The run.
    public var run: Identifier
    /// The unit of work.
    public var unit: String
    /// The task.
    public var task: String
    /// The version that scored; nil when nothing could be scored.
    public var model: PredictionBatch.Model?
    /// The examples in their order.
    public var rows: [Row]
    /// Why all examples of this unit are missing.
    public var problem: String?

    /// Makes a batch.
    public init(
        run: Identifier, unit: String, task: String, model: PredictionBatch.Model?, rows: [Row], problem: String? = nil
    ) {
        self.run = run
        self.unit = unit
        self.task = task
        self.model = model
        self.rows = rows
        self.problem = problem
    }

    /// What an earlier version of the suite said of candidates.
    public init(_ earlier: PredictionBatch, task: String) {
        self.init(
            run: earlier.run, unit: earlier.unit, task: task, model: earlier.model,
            rows: earlier.scored.map {
                Row(record: $0.candidate.key, candidate: $0.candidate, scores: $0.probabilities)
            },
            problem: earlier.problem)
    }
}

extension ScoreBatch.Row {
    /// Reads a row; throws for a candidate that cannot be reckoned with, or a place below 0.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        record = try container.decode(String.self, forKey: .record)
        number = try container.decodeIfPresent(Int.self, forKey: .number)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        candidate = try container.decodeIfPresent(Candidate.self, forKey: .candidate)
        scores = try container.decode([Float].self, forKey: .scores)
        problem = try container.decodeIfPresent(String.self, forKey: .problem)
        if let flaw = candidate?.flaw {
            throw DecodingError.dataCorruptedError(forKey: .candidate, in: container, debugDescription: flaw)
        }
        guard number ?? 0 >= 0 else {
            throw DecodingError.dataCorruptedError(forKey: .number, in: container, debugDescription: "it is below 0")
        }
    }
}
