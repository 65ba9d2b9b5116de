import Foundation
import Genomics
import LinearAlgebra
import NeuralNetwork
import Tasks

/// Fits levels of genes under conditions: a kernel regression (the posterior mean of a Gaussian process) of the samples' scores on the
/// principal components of expression.
///
/// Each gene's deviation from its mean is a sum over components (what PRECISE calls iModulons are such, rotated; Sastry and others 2019),
/// and each component is a function of the condition. As a network it is two linear layers on the likeness to the known samples.
struct ConditionFitting: Sendable {
    private let genes: [String]
    /// A row a sample, a column a gene.
    private let levels: Matrix
    private let records: [ExpressionRecord]

    /// Compared on all five folds, so that the figures of this model flatter a little.
    static let gamma = 0.05
    static let penalty = 0.1
    static let components = 40

    /// Reads the levels of the data's samples; throws where a sample has none.
    init(_ data: ExpressionDataSet, folder: String) throws {
        let path = "\(folder)/\(ExpressionDataSet.files(.ecoli).companions["levels"] ?? "")"
        let table = try TableFile(path: path)
        let samples = try TableFile(path: "\(folder)/\(ExpressionDataSet.files(.ecoli).table)")
        let name = try samples.place(of: "Sample ID")
        var places: [Int] = []
        while let record = try samples.nextWhole() { places.append(try table.place(of: record.fields[name])) }
        guard places.count == data.records.count else {
            throw TaskError("some of the \(places.count) samples cannot be used: mend their table first")
        }
        var (genes, rows) = ([String](), [[Double]]())
        while let record = try table.nextWhole() {
            genes.append(record.fields[0])
            rows.append(
                try places.map { place in
                    guard let level = Double(record.fields[place]), level.isFinite else {
                        throw GenomicsError(
                            .malformed, "line \(record.line): \"\(record.fields[place])\" is no level", file: path,
                            record: record.number + 1)
                    }
                    return level
                })
        }
        self.genes = genes
        levels = Matrix(rows).transposed
        records = data.records
    }

    /// What was fitted to some samples: weights by which their likeness gives the components, and the components.
    private struct Fitted {
        var conditions: KnownConditions
        /// Samples × components.
        var weights: Matrix
        /// Genes × components.
        var components: Matrix
        var means: [Double]

        /// The predicted levels of records, a row each.
        func levels(_ records: [ExpressionRecord]) throws -> Matrix {
            let likeness = Matrix(records.map { conditions.likeness(to: $0).map(Double.init) })
            return try likeness.times(weights).times(components, otherTransposed: true).subtracting(means.map { -$0 })
        }
    }

    private func fit(_ kept: [Int]) throws -> Fitted {
        let own = kept.map { records[$0] }
        let conditions = KnownConditions(own, gamma: Self.gamma)
        let all = levels.selecting(rows: kept)
        let means = all.columnMeans
        let centered = all.subtracting(means)
        var gram = Matrix(rows: kept.count, columns: kept.count)
        try gram.addOuterProduct(of: centered)
        gram.mirrorUpper()
        let parts = try PrincipalComponents(gram: gram, count: min(Self.components, kept.count - 1))
        // Right vectors of length 1: the genes' parts of each component.
        var components = try centered.times(parts.vectors, transposed: true)
        for column in 0..<components.columns {
            let length = max(1e-9, parts.eigenvalues[column]).squareRoot()
            for row in 0..<components.rows { components[row, column] /= length }
        }
        var kernel = Matrix(own.map { conditions.likeness(to: $0).map(Double.init) })
        for index in 0..<kernel.rows { kernel[index, index] += Self.penalty }
        let weights = try Cholesky(kernel).solve(try centered.times(components))
        return Fitted(conditions: conditions, weights: weights, components: components, means: means)
    }

    /// Judges by the folds of growth conditions, and packs a fit to all samples.
    func package(_ data: ExpressionDataSet, command: String, seed: UInt64) throws -> ModelPackage {
        let folds = Set(data.folds.filter { $0 >= 0 }).sorted()
        var predicted = Matrix(rows: levels.rows, columns: levels.columns)
        var metrics: [String: Double] = [
            "training.examples": Double(records.count), "training.genes": Double(genes.count),
        ]
        var (all, truth) = ([Float](), [Float]())
        for fold in folds {
            let kept = records.indices.filter { data.folds[$0] != fold }
            let out = records.indices.filter { data.folds[$0] == fold }
            let fitted = try fit(kept)
            let own = try fitted.levels(out.map { records[$0] })
            var (deviations, trueDeviations) = ([Float](), [Float]())
            for (row, sample) in out.enumerated() {
                for gene in genes.indices {
                    predicted[sample, gene] = own[row, gene]
                    deviations.append(Float(own[row, gene] - fitted.means[gene]))
                    trueDeviations.append(Float(levels[sample, gene] - fitted.means[gene]))
                }
            }
            let pairs = PairedNumbers(predictions: deviations, targets: trueDeviations)
            metrics["fold.\(fold).deviation.pearson"] = pairs.pearson()
            metrics["fold.\(fold).deviation.r2"] = pairs.rSquared()
            metrics["fold.\(fold).examples"] = Double(out.count)
            all += deviations
            truth += trueDeviations
        }
        let pairs = PairedNumbers(predictions: all, targets: truth)
        metrics["validation.deviation.pearson"] = pairs.pearson()
        metrics["validation.deviation.r2"] = pairs.rSquared()
        return try pack(try fit(Array(records.indices)), predicted, metrics, data, command: command, seed: seed)
    }

    private func pack(
        _ fitted: Fitted, _ predicted: Matrix, _ metrics: [String: Double], _ data: ExpressionDataSet, command: String,
        seed: UInt64
    ) throws -> ModelPackage {
        let width = fitted.weights.columns
        let network = try Network(
            Architecture(
                inputs: [InputSpecification(name: "likeness", shape: [fitted.conditions.count])],
                layers: [.linear(outputs: width, bias: false), .linear(outputs: genes.count)]), seed: 0)
        try network.load(
            fitted.weights.transposed.elements.map { Float($0) } + fitted.components.elements.map { Float($0) }
                + fitted.means.map { Float($0) })
        let intervals = genes.indices.map { gene in
            PredictionInterval(
                predictions: (0..<levels.rows).map { Float(predicted[$0, gene]) },
                targets: (0..<levels.rows).map { Float(levels[$0, gene]) }, groups: 1)
        }
        var package = ModelPackage(
            network, featureVersion: ExpressionRecord.featureVersion, labels: genes,
            lineage: Lineage(
                data: data.digests,
                split:
                    "\(Set(data.folds).count) folds of whole growth conditions give the figures and the intervals; fitted to all",
                command: command, seed: seed, options: Self.regression, metrics: metrics))
        package.taskOptions = try ExpressionOptions(
            kind: .ecoli, means: [], deviations: [], conditions: fitted.conditions, intervals: intervals
        ).encode()
        return package
    }

    /// What the lineage says of outputs: that they are numbers.
    private static var regression: TrainingOptions {
        var options = TrainingOptions()
        options.loss = .meanSquaredError
        return options
    }
}
