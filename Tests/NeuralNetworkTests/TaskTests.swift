import Foundation
import Testing

@testable import NeuralNetwork

/// Trainings of other tasks than a class an example.
@Suite("Tasks")
struct TaskTests {
    /// Numbers that follow from five inputs by a line and a bend.
    private static func examples(_ count: Int, _ target: (ArraySlice<Float>) -> [Float]) -> InMemoryExamples {
        let inputs = noise(count * 5)
        return InMemoryExamples(
            inputs: inputs, targets: (0..<count).flatMap { target(inputs[$0 * 5..<($0 + 1) * 5]) }, count: count)
    }

    private static func train(
        _ loss: Loss, outputs: Int, _ examples: InMemoryExamples, _ change: (inout TrainingOptions) -> Void = { _ in }
    ) throws -> TrainingReport {
        let network = try Network(
            Architecture(input: [5], layers: [.linear(outputs: 16), .tanh, .linear(outputs: outputs)]), seed: 1)
        var options = TrainingOptions()
        options.epochs = 12
        options.batchSize = 40
        options.learningRate = 0.02
        options.loss = loss
        options.validationShare = 0.25
        change(&options)
        return try Trainer(network, options: options).fit(examples)
    }

    @Test("Numbers are learnt, with targets missing", arguments: [Loss.meanSquaredError, .huber(delta: 0.5)])
    func regression(loss: Loss) throws {
        let examples = Self.examples(800) { x in
            let x = Array(x)
            return [x[0] + x[1] * x[2], x[3] < 0.5 ? x[4] : .nan]
        }
        let report = try Self.train(loss, outputs: 2, examples) {
            $0.optimizer = .sgd(momentum: 0.9, nesterov: true); $0.learningRate = 0.1
        }
        let last = try #require(report.epochs.last?.validation?.regression)
        #expect(last.outputs[0].pearson ?? 0 > 0.8 && last.outputs[1].rSquared ?? 0 > 0.9)
        #expect(last.outputs[1].count < last.outputs[0].count)
        #expect(report.epochs.allSatisfy { $0.accuracy == nil })
    }

    @Test("Rates of counts are learnt")
    func counts() throws {
        var random = SplitMix64(seed: 8)
        let examples = Self.examples(1500) { x in
            // A sum of many rare events is a Poisson count.
            let rate = PortableMath.exp(Double(1 + 1.5 * x[x.startIndex]))
            return [random.binomial(1000, Float(rate / 1000))]
        }
        let report = try Self.train(.poisson, outputs: 1, examples) {
            $0.schedule = .oneCycle(); $0.optimizer = .adam()
        }
        #expect(report.epochs.last?.validation?.regression?.outputs[0].spearman ?? 0 > 0.6)
    }

    @Test("Several labels are learnt, of which some are not known")
    func labels() throws {
        let examples = Self.examples(800) { x in
            let x = Array(x)
            return [x[0] > 0 ? 1 : 0, x[1] > x[2] ? 1 : 0, x[3] > 0.9 ? .nan : x[4] > -0.5 ? 1 : 0]
        }
        let report = try Self.train(.binaryCrossEntropy(), outputs: 3, examples)
        let validation = try #require(report.epochs.last?.validation?.multiLabel)
        #expect(validation.auroc ?? 0 > 0.97 && report.epochs.last?.accuracy ?? 0 > 0.9)
    }

    @Test(
        "One class of two is learnt with one output, and rare ones with balanced draws",
        arguments: [Loss.binaryCrossEntropy(), .focal(gamma: 1)])
    func rareClass(loss: Loss) throws {
        let examples = Self.examples(1200) { [$0.first ?? 0 > 0.9 ? 1 : 0] }
        let report = try Self.train(loss, outputs: 1, examples) { $0.sampling = .classBalanced }
        let validation = try #require(report.epochs.last?.validation?.classification)
        #expect(validation.auroc ?? 0 > 0.98)
        #expect(ConfusionMatrix(validation.confusion).recall(of: 1) ?? 0 > 0.9)
    }

    @Test("With wrong labels, generalized cross-entropy learns the right ones")
    func noisyLabels() throws {
        var random = SplitMix64(seed: 6)
        let examples = Self.examples(1200) { x in
            random.uniform() < 0.3 ? [Float(random.index(below: 2))] : [x.first ?? 0 > 0 ? 1 : 0]
        }
        let report = try Self.train(.generalizedCrossEntropy(), outputs: 2, examples)
        #expect(report.epochs.last?.validation?.classification?.accuracy ?? 0 > 0.8)
    }

    @Test("A batch all of whose targets are missing moves nothing and is no divergence")
    func nothingKnown() throws {
        var count = 0
        let examples = Self.examples(80) { x in
            count += 1
            return [count == 1 ? x.first ?? 0 : .nan]
        }
        let report = try Self.train(.meanSquaredError, outputs: 1, examples) {
            ($0.validationShare, $0.batchSize) = (0, 8)
        }
        #expect(report.epochs.allSatisfy { $0.loss.isFinite })
    }

    @Test("A training in which no example has a target is refused")
    func nothingKnownAtAll() throws {
        let examples = Self.examples(80) { _ in [.nan] }
        let error = #expect(throws: NeuralNetworkError.self) {
            try Self.train(.meanSquaredError, outputs: 1, examples) { $0.validationShare = 0 }
        }
        #expect(error?.place == "targets")
    }

    @Test("Early stopping goes by the loss of any task")
    func earlyStopping() throws {
        let examples = Self.examples(60) { [$0.first ?? 0] }
        let report = try Self.train(.meanSquaredError, outputs: 1, examples) {
            $0.patience = 2
            $0.epochs = 200
            $0.schedule = .constant
            $0.learningRate = 0.3
        }
        #expect(report.epochs.count < 200 && report.epochs.count == report.bestEpoch + 2)
        let losses = report.epochs.compactMap(\.validation?.loss)
        #expect(losses[report.bestEpoch - 1] == losses.min())
    }

    @Test("Augmentation gives the same bytes for any number of workers, and a hook of one's own is called")
    func augmentation() throws {
        struct Doubling: ExampleAugmentation {
            func apply(
                to example: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>,
                inputs: [InputSpecification], random: inout SplitMix64
            ) {
                for i in example.indices { example[i] *= 2 }
                target[0] *= 2
            }
        }
        let examples = Self.examples(100) { [$0.first ?? 0] }
        func weights(workers: Int, deviation: Float, _ hook: (any ExampleAugmentation)? = nil) throws -> [Float] {
            let network = try Network(Architecture(input: [5], layers: [.linear(outputs: 1)]), seed: 1)
            var options = TrainingOptions()
            options.epochs = 2
            options.batchSize = 30
            options.shardSize = 7
            options.workers = workers
            options.loss = .meanSquaredError
            options.augmentations = [.gaussianNoise(deviation: deviation)]
            _ = try Trainer(network, options: options).fit(examples, augmentation: hook)
            return network.weights
        }
        let once = try weights(workers: 1, deviation: 0.5)
        #expect(try weights(workers: 3, deviation: 0.5) == once)
        #expect(try weights(workers: 1, deviation: 0) != once)
        let doubled = InMemoryExamples(
            inputs: examples.inputs.map { 2 * $0 }, targets: examples.targets.map { 2 * $0 }, count: 100)
        let hooked = try weights(workers: 1, deviation: 0, Doubling())
        let network = try Network(Architecture(input: [5], layers: [.linear(outputs: 1)]), seed: 1)
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.shardSize, options.loss) = (2, 30, 7, .meanSquaredError)
        _ = try Trainer(network, options: options).fit(doubled)
        #expect(network.weights == hooked)
    }

    private static func trimmed(_ line: Substring) -> String { line.trimmingCharacters(in: .whitespaces) }

    @Test("The documentation's script runs, and its intervals hold what they estimate")
    func script() throws {
        func sequences(_ count: Int, seed: UInt64) -> InMemoryExamples {
            var random = SplitMix64(seed: seed)
            var (inputs, labels): ([Float], [Int]) = ([], [])
            for _ in 0..<count {
                var bases = (0..<100).map { _ in Float(1 << random.index(below: 4)) }
                labels.append(random.uniform() < 0.3 ? 1 : 0)
                // A motif somewhere in the middle of the positives.
                if labels.last == 1 {
                    let first = 40 + random.index(below: 9)
                    bases.replaceSubrange(first..<first + 10, with: [8, 1, 8, 1, 1, 1, 4, 4, 2, 8])
                }
                inputs += bases
            }
            return InMemoryExamples(inputs: inputs, labels: labels)
        }
        let (examples, test) = (sequences(1000, seed: 1), sequences(200, seed: 2))
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let page = try String(
            contentsOf: folder.appending(path: "../../Shared/NeuralNetwork/NeuralNetwork.docc/NeuralNetwork.md"),
            encoding: .utf8)
        let shown = try #require(page.split(separator: "```swift\n").dropFirst().first?.split(separator: "```").first)
        let run = Set(try String(contentsOfFile: #filePath, encoding: .utf8).split(separator: "\n").map(Self.trimmed))
        #expect(shown.split(separator: "\n").map(Self.trimmed).filter { !run.contains($0) } == [])

        let layers: [LayerSpecification] = [.conv1d(filters: 16, kernel: 11, padding: 5), .relu, .maxPool()]
        let architecture = Architecture(bases: 100, layers: layers + [.linear(outputs: 1)])
        var options = TrainingOptions()
        options.epochs = 20
        options.batchSize = 64
        options.learningRate = 0.03
        options.loss = .binaryCrossEntropy()
        options.schedule = .oneCycle()
        options.sampling = .classBalanced
        options.augmentations = [.reverseComplement(), .shift(maximum: 3)]
        options.validationShare = 0.2
        options.patience = 10

        let network = try Network(architecture, seed: 1)
        let report = try Trainer(network, options: options).fit(examples)

        let model = try InferenceModel(network)
        let (logits, targets) = try model.evaluate(examples, indices: report.validationIndices)
        let labels = targets.map { Int($0) }
        let calibration = Calibration(fitting: logits, labels: labels, classes: 1, method: .isotonic)

        let (unseen, truth) = try model.evaluate(test)
        let predictions = ClassProbabilities(
            probabilities: try calibration.probabilities(unseen, classes: 1), labels: truth.map { Int($0) }, classes: 1)
        for (name, estimate) in predictions.estimates() {
            print(name, estimate.value, "from", estimate.low, "to", estimate.high)
        }

        let estimates = predictions.estimates(resamples: 100)
        #expect(estimates.count == 7)
        #expect(estimates.allSatisfy { $0.value.low <= $0.value.high })
        let accuracy = try #require(estimates["accuracy"])
        #expect(accuracy.low < accuracy.value && accuracy.value < accuracy.high && accuracy.low > 0.85)
    }
}
