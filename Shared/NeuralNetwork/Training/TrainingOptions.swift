/// How to train.
public struct TrainingOptions: Codable, Sendable, Hashable {
    /// Passes over the examples, at most.
    public var epochs = 10
    /// Examples a step.
    public var batchSize = 256
    /// Examples that go through the network together; this changes bytes, and `workers` does not.
    ///
    /// A batch's gradient is accumulated over its shards in their order, so a batch may be larger than memory.
    public var shardSize = 32
    /// Threads; they change nothing but the time.
    public var workers = 1
    /// The greatest learning rate.
    public var learningRate: Float = 1e-3
    /// Its course over all steps.
    public var schedule = LearningRateSchedule.cosine()
    /// The optimizer and its other settings.
    public var optimizer = OptimizerOptions.adamW()
    /// What is minimized.
    public var loss = Loss.softmaxCrossEntropy()
    /// The order in which examples are drawn; shuffled, if nil.
    public var sampling: Sampling?
    /// Random changes of training examples, one after the other.
    public var augmentations: [Augmentation]?
    /// Gradients whose norm is greater are scaled down to it.
    public var clipNorm: Float?
    /// Decay of an exponential moving average of the parameters, which then is what is validated and kept.
    public var averageDecay: Float?
    /// Share of the examples to validate on, if there is no source for that.
    public var validationShare: Float = 0
    /// Epochs without a lower validation loss after which training ends.
    public var patience: Int?
    /// How the probabilities of a network that is trained from documents are calibrated; by a temperature, if nil.
    public var calibration: Calibration.Method?
    /// Seed of order, split, augmentations and dropout.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}

    /// Reads options; what is left out takes its default, and an unknown name is an error.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        epochs = try field("epochs", default: epochs)
        batchSize = try field("batchSize", default: batchSize)
        shardSize = try field("shardSize", default: shardSize)
        workers = try field("workers", default: workers)
        learningRate = try field("learningRate", default: learningRate)
        schedule = try field("schedule", default: schedule)
        optimizer = try field("optimizer", default: optimizer)
        loss = try field("loss", default: loss)
        sampling = try field.optional("sampling")
        augmentations = try field.optional("augmentations")
        clipNorm = try field.optional("clipNorm")
        averageDecay = try field.optional("averageDecay")
        validationShare = try field("validationShare", default: validationShare)
        patience = try field.optional("patience")
        calibration = try field.optional("calibration")
        seed = try field("seed", default: seed)
        try field.end()
    }

    /// Throws if an option is out of range, or does not fit the network.
    func check(_ network: Graph) throws(NeuralNetworkError) {
        let outputs = network.outputCount
        func require(_ holds: Bool, _ place: String, _ message: String) throws(NeuralNetworkError) {
            if !holds { throw NeuralNetworkError(.invalidOptions, message, place: place) }
        }
        try require(epochs > 0, "epochs", "must be at least 1")
        try require(shardSize > 0 && shardSize <= 4096, "shardSize", "must be in 1...4096")
        try require(batchSize > 0 && batchSize <= 1 << 20, "batchSize", "must be in 1...1048576")
        try require(workers > 0 && workers <= 1024, "workers", "must be in 1...1024")
        try require(learningRate > 0 && learningRate.isFinite, "learningRate", "must be above 0")
        try require((clipNorm ?? 1) > 0, "clipNorm", "must be above 0")
        try require((0..<1).contains(averageDecay ?? 0), "averageDecay", "must be in 0..<1")
        try require((0..<1).contains(validationShare), "validationShare", "must be in 0..<1")
        try require((patience ?? 1) > 0, "patience", "must be at least 1")
        try schedule.check()
        try optimizer.check()
        try loss.check(outputs: outputs)
        try sampling?.check(loss, outputs: outputs)
        for augmentation in augmentations ?? [] {
            try augmentation.check(network.inputs.map(\.specification), lengths: network.lengths)
        }
    }
}
