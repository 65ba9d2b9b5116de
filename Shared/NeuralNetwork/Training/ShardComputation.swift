/// The gradient of each shard of a step, from the workers' passes.
final class ShardComputation {
    private let network: Network
    private let options: TrainingOptions
    private let kernels: Kernels
    private let passes: [ShardPass]
    private let prepared: FloatBuffer
    private let preparedOffsets: [Int]
    /// What changes each training example, in turn.
    var augmentations: [any ExampleAugmentation] = []
    private var source: (any ExampleSource)?
    private var indices: ArraySlice<Int> = []
    private var step = 0

    /// `graph` is that of the network, perhaps with layers that stay as they are.
    init(_ network: Network, _ graph: Graph, options: TrainingOptions, workers: Int, kernels: Kernels) {
        self.network = network
        self.options = options
        self.kernels = kernels
        let targetCount = options.loss.targetCount(outputs: graph.outputCount)
        passes = (0..<workers).map { _ in
            ShardPass(
                graph, kernels: kernels, capacity: min(options.shardSize, options.batchSize), targetCount: targetCount,
                pairs: options.pairs == true)
        }
        prepared = FloatBuffer(count: passes[0].prepared.count)
        preparedOffsets = passes[0].prepared.offsets
    }

    /// Workers that may compute at once.
    var workers: Int { passes.count }

    /// Takes up the batch of a step, and derives what all passes need of the present parameters.
    func begin(_ source: any ExampleSource, _ indices: ArraySlice<Int>, step: Int) -> Int {
        self.source = source
        self.indices = indices
        self.step = step
        network.graph.prepare(
            network.storage.pointer, into: prepared.base, offsets: preparedOffsets, training: true, kernels: kernels)
        return (indices.count + options.shardSize - 1) / options.shardSize
    }

    /// Writes a shard's gradient to `row`; called from several threads, each with a worker of its own.
    func compute(worker: Int, shard: Int, into row: UnsafeMutablePointer<Float>) throws -> Loss.Total {
        guard let source else { preconditionFailure("a step has begun") }
        let first = indices.startIndex + shard * options.shardSize
        return try passes[worker].run(
            source, indices: indices[first..<min(indices.endIndex, first + options.shardSize)],
            augmentations: augmentations, parameters: network.storage.pointer, prepared: prepared.pointer,
            loss: options.loss, dParameters: row,
            stream: .init(seed: options.seed, step: UInt64(step), shard: UInt64(shard)))
    }
}
