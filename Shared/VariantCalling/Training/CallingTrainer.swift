import Foundation
import Genomics
import NeuralNetwork

/// Fits the calling network to labelled examples.
///
/// The same examples and seed give the same package for any number of workers and of processes, on any processor.
public struct CallingTrainer: PreparedTraining {
    /// What is asked for.
    public struct Settings: Sendable {
        /// The seed of weights, order and split.
        public var seed: UInt64
        /// Passes over the examples.
        public var epochs: Int
        /// Digests of the data, by file.
        public var dataDigests: [String: String]
        /// The command that made the data set.
        public var command: String
        /// How the data was divided, in a sentence.
        public var split: String

        /// Makes settings.
        public init(
            seed: UInt64, epochs: Int, dataDigests: [String: String], command: String, split: String
        ) {
            self.seed = seed
            self.epochs = epochs
            self.dataDigests = dataDigests
            self.command = command
            self.split = split
        }
    }

    private let settings: Settings
    private let training: FileExamples
    private let validation: FileExamples

    /// Makes a trainer on shards, the files of labelled ``ExampleBatch``es in their order.
    public init(_ settings: Settings, shards: [SafetensorsFile]) throws {
        self.settings = settings
        for shard in shards where shard.metadata["feature_version"] != PileupEncoder.featureVersion {
            throw ExampleError("\(shard.path) has features of another version than \(PileupEncoder.featureVersion)")
        }
        func examples(_ shards: some Sequence<SafetensorsFile>) throws -> FileExamples {
            try FileExamples(files: Array(shards), inputs: "features", targets: "labels")
        }
        let fitting = shards.filter { !$0.isForValidation }
        let held = try examples(shards.filter(\.isForValidation))
        // A set too small to hold a validating window validates on its last batch.
        let isSmall = held.count == 0 && fitting.count > 1
        training = try examples(isSmall ? fitting.dropLast() : fitting)
        validation = isSmall ? try examples(fitting.suffix(1)) : held
    }

    /// Fits a network to the training examples, keeps the epoch with the lowest loss on the others, and calibrates on them.
    ///
    /// Blocks its thread for minutes.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        let network = try Network(CallingNetwork.architecture, seed: settings.seed)
        var options = TrainingOptions()
        options.epochs = settings.epochs
        options.batchSize = 128
        options.learningRate = 1e-3
        options.clipNorm = 1
        options.seed = settings.seed
        options.optimizer = .adamW(weightDecay: 1e-4)
        options.loss = .softmaxCrossEntropy(labelSmoothing: 0.0002)
        options.averageDecay = 0.995
        var running = options
        running.workers = session.workers
        let report = try Trainer(network, options: running).fit(training, validation: validation, in: session)

        let model = try InferenceModel(network)
        let (logits, targets) = try model.evaluate(validation, workers: session.workers)
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
                ], inputs: try training.statistics(features: PileupEncoder.channels), curve: report.curve))
    }
}
