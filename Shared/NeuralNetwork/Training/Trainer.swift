/// Fits a network to labelled examples.
///
/// The same network, options and examples give the same bytes for any number of workers, on one kind of processor: a
/// batch is cut into shards of a fixed size, and their gradients are added up in a fixed order.
///
/// Use from one thread at a time; it blocks that thread, and uses `options.workers` threads.
public final class Trainer {
    /// The network, which `fit` changes.
    public let network: Network
    /// How it is trained.
    public let options: TrainingOptions
    private let kernels: Kernels
    private let optimizer: Optimizer
    private let packed: FloatBuffer
    private let gradient: FloatBuffer
    /// One row of gradients a shard.
    private let shardGradients: FloatBuffer
    private let passes: [ShardPass]
    private var average: FloatBuffer?
    private var best: FloatBuffer?
    private var report = TrainingReport()

    /// A training of `network`; throws if options are out of range or do not fit it.
    public init(_ network: Network, options: TrainingOptions) throws(NeuralNetworkError) {
        guard network.outputShape.count == 1 else {
            throw NeuralNetworkError(
                .mismatch, "the output must be one number a class, not of shape \(network.outputShape)")
        }
        try options.check(outputs: network.outputShape[0])
        self.network = network
        self.options = options
        let kernels = try Kernels()
        self.kernels = kernels
        let count = network.parameterCount
        optimizer = try Optimizer(options.optimizer, parameterCount: count)
        packed = FloatBuffer(count: network.stack.packedCount)
        gradient = FloatBuffer(count: count)
        let shards = (options.batchSize + options.shardSize - 1) / options.shardSize
        shardGradients = FloatBuffer(count: shards * count)
        passes = (0..<min(options.workers, shards)).map { _ in
            ShardPass(network.stack, kernels: kernels, capacity: min(options.shardSize, options.batchSize))
        }
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
    ///   - earlier: A training of the same network and options to go on with.
    ///   - save: Receives a checkpoint after each epoch.
    ///   - progress: Called on this thread after each step.
    public func fit(
        _ source: some ExampleSource, validation: (any ExampleSource)? = nil,
        resuming earlier: TrainingCheckpoint? = nil, save: ((TrainingCheckpoint) throws -> Void)? = nil,
        progress: ((TrainingProgress) throws -> Void)? = nil
    ) throws -> TrainingReport {
        let (training, held) = split(source.count, needsValidation: validation == nil)
        guard !training.isEmpty else {
            throw NeuralNetworkError(.mismatch, "there are no examples to train on", place: "source")
        }
        let batches = (training.count + options.batchSize - 1) / options.batchSize
        if let earlier { try resume(earlier, batches: batches) }
        report.validationIndices = held
        while report.epochs.count < options.epochs, !isStalled {
            let epoch = report.epochs.count + 1
            var random = SplitMix64(keys: options.seed, RandomStream.order, UInt64(epoch))
            let order = random.permutation(training.count).map { training[$0] }
            var total = Loss.Total()
            for batch in 0..<batches {
                if Task.isCancelled { throw CancellationError() }
                let indices = order[batch * options.batchSize..<min(order.count, (batch + 1) * options.batchSize)]
                var (step, batchTotal) = try step(source, indices, epoch: epoch, steps: batches * options.epochs)
                total.add(batchTotal)
                if batch == batches - 1 {
                    let metrics =
                        try validation.map { try validate($0) } ?? (held.isEmpty ? nil : validate(source, held))
                    step.finished = finish(epoch, total, examples: training.count, metrics)
                }
                try progress?(step)
            }
            try save?(checkpoint())
        }
        if let kept = best ?? average {
            network.storage.base.update(from: kept.base, count: network.parameterCount)
        }
        return report
    }

    private func split(_ count: Int, needsValidation: Bool) -> (training: [Int], held: [Int]) {
        guard needsValidation, options.validationShare > 0 else { return (Array(0..<count), []) }
        var random = SplitMix64(keys: options.seed, RandomStream.split)
        let order = random.permutation(count)
        let held = Int((Float(count) * options.validationShare).rounded())
        return (order[held...].sorted(), order[..<held].sorted())
    }

    // MARK: One step

    private func step(
        _ source: some ExampleSource, _ indices: ArraySlice<Int>, epoch: Int, steps: Int
    ) throws -> (TrainingProgress, Loss.Total) {
        let parameterCount = network.parameterCount
        let size = options.shardSize
        let shards = (indices.count + size - 1) / size
        network.stack.pack(network.storage.pointer, into: packed.base)
        var totals = [Loss.Total](repeating: Loss.Total(), count: shards)
        try totals.withUnsafeMutableBufferPointer { totals in
            try Parallel.forEach(shards, workers: passes.count) { worker, shard in
                let first = indices.startIndex + shard * size
                let dParameters = shardGradients.base + shard * parameterCount
                dParameters.update(repeating: 0, count: parameterCount)
                totals[shard] = try passes[worker].run(
                    source, indices: indices[first..<min(indices.endIndex, first + size)],
                    parameters: network.storage, packed: packed, loss: options.loss, dParameters: dParameters,
                    random: (options.seed, UInt64(report.steps), UInt64(shard)))
            }
        }
        var total = Loss.Total()
        for shard in totals { total.add(shard) }
        gradient.zero()
        kernels.functions.add_rows(shardGradients.pointer, gradient.base, shards, parameterCount)

        // Shards' gradients are of sums; the batch's loss is a mean.
        let norm = gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() / total.weight
        guard total.sum.isFinite, norm.isFinite else { throw diverged() }
        let clip = options.clipNorm.map { min(1, Double($0) / max(norm, .leastNormalMagnitude)) } ?? 1
        let rate = options.learningRate * options.schedule.factor(step: report.steps, steps: steps)
        optimizer.beginStep()
        optimizer.update(
            parameters: network.storage.base, gradients: gradient.pointer, range: 0..<parameterCount,
            scale: Float(clip / total.weight), learningRate: rate)
        if let average, let decay = options.averageDecay {
            for i in 0..<parameterCount {
                average.base[i] += (1 - decay) * (network.storage.base[i] - average.base[i])
            }
        }
        report.steps += 1
        let progress = TrainingProgress(
            epoch: epoch, step: report.steps, steps: steps, loss: total.sum / total.weight,
            accuracy: Double(total.correct) / Double(indices.count), learningRate: rate, gradientNorm: norm)
        return (progress, total)
    }

    private func diverged() -> NeuralNetworkError {
        NeuralNetworkError(
            .diverged, "the loss or its gradient is not a number any more; lower the learning rate or set clipNorm",
            place: "step \(report.steps + 1)")
    }

    // MARK: The end of an epoch

    private func validate(_ source: some ExampleSource, _ indices: [Int]? = nil) throws -> ClassificationMetrics {
        let model = InferenceModel(stack: network.stack, parameters: average ?? network.storage, kernels: kernels)
        let metrics = try model.metrics(source, indices: indices, workers: options.workers)
        guard metrics.count > 0 else {
            throw NeuralNetworkError(.mismatch, "there are no examples to validate on", place: "validation")
        }
        guard metrics.crossEntropy.isFinite, metrics.calibrationError.isFinite else { throw diverged() }
        return metrics
    }

    private func finish(
        _ epoch: Int, _ total: Loss.Total, examples: Int, _ validation: ClassificationMetrics?
    ) -> EpochReport {
        let lowest = report.epochs.compactMap(\.validation?.crossEntropy).min() ?? .infinity
        if let validation {
            if validation.crossEntropy < lowest {
                report.bestEpoch = epoch
                best = FloatBuffer(copying: average ?? network.storage)
            }
        } else {
            report.bestEpoch = epoch
        }
        let finished = EpochReport(
            epoch: epoch, loss: total.sum / total.weight, accuracy: Double(total.correct) / Double(examples),
            validation: validation)
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
        TrainingCheckpoint(report: report, options: options, buffers: buffers.mapValues { Array($0.values) })
    }

    private func resume(_ checkpoint: TrainingCheckpoint, batches: Int) throws(NeuralNetworkError) {
        let epochs = checkpoint.report.epochs.count
        guard checkpoint.report.steps == epochs * batches, (0...epochs).contains(checkpoint.report.bestEpoch) else {
            throw NeuralNetworkError(.mismatch, "the checkpoint is of another number of examples", place: "checkpoint")
        }
        var same = checkpoint.options
        same.workers = options.workers
        guard same == options else {
            throw NeuralNetworkError(.mismatch, "the checkpoint was made with other options", place: "checkpoint")
        }
        if checkpoint.buffers["best"] != nil { best = FloatBuffer(count: network.parameterCount) }
        let buffers = buffers
        guard Set(buffers.keys) == Set(checkpoint.buffers.keys),
            checkpoint.buffers.allSatisfy({
                $0.value.count == network.parameterCount && $0.value.allSatisfy(\.isFinite)
            })
        else {
            throw NeuralNetworkError(.mismatch, "the checkpoint is of another network", place: "checkpoint")
        }
        for (name, values) in checkpoint.buffers { _ = buffers[name]?.buffer.update(fromContentsOf: values) }
        report = checkpoint.report
        optimizer.step = report.steps
    }
}
