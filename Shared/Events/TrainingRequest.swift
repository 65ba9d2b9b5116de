/// A network to fit to labelled examples.
///
/// The task `variants` fits the calling network to a data set of `labelled-examples`. The task `network` fits any
/// architecture, to such a data set whose tensors are `inputs` and `targets`, or to files of them.
public struct TrainingRequest: Codable, Sendable, Hashable {
    /// The task: `variants`, `network`, or one whose models are fitted to tables, such as `affinity`.
    public var task: String
    /// The data set in `labelled-examples`.
    public var dataset: String
    /// How many shards the data set has; 0 where the examples are in files.
    public var shards: Int
    /// The seed of initial weights, order and split.
    public var seed: UInt64
    /// Passes over the data.
    public var epochs: Int
    /// Checksums of the files that the data set was made of, or is.
    public var dataDigests: [String: String]
    /// The command that made the data set.
    public var command: String
    /// What the versions are called in the registry; the task says it where it is missing.
    public var model: String?
    /// The architecture of a network.
    public var architecture: JSONDocument?
    /// How a network is trained; `seed` and `epochs` of the request win over those in it.
    public var options: JSONDocument?
    /// Files of examples as the train processes see them (safetensors), or the tables of a task in its order; `dataDigests` has their checksums.
    public var files: [String]?
    /// Files of examples to validate on.
    public var validationFiles: [String]?
    /// Names of the network's outputs.
    public var labels: [String]?
    /// The definition of the network's inputs.
    public var featureVersion: String?

    /// Makes a request for a data set; what only the task `network` has is set afterwards.
    public init(
        task: String, dataset: String, shards: Int, seed: UInt64, epochs: Int, dataDigests: [String: String],
        command: String
    ) {
        self.task = task
        self.dataset = dataset
        self.shards = shards
        self.seed = seed
        self.epochs = epochs
        self.dataDigests = dataDigests
        self.command = command
    }
}
