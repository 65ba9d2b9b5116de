import CAllocations
import Foundation
import NeuralNetwork

/// The examples of one batch over and over, for so many steps.
struct RepeatedBatch: ExampleSource {
    let batch: InMemoryExamples
    let count: Int

    init(_ network: ReferenceNetwork, steps: Int) {
        let inputs = Self.inputs(network, count: network.batch, width: network.inputCount)
        var random = SplitMix64(seed: 2)
        let labels = (0..<network.batch).map { _ in Int(random.next() % UInt64(network.classes)) }
        batch = InMemoryExamples(inputs: inputs, labels: labels)
        count = network.batch * steps
    }

    /// Random bases, or numbers.
    static func inputs(_ network: ReferenceNetwork, count: Int, width: Int) -> [Float] {
        var random = SplitMix64(seed: 1)
        return (0..<count * width).map { _ in
            network == .pileup ? 2 * random.uniform() - 1 : Float(1 << (random.next() % 4))
        }
    }

    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws { try batch.fill(index % batch.count, into: input, target: target) }
}

/// What one kind of work took: the best time of several, and the fewest allocations, those of the steady state.
struct Measurement {
    var seconds = Double.infinity
    var allocations = UInt64.max

    mutating func measure(_ work: () throws -> Void) rethrows {
        let before = ca_process_allocations()
        let start = ContinuousClock.now
        try work()
        let elapsed = ContinuousClock.now - start
        allocations = min(allocations, ca_process_allocations() - before)
        seconds = min(seconds, Double(elapsed.components.attoseconds) * 1e-18 + Double(elapsed.components.seconds))
    }
}

/// One network, ready to be trained and asked.
final class Bench {
    private let network: ReferenceNetwork
    private let workers: Int
    private let model: InferenceModel
    private let workspace: Workspace
    private let input: [Float]
    private var output: [Float]

    init(_ network: ReferenceNetwork, workers: Int) throws {
        self.network = network
        self.workers = workers
        model = try InferenceModel(Network(network.architecture, seed: 1))
        workspace = model.makeWorkspace(workers: workers)
        input = RepeatedBatch.inputs(network, count: network.batch, width: model.inputCount)
        output = Array(repeating: 0, count: network.batch * model.outputCount)
    }

    /// Steps of Adam on batches, the first of them for warming up.
    static func train(_ network: ReferenceNetwork, workers: Int, steps: Int) throws -> Measurement {
        var options = TrainingOptions()
        options.epochs = 1
        options.batchSize = network.batch
        // One shard a worker: batch norm then has the statistics of a shard, as PyTorch's has in each replica.
        options.shardSize = network == .pileup ? 64 : network.batch / workers
        options.workers = workers
        options.schedule = .constant
        options.loss = network.loss
        let trainer = try Trainer(Network(network.architecture, seed: 1), options: options)
        var measurement = Measurement()
        var (last, allocations) = (ContinuousClock.now, ca_process_allocations())
        var step = 0
        let examples = RepeatedBatch(network, steps: steps)
        let timed: (TrainingProgress) -> Void = { _ in
            let now = ContinuousClock.now
            let elapsed = now - last
            if step > 0 {
                measurement.seconds = min(
                    measurement.seconds,
                    Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
                measurement.allocations = min(measurement.allocations, ca_process_allocations() - allocations)
            }
            step += 1
            (last, allocations) = (ContinuousClock.now, ca_process_allocations())
        }
        _ = try trainer.fit(examples, progress: timed)
        return measurement
    }

    /// The whole batch, or one example, some times.
    func infer(count: Int, repeats: Int) -> Measurement {
        var measurement = Measurement()
        for _ in 0..<repeats + 1 {
            measurement.measure {
                input.withUnsafeBufferPointer { input in
                    output.withUnsafeMutableBufferPointer { output in
                        model.predict(
                            UnsafeBufferPointer(rebasing: input[..<(count * model.inputCount)]), count: count,
                            into: UnsafeMutableBufferPointer(rebasing: output[..<(count * model.outputCount)]),
                            workspace: workspace)
                    }
                }
            }
        }
        return measurement
    }
}
