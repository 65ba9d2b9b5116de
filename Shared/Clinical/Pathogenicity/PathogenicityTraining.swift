import Foundation
import Genomics
import Hashing
import NeuralNetwork

/// The training of the network that classifies variants, on classes that ClinVar's submitters and ClinGen's panels gave.
///
/// Folds keep genes whole: every figure and the calibration are of scores by networks that saw no variant of the gene. Beside the network
/// a logistic regression reads the same numbers of the same variants.
public struct PathogenicityTraining: PreparedTraining {
    /// How the network is fitted.
    public struct Options: Sendable, Hashable {
        /// The seed of the folds and of the first member.
        public var seed: UInt64 = 1
        /// Passes over the variants.
        public var epochs = 10
        /// Networks whose mean is said.
        public var members = 4
        /// Parts of the genes, each judged by networks that were fitted to the others.
        public var folds = 7

        /// The defaults.
        public init() {}
    }

    private let variants: [LabelledVariant]
    private let features: PathogenicityFeatures
    private let options: Options
    private let command: String
    private let digests: [String: String]

    /// Reads tables of ClinVar alleles and of expert panels; throws where one is none, or there are too few genes for the folds.
    public init(
        clinVar: [String], panels: [String], constraint: GeneConstraint, options: Options, command: String
    ) throws {
        self.options = options
        self.command = command
        features = PathogenicityFeatures(constraint: constraint)
        var (variants, digests) = ([LabelledVariant](), [String: String]())
        for path in clinVar { variants += try LabelledVariant.clinVar(path: path) }
        for path in panels { variants += try LabelledVariant.panels(path: path) }
        for path in clinVar + panels {
            digests[URL(fileURLWithPath: path).lastPathComponent] = try SHA256Digest.hexadecimal(ofFile: path)
        }
        self.variants = variants
        self.digests = digests
        let known = variants.filter { $0.input.frequency != .notLookedUp }
        guard Set(known.map(\.input.gene)).count > options.folds, Set(known.map(\.isPathogenic)).count == 2 else {
            throw GenomicsError(
                .malformed,
                "has too few variants with frequencies: both classes, and more genes than the \(options.folds) folds",
                file: clinVar.first)
        }
        let genes = Set(variants.map(\.input.gene)).count
        guard options.folds > 1, genes >= 2 * options.folds else {
            throw GenomicsError(
                .malformed,
                "\(genes) genes with clear classes are too few for \(options.folds) folds of whole genes",
                file: (clinVar + panels).first)
        }
    }

    /// What the data hold, in a sentence.
    public var summary: String {
        LabelledVariant.Source.allCases.map { source in
            let own = variants.filter { $0.source == source }
            let missense = own.filter { $0.input.kind == .missense }
            return "\(source.rawValue): \(own.count) variants of \(Set(own.map(\.input.gene)).count) genes, "
                + "\(own.count { $0.isPathogenic }) pathogenic; \(missense.count) missense, "
                + "\(missense.count { $0.isPathogenic }) pathogenic"
        }.joined(separator: "\n")
    }

    /// Judges by folds, calibrates on their scores, and fits to all variants.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        let fitting = PathogenicityFitting(variants, features, options, session)
        let judged = try folded(fitting)
        let missense = variants.indices.filter { variants[$0].input.kind == .missense }
        guard
            let likelihood = LocalLikelihood(
                scores: missense.map { Double(judged.network[$0][0]) },
                positives: missense.map { variants[$0].isPathogenic }, seed: options.seed)
        else {
            throw NeuralNetworkError(
                .invalidOptions,
                "\(missense.count) missense variants with clear classes are too few to calibrate their scores",
                place: "variants")
        }
        var package = ModelPackage(
            try fitting.fit(Array(variants.indices)).network, featureVersion: PathogenicityFeatures.version,
            labels: PathogenicityNetwork.labels,
            lineage: Lineage(
                data: digests,
                split: "fitted to all variants; figures and calibration of \(options.folds) folds that keep genes "
                    + "whole",
                command: command, seed: options.seed,
                options: PathogenicityFitting.training(options, seed: options.seed, workers: 1),
                metrics: PathogenicityFigures(variants, judged, seed: options.seed).metrics))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let held = PathogenicityModel.Options(likelihood: likelihood, baseline: baseline(missense))
        package.taskOptions = String(decoding: try encoder.encode(held), as: UTF8.self)
        return package
    }

    /// The mean missense variant, of a frequency that nobody looked up.
    private func baseline(_ missense: [Int]) -> [Float] {
        var sums = Array(repeating: 0.0, count: PathogenicityFeatures.variant)
        for index in missense {
            var row: [Float] = []
            features.write(variants[index].input, into: &row)
            for (place, value) in row.enumerated() { sums[place] += Double(value) }
        }
        return sums.map { Float($0 / Double(max(1, missense.count))) }
            + Array(repeating: 0, count: PathogenicityFeatures.frequency)
    }

    // MARK: Folds

    /// Scores of variants by models that saw none of their genes, without and with frequency.
    struct Judged {
        var network: [[Float]]
        var regression: [[Float]]
        var stacked: [[Float]]
        var fold: [Int]
    }

    private func folded(_ fitting: PathogenicityFitting) throws -> Judged {
        let folds = folds()
        let none = Array(repeating: [Float.nan, Float.nan], count: variants.count)
        var judged = Judged(network: none, regression: none, stacked: none, fold: folds)
        for fold in 0..<options.folds {
            let fitted = try fitting.fit(variants.indices.filter { folds[$0] != fold })
            let model = try InferenceModel(fitted.network)
            for index in variants.indices where folds[index] == fold {
                let row = fitting.rows[index]
                judged.network[index] = model.predict(row, count: 1).map { $0 / Float(options.members) }
                let change = fitted.regressions[0].logOdds(of: row)
                judged.regression[index] = [change, fitted.regressions[1].logOdds(of: row)]
                judged.stacked[index] = [
                    change, fitted.stacked.logOdds(of: [change] + row.suffix(PathogenicityFeatures.frequency)),
                ]
            }
        }
        return judged
    }

    /// The fold of each variant: genes of each source are dealt out by the seed; a gene of both sources is in one fold.
    private func folds() -> [Int] {
        var fold: [String: Int] = [:]
        for (number, source) in LabelledVariant.Source.allCases.enumerated() {
            let genes = Set(variants.filter { $0.source == source }.map(\.input.gene)).subtracting(fold.keys).sorted()
            var random = SplitMix64(keys: options.seed, 0xf01d, UInt64(number))
            for (place, gene) in random.permutation(genes.count).enumerated() {
                fold[genes[gene]] = place % options.folds
            }
        }
        return variants.map { fold[$0.input.gene] ?? 0 }
    }
}
