import Foundation
import Genomics
import NeuralNetwork

/// Fits the calling network to labelled examples.
///
/// The same examples and seed give the same package on one kind of processor, for any number of workers.
public struct CallingTrainer: Sendable {
    /// What is asked for.
    public struct Settings: Sendable {
        /// The seed of weights, order and split.
        public var seed: UInt64
        /// Passes over the examples.
        public var epochs: Int
        /// Threads.
        public var workers: Int
        /// Digests of the data, by file.
        public var dataDigests: [String: String]
        /// The command that made the data set.
        public var command: String
        /// How the data was divided, in a sentence.
        public var split: String

        /// Makes settings.
        public init(
            seed: UInt64, epochs: Int, workers: Int, dataDigests: [String: String], command: String, split: String
        ) {
            self.seed = seed
            self.epochs = epochs
            self.workers = workers
            self.dataDigests = dataDigests
            self.command = command
            self.split = split
        }
    }

    private let settings: Settings

    /// Makes a trainer.
    public init(_ settings: Settings) { self.settings = settings }

    /// Fits a network to the batches of `training`, keeps the epoch with the lowest loss on `validation`, and
    /// calibrates on `validation`.
    ///
    /// Blocks its thread for minutes; stops with `CancellationError` when its task is cancelled.
    public func fit(
        training: [ExampleBatch], validation: [ExampleBatch], progress: ((TrainingProgress) throws -> Void)? = nil
    ) throws -> ModelPackage {
        // A set too small to hold a validating window validates on its last batch.
        let isSmall = validation.allSatisfy { $0.count == 0 } && training.count > 1
        let (training, validation) = (
            try LabelledExamples(isSmall ? Array(training.dropLast()) : training),
            try LabelledExamples(isSmall ? training.suffix(1) : validation)
        )
        let network = try Network(CallingNetwork.architecture, seed: settings.seed)
        var options = TrainingOptions()
        options.epochs = settings.epochs
        options.batchSize = 128
        options.workers = settings.workers
        options.learningRate = 1e-3
        options.clipNorm = 1
        options.seed = settings.seed
        options.optimizer.weightDecay = 1e-4
        options.loss = .softmaxCrossEntropy(labelSmoothing: 0.0002)
        options.averageDecay = 0.995
        let trainer = try Trainer(network, options: options)
        let report = try trainer.fit(training, validation: validation, progress: progress)

        let model = try InferenceModel(network)
        let (logits, targets) = try model.evaluate(validation, workers: settings.workers)
        let labels = targets.map { Int($0) }
        let classes = CallingModel.labels.count
        let calibration = Calibration(fitting: logits, labels: labels, classes: classes)
        let metrics = ClassificationMetrics(
            probabilities: try calibration.probabilities(logits, classes: classes), labels: labels, classes: classes)
        return ModelPackage(
            network, featureVersion: PileupEncoder.featureVersion, labels: CallingModel.labels,
            calibration: calibration,
            lineage: Lineage(
                data: settings.dataDigests, split: settings.split, command: settings.command, seed: settings.seed,
                options: options,
                metrics: [
                    "training.examples": Double(training.count), "validation.examples": Double(validation.count),
                    "validation.accuracy": metrics.accuracy, "validation.cross-entropy": metrics.crossEntropy,
                    "validation.calibration-error": metrics.calibrationError, "best-epoch": Double(report.bestEpoch),
                ]))
    }
}

/// Labelled batches as the trainer reads them.
struct LabelledExamples: ExampleSource {
    private let batches: [ExampleBatch]
    private let starts: [Int]
    let count: Int

    init(_ batches: [ExampleBatch]) throws {
        guard batches.allSatisfy({ $0.labels != nil }) else { throw ExampleError("the tensor `labels` is needed") }
        self.batches = batches.filter { $0.count > 0 }
        var (starts, count) = ([Int](), 0)
        for batch in self.batches {
            starts.append(count)
            count += batch.count
        }
        self.starts = starts
        self.count = count
    }

    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= index { low = middle } else { high = middle }
        }
        let (batch, row) = (batches[low], index - starts[low])
        let values = PileupEncoder.valuesPerCandidate
        guard let label = batch.labels?[row], input.count == values else {
            throw ExampleError("an example of another size than the network's input")
        }
        batch.features.withUnsafeBufferPointer { features in
            _ = input.update(
                fromContentsOf: UnsafeBufferPointer(rebasing: features[(row * values)..<((row + 1) * values)]))
        }
        target[0] = Float(label)
    }
}
