/// Fits a network to labelled examples, whatever the task.
///
/// The loss says what a target is, that of each head where there are several. Outputs may have any shape; targets that are not
/// a number are missing and count nothing.
///
/// The same network, options and examples give the same bytes for any number of workers and on any processor: a
/// batch is cut into shards of a fixed size, and their gradients are added up in a fixed order.
///
/// Use from one thread at a time; it blocks that thread, and uses `options.workers` threads.
public final class Trainer {
    /// The network, which `fit` changes.
    public let network: Network
    /// How it is trained.
    public let options: TrainingOptions
    private let kernels: Kernels
    private let objective: Objective
    private let optimizer: Optimizer
    private let computation: ShardComputation
    private let gradients: ShardGradients
    private let update: ParameterUpdate
    private var average: FloatBuffer?
    private var best: FloatBuffer?
    private var report = TrainingReport()
    /// The loss of the present epoch's batches so far.
    private var epochTotal = Loss.Total()

    /// A training of `network`; throws if options are out of range or do not fit it.
    ///
    /// `simd` forces an instruction set, else `SIMDLevel.current()` is used.
    public init(
        _ network: Network, options: TrainingOptions, simd: SIMDLevel? = nil
    ) throws(NeuralNetworkError) {
        try options.check(network.graph)
        self.network = network
        self.options = options
        objective = try Objective(options, network.graph)
        let kernels = try Kernels(simd)
        self.kernels = kernels
        let graph = try network.graph.fixing(options.fixed ?? [])
        optimizer = try Optimizer(options.optimizer, parameterCount: graph.storedCount, kernels: kernels)
        let shards = (options.batchSize + options.shardSize - 1) / options.shardSize
        let team = WorkerTeam(workers: options.workers)
        computation = ShardComputation(
            network, graph, options: options, objective: objective, workers: min(options.workers, shards),
            kernels: kernels)
        gradients = ShardGradients(
            count: graph.storedCount, shards: shards, computation: computation, team: team, kernels: kernels)
        update = ParameterUpdate(graph, team: team, kernels: kernels)
        if options.averageDecay != nil { average = FloatBuffer(copying: network.storage) }
    }

    /// Trains; the network ends with the parameters of the best validation loss, or with the last ones.
    ///
    /// Call it once: another training takes another trainer.
    /// Ends with `CancellationError` where the current task is cancelled, and with what a closure or a source throws.
    ///
    /// - Parameters:
    ///   - source: The examples.
    ///   - validation: Examples to validate on; without them `options.validationShare` of `source` is split off.
    ///   - augmentation: Changes training examples at random, after `options.augmentations`.
    ///   - exchange: Shares the shards of each step out among processes; without it all are computed here.
    ///   - earlier: A training of the same network and options to go on with.
    ///   - isDue: Asked after each step, with the number of steps done, whether to save a checkpoint; without it, one is
    ///     saved after each epoch.
    ///   - save: Receives the checkpoints.
    ///   - progress: Called on this thread after each step.
    public func fit(
        _ source: some ExampleSource, validation: (any ExampleSource)? = nil,
        augmentation: (any ExampleAugmentation)? = nil, exchange: (any GradientExchange)? = nil,
        resuming earlier: TrainingCheckpoint? = nil, saveIf isDue: ((Int) -> Bool)? = nil,
        save: ((TrainingCheckpoint) throws -> Void)? = nil, progress: ((TrainingProgress) throws -> Void)? = nil
    ) throws -> TrainingReport {
        guard validation == nil || options.pairs != true else {
            throw NeuralNetworkError(.mismatch, "pairs do not validate", place: "validation")
        }
        let (training, held) =
            try validation == nil ? options.split(source.count) : (Array(0..<source.count), [])
        guard !training.isEmpty else {
            throw NeuralNetworkError(.mismatch, "there are no examples to train on", place: "source")
        }
        try options.checkShards(network.graph, examples: training.count)
        guard options.patience == nil || validation != nil || !held.isEmpty else {
            throw NeuralNetworkError(.invalidOptions, "needs examples to validate on", place: "patience")
        }
        let batches = (training.count + options.batchSize - 1) / options.batchSize
        if let earlier { try resume(earlier, batches: batches) }
        report.validationIndices = held
        computation.augmentations = (options.augmentations ?? []) + (augmentation.map { [$0] } ?? [])
        let label = try labels(source, training)
        // Boxed once, not at each step.
        let examples: any ExampleSource = source
        while report.epochs.count < options.epochs, !isStalled {
            let epoch = report.epochs.count + 1
            let order = (options.sampling ?? .shuffled)
                .order(count: training.count, seed: options.seed, epoch: epoch, label: label).map { training[$0] }
            for batch in report.steps - report.epochs.count * batches..<batches {
                if Task.isCancelled { throw CancellationError() }
                let indices = order[batch * options.batchSize..<min(order.count, (batch + 1) * options.batchSize)]
                let next = min(order.count, indices.endIndex)..<min(order.count, indices.endIndex + options.batchSize)
                source.prefetch(order[next])
                var (step, batchTotal) = try step(
                    examples, indices, exchange: exchange, epoch: epoch, steps: batches * options.epochs)
                epochTotal.add(batchTotal)
                let isLast = batch == batches - 1
                if isLast {
                    try checkEpoch()
                    let metrics =
                        try validation.map { try validate($0) } ?? (held.isEmpty ? nil : validate(source, held))
                    step.finished = finish(epoch, metrics)
                }
                if isDue?(report.steps) ?? isLast { try save?(checkpoint()) }
                try progress?(step)
            }
        }
        if let kept = best ?? average {
            network.storage.base.update(from: kept.base, count: kept.count)
        }
        return report
    }

    /// Throws where an epoch taught nothing, or left parameters that no network can use.
    private func checkEpoch() throws(NeuralNetworkError) {
        if epochTotal.weight == 0, epochTotal.sum.isFinite {
            throw NeuralNetworkError(
                .mismatch, "no example has a target: all are missing (not a number)", place: "targets")
        }
        do throws(NeuralNetworkError) {
            try network.graph.checkWeights(network.weights)
        } catch {
            throw NeuralNetworkError(
                .diverged,
                "the weights are not finite any more (\(error)); lower the learning rate or set clipNorm",
                place: "step \(report.steps)")
        }
    }

    /// The class of each training example, where the sampling goes by it; reads all targets.
    private func labels(_ source: some ExampleSource, _ training: [Int]) throws -> (Int) -> Int? {
        guard options.sampling == .classBalanced else { return { _ in nil } }
        let target = FloatBuffer(count: 1)
        let labels = try training.map { index in
            if Task.isCancelled { throw CancellationError() }
            try source.fillTarget(index, into: target.buffer, inputCount: network.inputCount)
            return Int(exactly: target.base[0].rounded())
        }
        return { labels[$0] }
    }

    // MARK: One step

    private func step(
        _ source: any ExampleSource, _ indices: ArraySlice<Int>, exchange: (any GradientExchange)?, epoch: Int,
        steps: Int
    ) throws -> (TrainingProgress, Loss.Total) {
        let shards = try computation.begin(source, indices, step: report.steps)
        let total = try gradients.sum(step: report.steps, shards: shards, exchange: exchange)
        let gradient = gradients.total
        // Shards' gradients are of sums; the batch's loss is a mean, and 0 where all targets are missing.
        let share = total.weight > 0 ? 1 / total.weight : 0
        let norm = update.squaredNorm(of: gradient).squareRoot() * share
        guard total.sum.isFinite, norm.isFinite else { throw diverged() }
        let clip = options.clipNorm.map { min(1, Double($0) / max(norm, .leastNormalMagnitude)) } ?? 1
        let rate = options.learningRate * options.schedule.factor(step: report.steps, steps: steps)
        update.step(
            network.storage.base, gradient, examples: indices.count, optimizer: optimizer,
            scale: Float(clip * share), learningRate: rate, average: average?.base,
            share: 1 - (options.decay(step: report.steps) ?? 0))
        report.steps += 1
        let progress = TrainingProgress(
            epoch: epoch, step: report.steps, steps: steps, examples: indices.count, loss: total.mean,
            accuracy: total.accuracy, learningRate: rate, gradientNorm: norm)
        return (progress, total)
    }

    private func diverged() -> NeuralNetworkError {
        NeuralNetworkError(
            .diverged, "the loss or its gradient is not a number any more; lower the learning rate or set clipNorm",
            place: "step \(report.steps + 1)")
    }

    // MARK: The end of an epoch

    private func validate(_ source: some ExampleSource, _ indices: [Int]? = nil) throws -> EvaluationMetrics {
        let model = InferenceModel(graph: network.graph, parameters: average ?? network.storage, kernels: kernels)
        let metrics = try model.metrics(source, objective, indices: indices, workers: options.workers)
        guard metrics.count > 0 else {
            throw NeuralNetworkError(.mismatch, "there are no examples to validate on", place: "validation")
        }
        guard metrics.loss.isFinite else { throw diverged() }
        return metrics
    }

    private func finish(_ epoch: Int, _ validation: EvaluationMetrics?) -> EpochReport {
        let lowest = report.epochs.compactMap(\.validation?.loss).min() ?? .infinity
        if let validation {
            if validation.loss < lowest {
                report.bestEpoch = epoch
                best = FloatBuffer(copying: average ?? network.storage)
            }
        } else {
            report.bestEpoch = epoch
        }
        let finished = EpochReport(
            epoch: epoch, loss: epochTotal.mean, accuracy: epochTotal.accuracy, validation: validation)
        epochTotal = Loss.Total()
        report.epochs.append(finished)
        return finished
    }

    private var isStalled: Bool {
        guard let patience = options.patience, report.bestEpoch > 0 else { return false }
        return report.epochs.count - report.bestEpoch >= patience
    }

    // MARK: Checkpoints

    private var buffers: [String: FloatBuffer] {
        var buffers = ["parameters": network.storage]
        for (name, buffer) in optimizer.buffers { buffers["optimizer.\(name)"] = buffer }
        buffers["average"] = average
        buffers["best"] = best
        return buffers
    }

    private func checkpoint() -> TrainingCheckpoint {
        TrainingCheckpoint(
            report: report, epochTotal: epochTotal, options: options, buffers: buffers.mapValues { Array($0.values) })
    }

    private func resume(_ checkpoint: TrainingCheckpoint, batches: Int) throws(NeuralNetworkError) {
        let epochs = checkpoint.report.epochs.count
        guard (epochs * batches..<(epochs + 1) * batches).contains(checkpoint.report.steps),
            (0...epochs).contains(checkpoint.report.bestEpoch)
        else {
            throw NeuralNetworkError(.mismatch, "the checkpoint is of another number of examples", place: "checkpoint")
        }
        var same = checkpoint.options
        same.workers = options.workers
        guard same == options else {
            throw NeuralNetworkError(.mismatch, "the checkpoint was made with other options", place: "checkpoint")
        }
        if checkpoint.buffers["best"] != nil { best = FloatBuffer(count: network.storage.count) }
        let buffers = buffers
        guard Set(buffers.keys) == Set(checkpoint.buffers.keys),
            checkpoint.buffers.allSatisfy({
                $0.value.count == network.storage.count && $0.value.allSatisfy(\.isFinite)
            })
        else {
            throw NeuralNetworkError(.mismatch, "the checkpoint is of another network", place: "checkpoint")
        }
        for (name, values) in checkpoint.buffers { _ = buffers[name]?.buffer.update(fromContentsOf: values) }
        report = checkpoint.report
        epochTotal = checkpoint.epochTotal
        optimizer.step = report.steps
    }
}
