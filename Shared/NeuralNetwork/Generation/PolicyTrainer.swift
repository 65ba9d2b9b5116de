/// Moves a network step by step along gradients that its user weighs: sequences become more likely by positive weights and less by negative ones.
///
/// A step descends along Σ weight · (−log likelihood) ÷ n of its n sequences, by Adam, the gradient scaled down to a norm. With the weights of
/// REINVENT, twice what the augmented likelihood lacks, that is the gradient of the mean squared difference (Olivecrona and others 2017). The
/// same steps give the same bytes for any number of workers.
public final class PolicyTrainer {
    /// The network, which steps change.
    public let network: Network
    private let learningRate: Float
    private let clipNorm: Float
    private let optimizer: Optimizer
    private let computation: ShardComputation
    private let gradients: ShardGradients
    private let update: ParameterUpdate
    private var steps = 0

    /// Prepares steps of up to `most` sequences; `shardSize` of them go through the network together.
    public init(
        _ network: Network, most: Int, learningRate: Float, clipNorm: Float = 1, shardSize: Int = 64, workers: Int = 1,
        seed: UInt64 = 1, simd: SIMDLevel? = nil
    ) throws(NeuralNetworkError) {
        var options = TrainingOptions()
        (options.batchSize, options.shardSize, options.workers, options.seed) = (most, shardSize, workers, seed)
        (options.learningRate, options.clipNorm, options.optimizer) = (learningRate, clipNorm, .adam())
        try options.check(network.graph)
        self.network = network
        (self.learningRate, self.clipNorm) = (learningRate, clipNorm)
        let kernels = try Kernels(simd)
        let graph = network.graph
        optimizer = try Optimizer(options.optimizer, parameterCount: graph.storedCount, kernels: kernels)
        let shards = (most + shardSize - 1) / shardSize
        let team = WorkerTeam(workers: workers)
        computation = ShardComputation(
            network, graph, options: options, objective: try Objective(options, graph),
            workers: min(workers, shards), kernels: kernels, hasSignedWeights: true)
        gradients = ShardGradients(
            count: graph.storedCount, shards: shards, computation: computation, team: team, kernels: kernels)
        update = ParameterUpdate(graph, team: team, kernels: kernels)
    }

    /// Makes one step with all sequences, and returns the norm of the gradient before it was scaled down.
    @discardableResult
    public func step(_ examples: SequenceExamples) throws -> Double {
        guard examples.count > 0 else { return 0 }
        let indices = Array(0..<examples.count)
        let shards = try computation.begin(examples, indices[...], step: steps)
        let total = try gradients.sum(step: steps, shards: shards, exchange: nil)
        let share = 1 / Double(examples.count)
        let norm = update.squaredNorm(of: gradients.total).squareRoot() * share
        guard total.sum.isFinite, norm.isFinite else {
            throw NeuralNetworkError(
                .diverged, "the loss or its gradient is not a number any more; lower the learning rate",
                place: "step \(steps + 1)")
        }
        let clip = min(1, Double(clipNorm) / max(norm, .leastNormalMagnitude))
        update.step(
            network.storage.base, gradients.total, examples: examples.count, optimizer: optimizer,
            scale: Float(clip * share), learningRate: learningRate, average: nil, share: 0)
        steps += 1
        return norm
    }
}
