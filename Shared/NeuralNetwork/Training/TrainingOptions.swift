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
    /// What is minimized of each head of a network that has heads, by their names.
    public var losses: [String: Loss]?
    /// How much the mean loss of a head counts; 1 where nothing is said.
    public var lossWeights: [String: Float]?
    /// The order in which examples are drawn; shuffled, if nil.
    public var sampling: Sampling?
    /// Random changes of training examples, one after the other.
    public var augmentations: [Augmentation]?
    /// Whether an example is two inputs, one behind the other; what the loss compares with its target is the network's output of the
    /// second less that of the first.
    public var pairs: Bool?
    /// Layers whose parameters stay as they are, named as these are: `0` is the layer of `0.weight`.
    public var fixed: [String]?
    /// Gradients whose norm is greater are scaled down to it.
    public var clipNorm: Float?
    /// Decay of an exponential moving average of the parameters, which then is what is validated and kept.
    ///
    /// In the first steps it decays faster, by (1 + t) / (10 + t), so that nothing of the initial parameters is left in it.
    public var averageDecay: Float?
    /// Share of the examples to validate on, if there is no source for that; one that comes to no example is refused.
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
        losses = try field.optional("losses")
        lossWeights = try field.optional("lossWeights")
        sampling = try field.optional("sampling")
        augmentations = try field.optional("augmentations")
        pairs = try field.optional("pairs")
        fixed = try field.optional("fixed")
        clipNorm = try field.optional("clipNorm")
        averageDecay = try field.optional("averageDecay")
        validationShare = try field("validationShare", default: validationShare)
        patience = try field.optional("patience")
        calibration = try field.optional("calibration")
        seed = try field("seed", default: seed)
        try field.end()
    }

    /// The decay of the average in a step, from 0.
    func decay(step: Int) -> Float? { averageDecay.map { min($0, Float(1 + step) / Float(10 + step)) } }

    /// Which of so many examples train, and which are held out for validation: drawn by the seed.
    ///
    /// Of `groups`, one an example, all members are on one side, and the share is one of groups.
    func split(
        _ count: Int, groups: [Int64]? = nil
    ) throws(NeuralNetworkError) -> (training: [Int], held: [Int]) {
        guard validationShare > 0, count > 0 else { return (Array(0..<count), []) }
        var random = SplitMix64(keys: seed, RandomStream.split)
        let units = ExampleGroups(count: count, groups: groups)
        let order = random.permutation(units.count)
        let held = Int((Float(units.count) * validationShare).rounded())
        guard held > 0 else {
            throw NeuralNetworkError(
                .invalidOptions,
                "\(validationShare) of \(units.count) \(groups == nil ? "examples" : "groups") is none: raise it, or name a "
                    + "file to validate on", place: "validationShare")
        }
        return (units.members(of: order[held...]), units.members(of: order[..<held]))
    }

    /// Throws where, training on so many examples, a layer would see fewer at once than its arithmetic needs.
    func checkShards(_ network: Graph, examples count: Int) throws(NeuralNetworkError) {
        guard let node = network.nodes.max(by: { $0.layer.leastExamples < $1.layer.leastExamples }) else { return }
        for batch in Set([min(batchSize, count), (count - 1) % batchSize + 1]) {
            for shard in Set([min(shardSize, batch), (batch - 1) % shardSize + 1])
            where shard < node.layer.leastExamples {
                throw NeuralNetworkError(
                    .invalidOptions,
                    "layer \(node.name) normalizes one value a channel of each example, and a single value has no "
                        + "variance, but of \(count) examples in batches of \(batchSize) and shards of \(shardSize) some "
                        + "shard holds \(shard): choose a batchSize and a shardSize that leave no such rest",
                    place: "shardSize")
            }
        }
    }

    /// Throws if an option is out of range, or does not fit the network.
    func check(_ network: Graph) throws(NeuralNetworkError) {
        let outputs = network.outputCount
        let objective = try Objective(self, network)
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
        try objective.check()
        if pairs == true {
            try require(
                network.outputShape.count == 1 && !objective.hasHeads, "pairs",
                "pairs are of networks with one output of one dimension")
            try require(
                loss.isOfDistance, "pairs", "differences of outputs are numbers: take meanSquaredError or huber")
            try require(
                validationShare == 0 && patience == nil, "pairs",
                "pairs do not validate: leave out validationShare and patience")
        }
        _ = try network.fixing(fixed ?? [])
        if sampling == .classBalanced {
            try require(
                network.outputShape.count == 1 && !objective.hasHeads, "sampling",
                "classBalanced needs one class an example: one output of one dimension")
        }
        try sampling?.check(loss, outputs: outputs)
        for augmentation in augmentations ?? [] {
            try augmentation.check(network.inputs.map(\.specification), lengths: network.lengths)
            try augmentation.check(outputs: network.outputs)
            if case .reverseComplement = augmentation { try objective.checkTurning() }
        }
    }
}
