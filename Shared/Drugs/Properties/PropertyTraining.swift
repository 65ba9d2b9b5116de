import Foundation
import Hashing
import LinearAlgebra
import NeuralNetwork
import Statistics

/// Fits a ``PropertyModel`` and judges it by folds of whole scaffolds.
///
/// In every fold the weights of the kernels are chosen by the marginal likelihood of what is kept, so nothing of a held-out molecule has a
/// part in its figure. Intervals and probabilities are calibrated on the held-out scores; the model is then fitted to all molecules.
public struct PropertyTraining: Sendable {
    /// How it is done.
    public struct Options: Sendable, Hashable {
        /// Parts of the scaffolds that are held out in turn.
        public var folds = 5
        /// The seed of the sample that chooses the kernels' weights.
        public var seed: UInt64 = 1
        /// Molecules that choose the kernels' weights.
        public var sample = 1000
        /// Groups of similarity to the training with an interval each.
        public var groups = 3

        /// The defaults.
        public init() {}
    }

    private let name: String
    private let records: PropertyRecords
    private let options: Options
    private let digests: [String: String]
    private let command: String

    /// What is wrong with a training of so few molecules.
    private static let fewest = 50

    /// Takes records of a file whose digest is kept; throws where they are too few, or all of one value.
    public init(
        name: String, records: PropertyRecords, options: Options, digests: [String: String], command: String
    ) throws(DrugError) {
        (self.name, self.records, self.options) = (name, records, options)
        (self.digests, self.command) = (digests, command)
        guard records.values.count >= Self.fewest, Set(records.values).count > 1 else {
            throw DrugError(
                "\(records.values.count) molecules, or one value of all: a training takes \(Self.fewest) or more that differ"
            )
        }
    }

    /// Fits and judges; `progress` is told the steps that are done, of how many.
    public func fit(progress: (_ step: Int, _ steps: Int) throws -> Void = { _, _ in }) throws -> PropertyModel {
        var features: [MoleculeFeatures] = []
        for molecule in records.molecules { features.append(try MoleculeFeatures(molecule)) }
        let count = features.count
        let folds = try GroupedFolds(groups: records.scaffolds, count: options.folds)
        var (scores, plain, linear) = ([Double](repeating: 0, count: count), [Double](), [Double]())
        (plain, linear) = (scores, scores)
        var robust = scores
        var similarities = scores
        for fold in 0..<folds.count {
            try progress(fold, folds.count + 1)
            let (kept, held) = folds.split(fold)
            let values = kept.map { records.values[$0] }
            let (kernels, between, process) = try process(kept.map { features[$0] }, values)
            let (matrices, nearest) = kernels.matrices(held.map { features[$0] })
            // Whether measurements are so noisy that a loss pays which lets some go.
            let letting = try GaussianProcess(robustly: between, targets: values, scales: process.scales)
            for (place, score) in zip(held, try letting.predict(matrices)) { robust[place] = score }
            for (place, score) in zip(held, try process.predict(matrices)) { scores[place] = score }
            for (place, value) in zip(held, nearest) { similarities[place] = value }
            // What simpler models say: shared fragments alone, and the product of descriptors, which is ridge regression on them.
            let simpler = try [0, MoleculeKernels.count - 1].map { place in
                try GaussianProcess(
                    kernels: [between[place]], targets: values, scales: .init(weights: [1], noise: 0.1)
                ).predict([matrices[place]])
            }
            for (index, place) in held.enumerated() {
                (plain[place], linear[place]) = (simpler[0][index], simpler[1][index])
            }
        }
        try progress(folds.count, folds.count + 1)
        let (kernels, _, process) = try process(features, records.values)
        try progress(folds.count + 1, folds.count + 1)
        let isClass = records.kind == .class
        let errors = zip(scores, records.values).map { $0 - $1 }
        let interval = ConformalInterval(errors: errors, keys: similarities, groups: options.groups)
        let head = PropertyModel.Head(
            name: name, kind: records.kind, weights: process.scales.weights, mean: process.mean,
            interval: isClass ? nil : interval,
            classes: isClass ? try ClassCalibration(scores: scores, positives: records.values.map { $0 >= 0.5 }) : nil)
        var metrics = figures(
            ["model": scores, "fragments alone": plain, "ridge": linear, "by Huber's loss": robust], folds)
        metrics["molecules"] = Double(count)
        metrics["rows without use"] = Double(records.problems.count)
        metrics["noise"] = process.scales.noise
        if !isClass { metrics["coverage of 90 % intervals"] = crossCoverage(errors, similarities, folds) }
        let lineage = Lineage(
            data: digests,
            split: "fitted to all molecules; figures, intervals and probabilities from \(folds.count) folds of whole "
                + "Murcko scaffolds, the kernels' weights chosen within each",
            command: command, seed: options.seed, metrics: metrics)
        return try PropertyModel(head: head, kernels: kernels, coefficients: process.coefficients, lineage: lineage)
    }

    private func process(
        _ features: [MoleculeFeatures], _ values: [Double]
    ) throws -> (MoleculeKernels, [Matrix], GaussianProcess) {
        let kernels = MoleculeKernels(features)
        let matrices = kernels.matrices(features).kernels
        var chosen = Array(features.indices)
        if features.count > options.sample {
            var random = SplitMix64(keys: options.seed, 0xd206)
            chosen = random.permutation(features.count).prefix(options.sample).sorted()
        }
        let sampled = matrices.map { matrix in
            Matrix(
                rows: chosen.count, columns: chosen.count,
                elements: chosen.flatMap { row in
                    let own = matrix.row(row)
                    return chosen.map { own[own.startIndex + $0] }
                })
        }
        let scales = try GaussianProcess.likeliestScales(kernels: sampled, targets: chosen.map { values[$0] })
        return (kernels, matrices, try GaussianProcess(kernels: matrices, targets: values, scales: scales))
    }

    private func figures(_ models: [String: [Double]], _ folds: GroupedFolds) -> [String: Double] {
        var metrics: [String: Double] = [:]
        let isClass = records.kind == .class
        for (name, scores) in models {
            func figure(_ places: [Int]) -> Double? {
                let (own, truth) = (places.map { scores[$0] }, places.map { records.values[$0] })
                return isClass
                    ? RankedScores(scores: own.map { Float($0) }, positives: truth.map { $0 >= 0.5 }).auroc()
                    : Regression.rootMeanSquare(zip(own, truth).map { $0 - $1 })
            }
            let title = "\(name) \(isClass ? "AUROC" : "RMSE")"
            metrics[title] = figure(Array(scores.indices))
            for fold in 0..<folds.count { metrics["\(title), fold \(fold)"] = figure(folds.split(fold).held) }
        }
        return metrics
    }

    /// The share of molecules within an interval whose width the other folds say.
    private func crossCoverage(_ errors: [Double], _ keys: [Double], _ folds: GroupedFolds) -> Double {
        var covered = 0
        for fold in 0..<folds.count {
            let (kept, held) = folds.split(fold)
            let interval = ConformalInterval(
                errors: kept.map { errors[$0] }, keys: kept.map { keys[$0] }, groups: options.groups)
            covered += held.count { abs(errors[$0]) <= interval?.halfWidth(key: keys[$0]) ?? 0 }
        }
        return Double(covered) / Double(max(1, errors.count))
    }
}
