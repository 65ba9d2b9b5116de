import Foundation
import Synchronization
import Testing

@testable import NeuralNetwork

@Suite("Training")
struct TrainingTests {
    /// Which third of a sequence holds a peak.
    static func peaks(_ count: Int) -> InMemoryExamples {
        var random = SplitMix64(seed: 5)
        var (inputs, labels) = ([Float](), [Int]())
        for _ in 0..<count {
            let position = Int(random.next() % 12)
            labels.append(position / 4)
            for i in 0..<24 { inputs.append(0.3 * random.uniform() + (i / 2 == position ? 1 : 0)) }
        }
        return InMemoryExamples(inputs: inputs, labels: labels)
    }

    static let architecture = Architecture(
        input: [12, 2],
        layers: [
            .conv1d(filters: 8, kernel: 3, padding: 1), .relu, .gru(hidden: 6, bidirectional: true),
            .dropout(rate: 0.1), .flatten, .linear(outputs: 3),
        ])

    static func options(epochs: Int = 3, workers: Int = 1) -> TrainingOptions {
        var options = TrainingOptions()
        options.epochs = epochs
        options.workers = workers
        options.batchSize = 40
        options.shardSize = 16
        options.learningRate = 0.02
        options.validationShare = 0.2
        options.averageDecay = 0.9
        options.clipNorm = 1
        return options
    }

    @Test("A small task is learnt")
    func learns() throws {
        let network = try Network(Self.architecture, seed: 1)
        let report = try Trainer(network, options: Self.options(epochs: 6)).fit(Self.peaks(400))
        #expect(report.epochs.count == 6)
        #expect((report.epochs.last?.validation?.classification?.accuracy ?? 0) > 0.97)
        let metrics = try #require(InferenceModel(network).metrics(Self.peaks(300)).classification)
        #expect(metrics.accuracy > 0.97)
        #expect(metrics.confusion.flatMap { $0 }.reduce(0, +) == 300)
    }

    @Test("Any number of workers gives the same bytes")
    func workers() throws {
        let results = try (1...3).map { workers in
            let network = try Network(Self.architecture, seed: 1)
            let report = try Trainer(network, options: Self.options(workers: workers)).fit(Self.peaks(170))
            return (network.weights, report)
        }
        #expect(results[1] == results[0])
        #expect(results[2] == results[0])
    }

    @Test("With weight averaging, the average of all steps is kept, which forgets fast at first")
    func averaging() throws {
        var options = Self.options(epochs: 2)
        options.validationShare = 0
        options.averageDecay = nil
        let start = try Network(Self.architecture, seed: 1)
        var average = Array(start.storage.values)
        _ = try Trainer(start, options: options).fit(
            Self.peaks(90), saveIf: { _ in true },
            save: { checkpoint in
                let parameters = try #require(checkpoint.buffers["parameters"])
                let step = checkpoint.report.steps - 1
                let share = 1 - min(0.8, Float(1 + step) / Float(10 + step))
                for i in average.indices { average[i] = average[i].addingProduct(share, parameters[i] - average[i]) }
            })
        options.averageDecay = 0.8
        let averaged = try Network(Self.architecture, seed: 1)
        _ = try Trainer(averaged, options: options).fit(Self.peaks(90))
        #expect(Array(averaged.storage.values) == average)
    }

    @Test(
        "Every example of every epoch draws its own augmentation, after those of the options, and is announced before")
    func examplesOfAnEpoch() throws {
        final class Watch: ExampleAugmentation, ExampleSource {
            let examples = TrainingTests.peaks(50)
            let seen = Mutex<(draws: [UInt64], announced: [[Int]], filled: [Int], noisy: Int)>(([], [], [], 0))
            var count: Int { examples.count }

            func fill(
                _ index: Int, into input: UnsafeMutableBufferPointer<Float>,
                target: UnsafeMutableBufferPointer<Float>
            ) throws {
                try examples.fill(index, into: input, target: target)
                seen.withLock { $0.filled.append(index) }
            }

            func prefetch(_ indices: ArraySlice<Int>) { seen.withLock { $0.announced.append(Array(indices)) } }

            func apply(
                to example: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>,
                inputs: [InputSpecification], random: inout SplitMix64
            ) {
                let draw = random.next()
                let isNoisy = example.contains { $0 < 0 }
                seen.withLock {
                    $0.draws.append(draw)
                    $0.noisy += isNoisy ? 1 : 0
                }
            }
        }
        let watch = Watch()
        var options = Self.options(epochs: 2)
        options.validationShare = 0
        options.batchSize = 20
        options.augmentations = [.gaussianNoise(deviation: 1)]
        _ = try Trainer(Network(Self.architecture, seed: 1), options: options).fit(watch, augmentation: watch)
        let (draws, announced, filled, noisy) = watch.seen.withLock { $0 }
        #expect(Set(draws).count == 100)
        #expect(noisy == 100)
        // Batches of 20, 20 and 10: while one is computed the next of the epoch is announced.
        let batches = stride(from: 0, to: 50, by: 20).map { Array(filled[$0..<min(50, $0 + 20)]) }
        #expect(Array(announced[..<3]) == Array(batches[1...]) + [[]])
    }

    @Test("Any instruction set gives the same bytes")
    func processors() throws {
        let results = try SIMDLevel.supported.map { level in
            let network = try Network(Self.architecture, seed: 1)
            var options = Self.options()
            options.loss = .softmaxCrossEntropy(labelSmoothing: 0.1)
            _ = try Trainer(network, options: options, simd: level).fit(Self.peaks(170))
            return network.weights
        }
        for result in results.dropFirst() { #expect(result == results[0]) }
    }

    @Test("A training that goes on from a checkpoint gives the same bytes")
    func resuming() throws {
        let whole = try Network(Self.architecture, seed: 1)
        var saved: [[UInt8]] = []
        let expected = try Trainer(whole, options: Self.options()).fit(
            Self.peaks(170), save: { saved.append(try $0.encode()) })
        #expect(saved.count == 3)

        let resumed = try Network(Self.architecture, seed: 99)
        let report = try Trainer(resumed, options: Self.options(workers: 2)).fit(
            Self.peaks(170), resuming: try TrainingCheckpoint(decoding: saved[0]))
        #expect(report == expected)
        #expect(resumed.weights == whole.weights)
    }

    @Test("A checkpoint within an epoch leads to the same bytes", arguments: [1, 4, 5, 6, 11])
    func resumingWithinAnEpoch(step: Int) throws {
        let whole = try Network(Self.architecture, seed: 1)
        var saved: [UInt8] = []
        let expected = try Trainer(whole, options: Self.options()).fit(
            Self.peaks(170), saveIf: { $0 == step }, save: { saved = try $0.encode() })
        let resumed = try Network(Self.architecture, seed: 99)
        var steps: [Int] = []
        let report = try Trainer(resumed, options: Self.options()).fit(
            Self.peaks(170), resuming: try TrainingCheckpoint(decoding: saved), progress: { steps.append($0.step) })
        #expect(report == expected)
        #expect(resumed.weights == whole.weights)
        #expect(steps == Array(step + 1...12))
    }

    @Test("Shards that are computed elsewhere give the same bytes")
    func exchange() throws {
        /// Computes odd shards first and takes their rows back as if a peer had sent them.
        final class Pair: GradientExchange, Sendable {
            func exchange(step: Int, shards: Int, compute: ([Int]) throws -> Void, rows: GradientRows) throws {
                let (odd, even) = ((0..<shards).filter { $0 % 2 == 1 }, (0..<shards).filter { $0 % 2 == 0 })
                try compute(odd)
                let sent = odd.map { ($0, Array(rows.bytes(of: $0))) }
                // What is left in the rows must not count.
                try compute(even.reversed())
                for (shard, bytes) in sent { try bytes.withUnsafeBytes { try rows.receive(shard, $0) } }
                #expect(throws: NeuralNetworkError.self) { try [1, 2].withUnsafeBytes { try rows.receive(0, $0) } }
            }
        }
        let alone = try Network(Self.architecture, seed: 1)
        let expected = try Trainer(alone, options: Self.options()).fit(Self.peaks(170))
        let shared = try Network(Self.architecture, seed: 1)
        let report = try Trainer(shared, options: Self.options(workers: 2)).fit(Self.peaks(170), exchange: Pair())
        #expect(report == expected)
        #expect(shared.weights == alone.weights)
    }

    @Test("A checkpoint of other options, of other examples or of another network is refused")
    func foreignCheckpoint() throws {
        var saved: TrainingCheckpoint?
        let network = try Network(Self.architecture, seed: 1)
        _ = try Trainer(network, options: Self.options(epochs: 1)).fit(Self.peaks(60), save: { saved = $0 })
        #expect(throws: NeuralNetworkError.self) {
            try Trainer(network, options: Self.options(epochs: 2)).fit(Self.peaks(60), resuming: saved)
        }
        #expect(throws: NeuralNetworkError.self) {
            try Trainer(network, options: Self.options(epochs: 1)).fit(Self.peaks(120), resuming: saved)
        }
        let other = try Network(Architecture(input: [12, 2], layers: [.flatten, .linear(outputs: 3)]), seed: 1)
        #expect(throws: NeuralNetworkError.self) {
            try Trainer(other, options: Self.options(epochs: 1)).fit(Self.peaks(60), resuming: saved)
        }
    }

    @Test("Training ends when the validation loss stops falling, with the best parameters")
    func earlyStopping() throws {
        var options = Self.options(epochs: 30)
        options.patience = 2
        options.learningRate = 0.3
        options.schedule = .constant
        options.averageDecay = nil
        let network = try Network(Self.architecture, seed: 1)
        let examples = Self.peaks(100)
        let report = try Trainer(network, options: options).fit(examples)
        #expect(report.epochs.count < 30)
        #expect(report.epochs.count == report.bestEpoch + 2)
        let metrics = try InferenceModel(network).metrics(examples, indices: report.validationIndices)
        #expect(metrics == report.epochs[report.bestEpoch - 1].validation)
    }

    @Test("Progress reports every step, and what it throws ends the training")
    func progress() throws {
        struct Enough: Error {}
        var seen: [TrainingProgress] = []
        let network = try Network(Self.architecture, seed: 1)
        #expect(throws: Enough.self) {
            _ = try Trainer(network, options: Self.options()).fit(
                Self.peaks(100),
                progress: {
                    seen.append($0)
                    if $0.step == 3 { throw Enough() }
                })
        }
        #expect(seen.map(\.step) == [1, 2, 3])
        #expect(seen.map { $0.finished?.epoch } == [nil, 1, nil])
        #expect(seen.allSatisfy { $0.steps == 6 && $0.loss.isFinite && $0.gradientNorm > 0 })
    }

    @Test("A cancelled task ends its training")
    func cancellation() async {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try Trainer(Network(Self.architecture, seed: 1), options: Self.options()).fit(Self.peaks(100)).steps
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("A wrong label and an infinite input name their example")
    func badExamples() throws {
        var examples = Self.peaks(50)
        examples.targets[17] = 3
        let network = try Network(Self.architecture, seed: 1)
        let wrong = #expect(throws: NeuralNetworkError.self) {
            try Trainer(network, options: Self.options(workers: 2)).fit(examples)
        }
        #expect(wrong?.description == "example 17: the label 3 is not in 0..<3")
        examples = Self.peaks(50)
        examples.inputs[100] = .infinity
        let infinite = #expect(throws: NeuralNetworkError.self) {
            try Trainer(network, options: Self.options()).fit(examples)
        }
        #expect(infinite?.description == "example 4: inf at position 4 is no finite number")
    }

    @Test("Options out of range are refused by name")
    func badOptions() throws {
        let network = try Network(Self.architecture, seed: 1)
        for (place, change) in [
            ("epochs", { $0.epochs = 0 }), ("batchSize", { $0.batchSize = 0 }),
            ("learningRate", { $0.learningRate = 0 }),
            ("classWeights", { $0.loss = .softmaxCrossEntropy(classWeights: [1, 2]) }),
        ] as [(String, (inout TrainingOptions) -> Void)] {
            var options = TrainingOptions()
            change(&options)
            let error = #expect(throws: NeuralNetworkError.self) { try Trainer(network, options: options) }
            #expect(error?.place == place)
        }
    }

    @Test("Options are read with defaults for what is left out, and a misspelt one is refused")
    func optionsDocument() throws {
        let document = Data(#"{"epochs": 3, "loss": {"type": "softmaxCrossEntropy", "labelSmoothing": 0.1}}"#.utf8)
        let options = try JSONDecoder().decode(TrainingOptions.self, from: document)
        var expected = TrainingOptions()
        expected.epochs = 3
        expected.loss = .softmaxCrossEntropy(labelSmoothing: 0.1)
        #expect(options == expected)
        #expect(try JSONDecoder().decode(TrainingOptions.self, from: JSONEncoder().encode(options)) == options)
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(TrainingOptions.self, from: Data(#"{"epoch": 3}"#.utf8))
        }
    }

    @Test("The rate rises, then falls along a cosine")
    func schedule() {
        let schedule = LearningRateSchedule.cosine(warmup: 0.1, floor: 0.1)
        let factors = (0..<100).map { schedule.factor(step: $0, steps: 100) }
        #expect(factors[0] == 0.1)
        #expect(factors[10] == 1)
        #expect(abs(factors[55] - 0.55) < 1e-6)
        #expect(factors[99] < 0.102)
        #expect(LearningRateSchedule.constant.factor(step: 5, steps: 9) == 1)
    }
}
