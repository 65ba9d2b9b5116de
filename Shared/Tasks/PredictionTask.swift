import NeuralNetwork

/// One kind of prediction, as the services, the registry and the commands know it: whatever differs between calling variants
/// and judging promoters is behind this protocol.
///
/// All tasks pass through the same stages. What comes into `infer` are ``TaskExamples``, what scores them is a ``TaskModel``, and
/// what it says are ``Score``s.
public protocol PredictionTask: Sendable {
    /// The task's name in records (`ce_task`), in rows and on the command line.
    var name: String { get }
    /// The model of the registry that scores runs which name none; nil where each run names its own.
    var defaultModel: String? { get }

    /// Reads a value of `examples`.
    ///
    /// Throws what says why the value cannot be used.
    func examples(decoding value: [UInt8]) throws -> any TaskExamples

    /// Throws ``TaskError`` unless a network of this description would be one of the task's: its inputs, the definition of what
    /// they hold, and its outputs.
    func check(_ architecture: Architecture, labels: [String], featureVersion: String) throws

    /// A package ready to score; throws as ``check(_:labels:featureVersion:)`` does.
    func model(_ package: ModelPackage) throws -> any TaskModel
}

extension PredictionTask {
    /// Each run names its own.
    public var defaultModel: String? { nil }
}

/// A task whose inputs are records of files (sequences, rows of tables) and not reads: they travel as ``ItemBatch``es.
public protocol ItemTask: PredictionTask {
    /// The models that come with the suite.
    var bundled: BundledPackages { get }
    /// The names of files that are read beside the records: an option of each holds its path.
    var companions: [String] { get }

    /// The options of a run by a model: those of the request, and what follows from the model, such as how much it reads around a variant.
    func options(of inputs: ItemInputs, for package: ModelPackage) -> [String: String]

    /// The form of the file that a run leaves.
    ///
    /// Throws ``TaskError`` where inputs and options do not go together; it is asked before anything is read.
    func resultForm(of inputs: ItemInputs) throws -> ItemResultForm

    /// Opens one of the files.
    func source(_ path: String, of inputs: ItemInputs) throws -> any ItemSource

    /// The model inputs of items: what is wrong with one is noted beside it, and the others are encoded.
    func examples(of items: ItemBatch) throws -> ItemExamples

    /// Begins the file that a run leaves, at a path.
    func result(_ path: String, of inputs: ItemInputs, by model: ItemModel) throws -> any ItemResult
}

extension ItemTask {
    /// None.
    public var companions: [String] { [] }

    /// Those of the request.
    public func options(of inputs: ItemInputs, for package: ModelPackage) -> [String: String] { inputs.options }

    /// A table.
    public func resultForm(of inputs: ItemInputs) throws -> ItemResultForm { .table }

    /// A ``ScoreTable``.
    public func result(_ path: String, of inputs: ItemInputs, by model: ItemModel) throws -> any ItemResult {
        try ScoreTable(path: path, outcome: Outcome(model.package))
    }
}

/// Model inputs, as they come into `infer`.
public protocol TaskExamples: Sendable {
    /// The number of examples.
    var count: Int { get }
    /// What an example is of; its place is below ``count``.
    func subject(_ index: Int) -> ScoredSubject
    /// Numbers by which the traffic is compared with what a model was trained on: so many values an example; none where there
    /// is nothing to compare.
    var observed: (values: [Float], features: Int) { get }
}

extension TaskExamples {
    /// Nothing to compare.
    public var observed: (values: [Float], features: Int) { ([], 0) }
}

/// A version of a model, ready to score.
///
/// An example's scores have the same bytes in whatever batch it comes and however many workers there are.
public protocol TaskModel: Sendable {
    /// What the scores say.
    var outcome: Outcome { get }

    /// Whether the scores of a batch are those of ``outcome``, and not what follows from several of them: only such are compared by
    /// experiments.
    func saysOutcome(of batch: any TaskExamples) -> Bool

    /// Scores batches together, in the order of their examples.
    ///
    /// Throws where a batch is not of the model's task.
    func scores(_ batches: [any TaskExamples], workers: Int) async throws -> [[Score]]
}

extension TaskModel {
    /// They are.
    public func saysOutcome(of batch: any TaskExamples) -> Bool { true }
}

/// Why something does not belong to a task.
public struct TaskError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}
