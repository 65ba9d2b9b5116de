import Foundation

/// What a run of a task without reads came to, published once a run (`reports`).
public struct TaskReport: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .taskReport }

    /// The run.
    public var run: Identifier
    /// The version of the report, counted from 1.
    public var version: Int
    /// Whether all records of the input were scored.
    public var status: Report.Status
    /// What the run was called.
    public var sample: String
    /// When the report was made.
    public var createdAt: Date
    /// The task.
    public var task: String
    /// The version that scored; nil where no record could be scored.
    public var model: PredictionBatch.Model?
    /// Records of the input.
    public var records: Int
    /// Records that were scored.
    public var scored: Int
    /// What could not be used, by kind; the first of each is shown.
    public var problems: [Report.Problem]
    /// Every one counted.
    public var problemCount: Int
    /// A sentence for each kind of loss; nil where nothing is missing.
    public var missing: [String]?
    /// The files of the run.
    public var artifacts: [Report.Artifact]

    /// Makes a report.
    public init(
        run: Identifier, version: Int, status: Report.Status, sample: String, createdAt: Date, task: String,
        model: PredictionBatch.Model?, records: Int, scored: Int, problems: [Report.Problem], problemCount: Int,
        missing: [String]?, artifacts: [Report.Artifact]
    ) {
        self.run = run
        self.version = version
        self.status = status
        self.sample = sample
        self.createdAt = createdAt
        self.task = task
        self.model = model
        self.records = records
        self.scored = scored
        self.problems = problems
        self.problemCount = problemCount
        self.missing = missing
        self.artifacts = artifacts
    }
}
