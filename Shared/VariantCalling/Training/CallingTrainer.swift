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
    /// The training examples by what they were read by and how deep, where that is known of all.
    private let kinds: [String: FileExamples]
    /// Whether inputs are distributed as a sequencer's are: what traffic is compared with by experiments.
    private let isNatural: Bool
    private let validation: FileExamples
    /// What each validating example was read by and how deep; empty where it is not known of all.
    private let validationKinds: [String]

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
        let fitted = isSmall ? Array(fitting.dropLast()) : fitting
        training = try examples(fitted)
        let named = Dictionary(grouping: fitted) { $0.metadata["sequencing"] ?? "" }
        kinds =
            named.keys.contains("") || named.count > Self.mostKinds
            ? [:] : try named.mapValues { try examples($0) }.filter { $0.value.count > 0 }
        isNatural = fitted.allSatisfy { $0.metadata[ExampleBatch.drawKey] == nil }
        validation = isSmall ? try examples(fitting.suffix(1)) : held
        let validating = isSmall ? Array(fitting.suffix(1)) : shards.filter(\.isForValidation)
        validationKinds =
            named.keys.contains("")
            ? []
            : try validating.flatMap { shard in
                Array(repeating: shard.metadata["sequencing"] ?? "", count: try examples([shard]).count)
            }
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
        let loss = Loss.softmaxCrossEntropy(labelSmoothing: 0.0002)
        let heads = [CallingNetwork.first, CallingNetwork.second]
        options.losses = Dictionary(uniqueKeysWithValues: heads.map { ($0, loss) })
        options.averageDecay = 0.995
        var running = options
        running.workers = session.workers
        let validation = RepeatedTarget(source: validation, times: heads.count)
        let held = try HeldExamples(
            Array(0..<validation.count), of: validation, groups: try self.validation.groups(), options: options,
            architecture: CallingNetwork.architecture)
        let report = try Trainer(network, options: running).fit(
            RepeatedTarget(source: training, times: heads.count),
            validation: ChosenExamples(source: validation, indices: held.choosing), in: session)

        let classes = CallingModel.labels.count
        let trained = ModelPackage(
            network, featureVersion: PileupEncoder.featureVersion, labels: CallingModel.packageLabels)
        var calibrations: [String: Calibration] = [:]
        let judging = held.judging.isEmpty ? held.choosing : held.judging
        var figures: [String: ClassificationMetrics] = [:]
        for head in heads {
            let model = try InferenceModel(trained, head: head)
            func outputs(_ indices: [Int]) throws -> (logits: [Float], labels: [Int]) {
                let (logits, targets) = try model.evaluate(
                    self.validation, indices: indices, workers: session.workers)
                return (logits, targets.map { Int($0) })
            }
            var calibration = Calibration()
            if !held.calibrating.isEmpty {
                let (logits, labels) = try outputs(held.calibrating)
                calibration = Calibration(fitting: logits, labels: labels, classes: classes)
            }
            calibrations[head] = calibration
            let (logits, labels) = try outputs(judging)
            figures[head] = ClassificationMetrics(
                probabilities: try calibration.probabilities(logits, classes: classes), labels: labels, classes: classes
            )
        }
        var metrics = [
            "training.examples": Double(training.count), "choosing.examples": Double(held.choosing.count),
            "calibration.examples": Double(held.calibrating.count), "validation.examples": Double(judging.count),
            "best-epoch": Double(report.bestEpoch),
        ]
        for (head, figures) in figures {
            metrics["validation.\(head).accuracy"] = figures.accuracy
            metrics["validation.\(head).cross-entropy"] = figures.crossEntropy
        }
        // The epoch was chosen by these examples otherwise, and so by how well they fit its probabilities.
        for (head, figures) in figures where !held.judging.isEmpty {
            metrics["validation.\(head).calibration-error"] = figures.calibrationError
        }
        let kinds = isNatural ? try self.kinds.mapValues(pictureStatistics) : [:]
        var package = ModelPackage(
            network, featureVersion: PileupEncoder.featureVersion, labels: CallingModel.packageLabels,
            lineage: Lineage(
                data: settings.dataDigests,
                split: SimulatedTrainingSet.splitDescription
                    + (held.reason.map { "; nothing is calibrated: \($0)" } ?? ""),
                command: settings.command, seed: settings.seed, options: options, metrics: metrics,
                inputs: isNatural ? try pictureStatistics(of: training) : nil, inputKinds: kinds.isEmpty ? nil : kinds,
                curve: report.curve))
        package.calibrations = calibrations
        package.taskOptions = try pileups.document
        package.lineage.reliability = try reliability(of: package, on: held.judging, workers: session.workers)
        return package
    }

    /// How often what both networks together say is so on validating examples, by kind of reads; nil where the kinds are not known.
    func reliability(
        of package: ModelPackage, on judging: [Int], workers: Int
    ) throws -> [String: ReliabilityDiagram]? {
        guard !judging.isEmpty, !validationKinds.isEmpty else { return nil }
        var labels: [Int] = []
        func probabilities(_ head: String) throws -> [Float] {
            let (logits, targets) = try InferenceModel(package, head: head)
                .evaluate(validation, indices: judging, workers: workers)
            labels = targets.map { Int($0) }
            return try (package.calibrations[head] ?? Calibration())
                .probabilities(logits, classes: CallingModel.labels.count)
        }
        let (first, second) = (try probabilities(CallingNetwork.first), try probabilities(CallingNetwork.second))
        return HeldOutReliability(
            first: first, second: second, labels: labels,
            kinds: judging.map { HeldOutReliability.kind(validationKinds[$0]) }
        ).diagrams
    }

    /// More kinds than instruments and depths of any design would fill a package with counts.
    private static let mostKinds = 64

    /// How the pictures of examples are distributed.
    private func pictureStatistics(of examples: FileExamples) throws -> InputStatistics {
        var statistics = InputStatistics(features: PileupEncoder.channels)
        var values = [Float](repeating: 0, count: CandidateEncoder.valuesPerCandidate)
        var target: [Float] = [0]
        for index in 0..<examples.count {
            try values.withUnsafeMutableBufferPointer { values in
                try target.withUnsafeMutableBufferPointer { try examples.fill(index, into: values, target: $0) }
            }
            statistics.add(Array(values[..<PileupEncoder.valuesPerCandidate]), count: 1)
        }
        return statistics
    }
}

/// Examples whose one target is that of every head.
private struct RepeatedTarget: ExampleSource {
    let source: FileExamples
    let times: Int

    var count: Int { source.count }

    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        try source.fill(index, into: input, target: UnsafeMutableBufferPointer(rebasing: target[..<1]))
        repeatFirst(target)
    }

    func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        try source.fillTarget(index, into: UnsafeMutableBufferPointer(rebasing: target[..<1]), inputCount: inputCount)
        repeatFirst(target)
    }

    private func repeatFirst(_ target: UnsafeMutableBufferPointer<Float>) {
        for place in 1..<times { target[place] = target[0] }
    }

    func prefetch(_ indices: ArraySlice<Int>) { source.prefetch(indices) }
    func place(of index: Int) -> String { source.place(of: index) }
}
