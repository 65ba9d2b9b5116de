import DecisionTrees
import Foundation
import Genomics
import LinearAlgebra
import NeuralNetwork
import Tasks

/// Fits levels of genes under conditions: the mean of a kernel regression (the posterior mean of a Gaussian process) and a random forest,
/// both of the samples' scores on the principal components of expression.
///
/// Each gene's deviation from its mean is a sum over components (what PRECISE calls iModulons are such, rotated; Sastry and others 2019),
/// and each component is a function of the condition. Both say a weighted sum of the known samples, so as a network they are two linear
/// layers on the likeness to these and their weights in the forest. A gene that the strain lacks has the level that such genes have.
struct ConditionFitting: Sendable {
    private let genes: [String]
    /// Their names in small letters, by which strains say what they lack.
    private let symbols: [String]
    /// A row a sample, a column a gene.
    private let levels: Matrix
    private let records: [ExpressionRecord]
    private let options: ExpressionTraining.Options

    /// Compared on all five folds, so that the figures of this model flatter a little.
    static let gamma = 0.035
    static let penalty = 0.1
    static let components = 60
    static let forest = {
        var options = RandomForest.Options()
        options.leastRows = 1
        return options
    }()
    /// Of the components, those that the forest makes alike.
    static let forestComponents = 30

    /// Reads the levels of the data's samples; throws where a sample has none.
    init(_ data: ExpressionDataSet, folder: String, options: ExpressionTraining.Options) throws {
        self.options = options
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
        symbols = try Self.symbols(of: genes, folder: folder)
        levels = Matrix(rows).transposed
        records = data.records
    }

    private static func symbols(of genes: [String], folder: String) throws -> [String] {
        let table = try TableFile(path: "\(folder)/\(ExpressionDataSet.files(.ecoli).companions["genes"] ?? "")")
        let name = try table.place(of: "gene_name")
        var names: [String: String] = [:]
        while let record = try table.nextWhole() { names[record.fields[0]] = record.fields[name].lowercased() }
        return genes.map { names[$0] ?? "" }
    }

    /// What was fitted to some samples: weights by which inputs give the components, and the components.
    private struct Fitted {
        var conditions: KnownConditions
        /// Inputs × components.
        var weights: Matrix
        /// Genes × components.
        var components: Matrix
        var means: [Double]
        var deletions: DeletedGenes

        /// The predicted levels of records, a row each.
        func levels(_ records: [ExpressionRecord]) throws -> Matrix {
            let inputs = Matrix(records.map { conditions.inputs(of: $0).map(Double.init) })
            var levels = try inputs.times(weights).times(components, otherTransposed: true)
                .subtracting(means.map { -$0 })
            for (row, record) in records.enumerated() {
                for gene in deletions.places(in: record) {
                    levels[row, gene] = min(levels[row, gene], Double(deletions.level))
                }
            }
            return levels
        }
    }

    private func fit(_ kept: [Int]) throws -> Fitted {
        let own = kept.map { records[$0] }
        var conditions = KnownConditions(own, gamma: Self.gamma)
        let all = levels.selecting(rows: kept)
        let means = all.columnMeans
        var centered = all.subtracting(means)
        if options.isRobust { centered = Self.drawnIn(centered) }
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
        let scores = try centered.times(components)
        let ofKernel = try Cholesky(kernel).solve(scores)
        conditions.forest = RandomForest(
            FeatureTable(own.map(conditions.features)),
            targets: (0..<kept.count).map { scores.row($0).prefix(Self.forestComponents).map { Float($0) } },
            options: Self.forest)
        // The mean of the two, which the folds like better than either.
        let weights = Matrix(
            rows: 2 * kept.count, columns: scores.columns,
            elements: (ofKernel.elements + scores.elements).map { $0 / 2 })
        var deletions = DeletedGenes(symbols: symbols, level: 0)
        let lacking = kept.flatMap { sample in
            deletions.places(in: records[sample]).map { levels[sample, $0] }
        }
        deletions.level = lacking.isEmpty ? 0 : Float(lacking.reduce(0, +) / Double(lacking.count))
        return Fitted(
            conditions: conditions, weights: weights, components: components, means: means, deletions: deletions)
    }

    /// Deviations of which none is greater than three times its gene's standard deviation (winsorized).
    private static func drawnIn(_ deviations: Matrix) -> Matrix {
        var drawn = deviations
        for gene in 0..<drawn.columns {
            let squares = (0..<drawn.rows).reduce(0) { $0 + drawn[$1, gene] * drawn[$1, gene] }
            let most = 3 * (squares / Double(max(1, drawn.rows))).squareRoot()
            for row in 0..<drawn.rows { drawn[row, gene] = max(-most, min(most, drawn[row, gene])) }
        }
        return drawn
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
            let kept = options.kept(records.indices.filter { data.folds[$0] != fold }, fold: fold)
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
        return try pack(
            try fit(options.kept(Array(records.indices), fold: -1)), predicted, metrics, data, command: command,
            seed: seed)
    }

    private func pack(
        _ fitted: Fitted, _ predicted: Matrix, _ metrics: [String: Double], _ data: ExpressionDataSet, command: String,
        seed: UInt64
    ) throws -> ModelPackage {
        let width = fitted.weights.columns
        let network = try Network(
            Architecture(
                inputs: [InputSpecification(name: "likeness", shape: [fitted.conditions.width])],
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
            kind: .ecoli, means: [], deviations: [], conditions: fitted.conditions, deletions: fitted.deletions,
            intervals: intervals
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
