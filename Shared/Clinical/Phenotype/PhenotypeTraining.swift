import Foundation
import Genomics
import Hashing
import NeuralNetwork

/// The training of the network that weighs phenotypes, on published cases with their answers.
///
/// Annotations are curated from the papers that cases come from. While a case is looked at, those that cite one of its papers are taken
/// away, so that the network never sees the case's own description among what it is compared with; a case whose disease is not known
/// otherwise is left out.
public struct PhenotypeTraining: PreparedTraining {
    /// How the network is fitted.
    public struct Options: Sendable, Hashable {
        /// The seed of the first member.
        public var seed: UInt64 = 1
        /// Passes over the cases.
        public var epochs = 14
        /// Networks whose mean is said.
        public var members = 2
        /// Parts of the cases, each judged by networks that were fitted to the others; 0 for none.
        public var folds = 5

        /// The defaults.
        public init() {}
    }

    private let features: PhenotypeFeatures
    private let cases: [SolvedCase]
    private let options: Options
    private let command: String
    private let digests: [String: String]

    /// Cases of a gene that are used: the first ones.
    private static let casesOfGene = 12
    private static let fewestTerms = 3

    /// Reads cases; throws where a line is none, or none is of a known gene.
    public init(
        cases path: String, knowledge: PhenotypeKnowledge, options: Options, command: String
    ) throws {
        features = PhenotypeFeatures(knowledge: knowledge)
        self.options = options
        self.command = command
        digests = [URL(fileURLWithPath: path).lastPathComponent: try SHA256Digest.hexadecimal(ofFile: path)]
        let genes = Set(knowledge.genes)
        var ofGene: [String: Int] = [:]
        cases = try SolvedCase.read(path).filter { solved in
            guard genes.contains(solved.gene), solved.person.present.count >= Self.fewestTerms else { return false }
            ofGene[solved.gene, default: 0] += 1
            return ofGene[solved.gene, default: 0] <= Self.casesOfGene
        }
        guard !cases.isEmpty else {
            throw GenomicsError(
                .malformed, "has no case of a known gene with \(Self.fewestTerms) terms or more", file: path)
        }
    }

    /// What the data hold, in a sentence.
    public var summary: String {
        "\(cases.count) cases of \(Set(cases.map(\.gene)).count) genes and \(Set(cases.flatMap(\.papers)).count) papers"
    }

    /// Judges by folds, if that is asked for, and fits to all cases.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        var metrics: [String: Double] = ["training.cases": Double(cases.count)]
        if options.folds > 1 {
            let figures = try folded(session)
            for (name, value) in figures { metrics[name] = value }
        }
        let network = try joined(cases, session)
        return ModelPackage(
            network, featureVersion: PhenotypeFeatures.version, labels: PhenotypeModel.labels,
            lineage: Lineage(
                data: digests,
                split: options.folds > 1
                    ? "fitted to all cases; figures of \(options.folds) folds that keep papers and genes whole"
                    : "fitted to all cases; nothing held out",
                command: command, seed: options.seed, options: trainingOptions(options.seed, workers: 1),
                metrics: metrics))
    }

    private func trainingOptions(_ seed: UInt64, workers: Int) -> TrainingOptions {
        var training = TrainingOptions()
        training.epochs = options.epochs
        training.batchSize = 32
        training.shardSize = 16
        training.learningRate = 4e-3
        training.optimizer = .adamW(weightDecay: 1e-2)
        training.loss = .softmaxCrossEntropy()
        training.clipNorm = 1
        training.averageDecay = 0.99
        training.workers = workers
        training.seed = seed
        return training
    }

    private func joined(_ cases: [SolvedCase], _ session: TrainingSession) throws -> Network {
        var members: [Network] = []
        let examples = PhenotypeExamples(cases, features, seed: options.seed)
        for member in 0..<options.members {
            let seed = options.seed &+ UInt64(member)
            let network = try PhenotypeModel.network(seed: seed)
            _ = try Trainer(network, options: trainingOptions(seed, workers: session.workers)).fit(
                examples, progress: { try session.progress?($0) })
            members.append(network)
        }
        return try PhenotypeModel.joined(members)
    }

    // MARK: Folds

    private func folded(_ session: TrainingSession) throws -> [String: Double] {
        let folds = CaseFolds(cases, count: options.folds, seed: options.seed)
        var (learned, ratio) = (RankFigures(), RankFigures())
        for fold in 0..<options.folds {
            let package = ModelPackage(
                try joined(folds.cases(outside: fold), session), featureVersion: PhenotypeFeatures.version,
                labels: PhenotypeModel.labels)
            let model = try PhenotypeModel(package)
            for solved in folds.cases(of: fold) {
                let ranks = HeldOutRanks(solved, features, model)
                guard let ranks else { continue }
                learned.add(ranks.learned, gene: solved.gene)
                ratio.add(ranks.ratio, gene: solved.gene)
            }
        }
        var figures: [String: Double] = [:]
        for (name, own) in [("learned", learned), ("ratio", ratio)] {
            figures["folds.\(name).first"] = own.share(within: 1)
            figures["folds.\(name).inTen"] = own.share(within: 10)
        }
        figures["folds.cases"] = Double(learned.count)
        return figures
    }
}
