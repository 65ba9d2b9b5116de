/// The gradient of each shard of a step, from the workers' passes.
final class ShardComputation {
    private let network: Network
    private let options: TrainingOptions
    private let kernels: Kernels
    private let objective: Objective
    private let passes: [ShardPass]
    private let prepared: FloatBuffer
    private let preparedOffsets: [Int]
    /// What changes each training example, in turn.
    var augmentations: [any ExampleAugmentation] = []
    private var source: (any ExampleSource)?
    private var indices: ArraySlice<Int> = []
    private var step = 0
    private let target: FloatBuffer
    /// What the heads' losses of the present batch are multiplied by; nil without heads.
    private var scales: [Double]?

    /// `graph` is that of the network, perhaps with layers that stay as they are.
    init(
        _ network: Network, _ graph: Graph, options: TrainingOptions, objective: Objective, workers: Int,
        kernels: Kernels, hasSignedWeights: Bool = false
    ) {
        self.network = network
        self.options = options
        self.kernels = kernels
        self.objective = objective
        target = FloatBuffer(count: objective.targetCount)
        passes = (0..<workers).map { _ in
            ShardPass(
                graph, kernels: kernels, capacity: min(options.shardSize, options.batchSize), objective: objective,
                pairs: options.pairs == true, hasSignedWeights: hasSignedWeights)
        }
        prepared = FloatBuffer(count: passes[0].prepared.count)
        preparedOffsets = passes[0].prepared.offsets
    }

    /// Workers that may compute at once.
    var workers: Int { passes.count }

    /// Takes up the batch of a step, and derives what all passes need of the present parameters.
    func begin(_ source: any ExampleSource, _ indices: ArraySlice<Int>, step: Int) throws -> Int {
        self.source = source
        self.indices = indices
        self.step = step
        scales = try objective.hasHeads ? scales(source, indices) : nil
        network.graph.prepare(
            network.storage.pointer, into: prepared.base, offsets: preparedOffsets, training: true, kernels: kernels)
        return (indices.count + options.shardSize - 1) / options.shardSize
    }

    /// Reads the batch's targets, as every process that shares the step does, for how many of each head are there.
    private func scales(_ source: any ExampleSource, _ indices: ArraySlice<Int>) throws -> [Double] {
        var weights = Array(repeating: 0.0, count: objective.parts.count)
        for index in indices {
            try source.fillTarget(index, into: target.buffer, inputCount: network.inputCount)
            objective.add(target.pointer, weight: Double(source.weight(of: index) ?? 1), to: &weights)
        }
        return objective.scales(weights, examples: indices.count)
    }

    /// Writes a shard's gradient to `row`; called from several threads, each with a worker of its own.
    func compute(worker: Int, shard: Int, into row: UnsafeMutablePointer<Float>) throws -> Loss.Total {
        guard let source else { preconditionFailure("a step has begun") }
        let first = indices.startIndex + shard * options.shardSize
        return try passes[worker].run(
            source, indices: indices[first..<min(indices.endIndex, first + options.shardSize)],
            augmentations: augmentations, parameters: network.storage.pointer, prepared: prepared.pointer,
            scales: scales, dParameters: row,
            stream: .init(seed: options.seed, step: UInt64(step), shard: UInt64(shard)))
    }
}
