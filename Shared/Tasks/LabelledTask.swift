/// A task that has files of labelled examples: versions of its models are judged on them as `infer` scores.
public protocol LabelledTask: PredictionTask {
    /// What a model of the task says.
    var outcome: Outcome { get }
    /// The class that most examples are of, where the others are what is searched for.
    var background: Int? { get }

    /// Reads a file of labelled examples.
    ///
    /// Throws what says why it cannot be used.
    func labelledExamples(decoding bytes: [UInt8]) throws -> LabelledExamples
}

/// Examples of which the truth is known.
public struct LabelledExamples: Sendable {
    /// The model inputs.
    public var examples: any TaskExamples
    /// What is true of each: the place of its class, or its values.
    public var targets: [Float]
    /// The definition of the inputs.
    public var featureVersion: String
    /// What they are for, such as `validation`, where the file says it.
    public var split: String?
    /// The same number for examples that are not independent of each other; nil where all are.
    public var groups: [Int64]?

    /// Describes examples.
    public init(
        _ examples: any TaskExamples, targets: [Float], featureVersion: String, split: String? = nil,
        groups: [Int64]? = nil
    ) {
        self.examples = examples
        self.targets = targets
        self.featureVersion = featureVersion
        self.split = split
        self.groups = groups
    }
}
