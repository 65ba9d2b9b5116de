/// Where a model comes from: enough to make it again.
public struct Lineage: Codable, Sendable, Hashable {
    /// Digests of the data, by file or data set.
    public var data: [String: String]
    /// What was trained on, what was validated on, what was held out.
    public var split: String
    /// The command that trained it.
    public var command: String
    /// The seed of all random numbers.
    public var seed: UInt64
    /// The options of training.
    public var options: TrainingOptions?
    /// Results, by split and metric: `"validation.accuracy"`.
    public var metrics: [String: Double]
    /// How the inputs were distributed that it was fitted to: what the traffic of an experiment is compared with.
    public var inputs: InputStatistics?
    /// The same of each kind of data by itself, where the data is of several and a model meets few of them at a time.
    public var inputKinds: [String: InputStatistics]?
    /// How often what the package says is so, of each kind of data, on the examples that gave its figures.
    public var reliability: [String: ReliabilityDiagram]?
    /// The losses by epoch; packages of earlier programs hold none.
    public var curve: [LearningCurvePoint]?

    /// Describes a training.
    public init(
        data: [String: String] = [:], split: String = "", command: String = "", seed: UInt64 = 0,
        options: TrainingOptions? = nil, metrics: [String: Double] = [:], inputs: InputStatistics? = nil,
        inputKinds: [String: InputStatistics]? = nil, reliability: [String: ReliabilityDiagram]? = nil,
        curve: [LearningCurvePoint]? = nil
    ) {
        self.data = data
        self.split = split
        self.command = command
        self.seed = seed
        self.options = options
        self.metrics = metrics
        self.inputs = inputs
        self.inputKinds = inputKinds
        self.reliability = reliability
        self.curve = curve
    }
}
