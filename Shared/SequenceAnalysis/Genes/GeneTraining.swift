import Foundation
import Hashing
import NeuralNetwork
import Tasks

/// The training of the network that judges genes, on one half of a genome whose genes are known.
///
/// The genome's statistics are learned from itself, as when genes are predicted, without a look at the annotation.
public struct GeneTraining: PreparedTraining {
    /// How the network is fitted.
    public struct Options: Sendable, Hashable {
        /// The half to train on.
        public var half = GenomeHalf.first
        /// The seed of the first member.
        public var seed: UInt64 = 1
        /// Passes over the examples.
        public var epochs = 20
        /// Networks whose mean is said.
        public var members = 4

        /// The defaults.
        public init() {}
    }

    private let options: Options
    private let examples: GeneExamples
    private let statistics: GenomeStatistics
    private let digests: [String: String]
    private let command: String
    private let reference: String
    private let known: KnownGenes

    /// Reads a genome and its genes; throws where they are not what they should be.
    public init(reference: String, genes: String, options: Options, command: String) throws {
        self.options = options
        self.command = command
        self.reference = reference
        let known = try KnownGenes(path: genes)
        self.known = known
        let contigs = try GenomeContigs(path: reference)
        let readings = try contigs.all().map {
            ($0.name, GenomeReadings(letters: $0.letters, openEnds: true), $0.letters)
        }
        guard let statistics = SelfTraining(readings.map { $0.1 }).statistics() else {
            throw TaskError("\(reference) is too small to learn a genome's statistics from")
        }
        self.statistics = statistics
        var examples = GeneExamples()
        for (name, readings, letters) in readings {
            let part = options.half.range(of: readings.count)
            let genes = known.sorted(of: name, letters: letters)
            examples.add(readings, statistics, in: part, known: genes)
            examples.addPieces(of: letters, statistics, in: part, known: genes)
        }
        let positive = examples.targets.enumerated().count { $0 % 2 == 1 && $1 == 1 }
        guard positive >= 100 else {
            throw TaskError(
                "only \(positive) genes of \(genes) are found in this half of \(reference): are they of one genome?")
        }
        self.examples = examples
        digests = [
            Self.name(reference): try SHA256Digest.hexadecimal(ofFile: reference),
            Self.name(genes): try SHA256Digest.hexadecimal(ofFile: genes),
        ]
    }

    private static func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

    /// What the data hold, in a sentence.
    public var summary: String { "\(examples.count) candidates in the \(options.half.rawValue) half" }

    /// The network: what is said in numbers and the bases around the start, side by side.
    private static let architecture = Architecture(
        inputs: GeneModel.inputs,
        layers: [
            .parallel([
                .init([.linear(outputs: 48), .gelu], input: "features"),
                .init(
                    [
                        .conv1d(filters: 16, kernel: 8), .relu, .dropout(rate: 0.3), .flatten, .linear(outputs: 12),
                        .gelu,
                    ], input: "start"),
            ]),
            .dropout(rate: 0.25), .linear(outputs: 32), .gelu, .linear(outputs: GeneModel.labels.count),
        ])

    /// Trains and packs the network, without the statistics.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        var training = TrainingOptions()
        training.epochs = options.epochs
        training.batchSize = 256
        training.learningRate = 2e-3
        training.loss = .binaryCrossEntropy()
        training.workers = session.workers
        var members: [Network] = []
        for member in 0..<options.members {
            training.seed = options.seed &+ UInt64(member)
            let network = try Network(Self.architecture, seed: training.seed)
            _ = try Trainer(network, options: training).fit(
                examples,
                progress: { progress in
                    var progress = progress
                    progress.step += member * progress.steps
                    progress.steps *= options.members
                    try session.progress?(progress)
                })
            members.append(network)
        }
        let (architecture, weights) = try Ensemble.join(members)
        training.seed = options.seed
        training.workers = 1
        var package = try ModelPackage(
            Network(architecture, seed: 0), featureVersion: GeneCandidates.version, labels: GeneModel.labels,
            lineage: Lineage(
                data: digests,
                split: "trained on the \(options.half.rawValue) half of each contig, the other is held out",
                command: command, seed: options.seed, options: training,
                metrics: ["training.examples": Double(examples.count)]))
        package.weights = weights
        return package
    }

    /// The model of a package that ``fit(_:)`` made, with the figures of the half that it was not fitted to in its lineage.
    public func judged(_ package: ModelPackage, workers: Int) async throws -> GeneModel {
        var finder = try GeneFinder(GeneModel(package, statistics), workers: workers)
        let contigs = try GenomeContigs(path: reference).all()
        try await finder.learn(from: contigs.map(\.letters))
        var comparison = GeneComparison()
        for contig in contigs {
            let unseen = (options.half == .first ? GenomeHalf.second : .first).range(of: contig.letters.count)
            let genes = try await finder.genes(of: contig.name, letters: contig.letters)
            comparison.add(
                genes.map { .init(contig: $0.contig, range: $0.range, isReverse: $0.isReverse, name: "") },
                known: known.sorted(of: contig.name, letters: contig.letters), where: unseen.contains)
        }
        var package = package
        package.lineage.metrics["test.genes"] = Double(comparison.known)
        package.lineage.metrics["test.sensitivity"] = comparison.sensitivity
        package.lineage.metrics["test.precision"] = comparison.precision
        package.lineage.metrics["test.strictPrecision"] = comparison.strictPrecision
        package.lineage.metrics["test.exactSensitivity"] = comparison.exactSensitivity
        return try GeneModel(package, statistics)
    }
}
