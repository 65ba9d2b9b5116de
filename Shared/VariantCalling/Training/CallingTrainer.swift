import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// Fits the calling network to labelled examples.
///
/// The same examples and seed give the same package for any number of workers and of processes, on any processor.
public struct CallingTrainer: PreparedTraining {
    private let settings: TaskTraining
    private let pileups: PileupOptions
    private let training: FileExamples
    private let validation: FileExamples

    /// Makes a trainer on shards, the files of labelled ``ExampleBatch``es in their order.
    public init(_ settings: TaskTraining, shards: [SafetensorsFile]) throws {
        self.settings = settings
        for shard in shards where shard.metadata["feature_version"] != PileupEncoder.featureVersion {
            throw ExampleError("\(shard.path) has features of another version than \(PileupEncoder.featureVersion)")
        }
        func examples(_ shards: some Sequence<SafetensorsFile>) throws -> FileExamples {
            try FileExamples(files: Array(shards), inputs: "features", targets: "labels")
        }
        let thresholds = Set(shards.map { $0.metadata[PileupOptions.key] })
        guard thresholds.count <= 1 else {
            throw ExampleError("the shards have pileups of several thresholds: make all of them alike")
        }
        pileups = try PileupOptions(document: thresholds.first ?? nil)
        let fitting = shards.filter { !$0.isForValidation }
        let held = try examples(shards.filter(\.isForValidation))
        // A set too small to hold a validating window validates on its last batch.
        let isSmall = held.count == 0 && fitting.count > 1
        training = try examples(isSmall ? fitting.dropLast() : fitting)
        validation = isSmall ? try examples(fitting.suffix(1)) : held
    }

    /// Fits a network to the training examples and keeps the epoch with the lowest loss on half of the others; a quarter of them
    /// calibrates and a quarter gives the figures, stretches of the genome whole.
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
        let held = try HeldExamples(
            Array(0..<validation.count), of: validation, groups: validation.groups(), options: options,
            architecture: CallingNetwork.architecture)
        let report = try Trainer(network, options: running).fit(
            training, validation: ChosenExamples(source: validation, indices: held.choosing), in: session)

        let classes = CallingModel.labels.count
        let model = try InferenceModel(network)
        func outputs(_ indices: [Int]) throws -> (logits: [Float], labels: [Int]) {
            let (logits, targets) = try model.evaluate(validation, indices: indices, workers: session.workers)
            return (logits, targets.map { Int($0) })
        }
        var calibration = Calibration()
        if !held.calibrating.isEmpty {
            let (logits, labels) = try outputs(held.calibrating)
            calibration = Calibration(fitting: logits, labels: labels, classes: classes)
        }
        let judging = held.judging.isEmpty ? held.choosing : held.judging
        let (logits, labels) = try outputs(judging)
        let figures = ClassificationMetrics(
            probabilities: try calibration.probabilities(logits, classes: classes), labels: labels, classes: classes)
        var metrics = [
            "training.examples": Double(training.count), "choosing.examples": Double(held.choosing.count),
            "calibration.examples": Double(held.calibrating.count), "validation.examples": Double(judging.count),
            "validation.accuracy": figures.accuracy, "validation.cross-entropy": figures.crossEntropy,
            "best-epoch": Double(report.bestEpoch),
        ]
        // The epoch was chosen by these examples otherwise, and so by how well they fit its probabilities.
        if !held.judging.isEmpty { metrics["validation.calibration-error"] = figures.calibrationError }
        var package = ModelPackage(
            network, featureVersion: PileupEncoder.featureVersion, labels: CallingModel.labels,
            calibration: calibration,
            lineage: Lineage(
                data: settings.dataDigests,
                split: SimulatedTrainingSet.splitDescription
                    + (held.reason.map { "; nothing is calibrated: \($0)" } ?? ""),
                command: settings.command, seed: settings.seed, options: options, metrics: metrics,
                inputs: try training.statistics(features: PileupEncoder.channels), curve: report.curve))
        package.taskOptions = try pileups.document
        return package
    }
}
