import NeuralNetwork

/// A task with a network of its own, which the stack trains on labelled examples that come as records.
public protocol TrainableTask: LabelledTask {
    /// A training on a data set, whose shards are files of labelled examples in their order.
    ///
    /// The same shards and settings give the same package for any number of workers and of processes. Throws what no repetition
    /// will mend.
    func training(_ settings: TaskTraining, shards: [SafetensorsFile]) throws -> any PreparedTraining
}

/// What is asked of a training of a task.
public struct TaskTraining: Sendable {
    /// The seed of weights, order and split.
    public var seed: UInt64
    /// Passes over the examples.
    public var epochs: Int
    /// Digests of what the data set was made of, by file.
    public var dataDigests: [String: String]
    /// The command that made the data set.
    public var command: String

    /// Makes settings.
    public init(seed: UInt64, epochs: Int, dataDigests: [String: String], command: String) {
        self.seed = seed
        self.epochs = epochs
        self.dataDigests = dataDigests
        self.command = command
    }
}

/// A task whose models are fitted to tables of measured records.
public protocol TableTrainedTask: ItemTask {
    /// The names of the tables of a model, in the order in which a request has them; the measured records are in the last one.
    ///
    /// Throws where the task has no model of this name.
    func trainingTables(of model: String) throws(TaskError) -> [String]
    /// The names of tables that may be left out, behind those in a request.
    var optionalTables: [String] { get }

    /// A training of a model of this name on the tables, by their names; nothing of the settings but seed, digests and command counts.
    ///
    /// The same tables and seed give the same package on one kind of processor. Throws what no repetition will mend.
    func training(_ settings: TaskTraining, model: String, tables: [String: String]) throws -> any TableTraining
}

extension TableTrainedTask {
    /// None.
    public var optionalTables: [String] { [] }
}

/// A training on tables.
public protocol TableTraining: PreparedTraining {
    /// The rows that cannot be used, a sentence each.
    var leftOut: [String] { get }
}
