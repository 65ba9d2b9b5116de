import DecisionTrees
import LinearAlgebra
import Tasks

/// Records as models read them: a row each, so many numbers in front, then the bases.
struct EncodedRecords {
    var rows: [[Float]]
    var numbers: Int
    /// How many of these trees divide by.
    var treeNumbers: Int
}

/// What is fitted to the numbers of records beside the networks: a ridge regression, and boosted trees where they help.
struct AddedParts {
    var line: Line
    var trees: BoostedTrees?

    /// A sum of numbers with their weights.
    struct Line {
        var offset: Float
        var weights: [Float]

        /// What it says of a row that begins with its numbers.
        func value(_ row: some Sequence<Float>) -> Float { zip(row, weights).reduce(offset) { $0 + $1.0 * $1.1 } }
    }

    static func hasTrees(_ kind: ExpressionKind) -> Bool { kind != .sigma70 && kind != .ecoli }

    /// The numbers of the kind's records are few, or counts of thousands of stretches of which each says little.
    private static func penalty(_ kind: ExpressionKind) -> Double { kind == .ecoliMPRA ? 20_000 : 10 }

    init(_ data: ExpressionDataSet, _ encoded: EncodedRecords, kept: [Int], options asked: ExpressionTraining.Options)
        throws
    {
        var elements: [Double] = []
        elements.reserveCapacity(kept.count * encoded.numbers)
        for index in kept { for value in encoded.rows[index][..<encoded.numbers] { elements.append(Double(value)) } }
        let fit = try RidgeRegression(
            features: Matrix(rows: kept.count, columns: encoded.numbers, elements: elements),
            targets: Matrix(rows: kept.count, columns: 1, elements: kept.map { Double(data.targets[$0]) }),
            penalty: Self.penalty(data.kind))
        line = Line(offset: Float(fit.intercepts[0]), weights: fit.coefficients.elements.map { Float($0) })
        guard Self.hasTrees(data.kind) else { return }
        var table = FeatureTable(columns: encoded.treeNumbers)
        for index in kept { table.append(encoded.rows[index][..<encoded.treeNumbers]) }
        var options = BoostedTrees.Options()
        options.seed = asked.seed
        if asked.isRobust { options.loss = .huber(1) }
        // Of many numbers each division tries a part: trees differ more, and are grown sooner.
        if data.kind == .ecoliMPRA { (options.featureShare, options.rowShare, options.leaves) = (0.2, 0.6, 16) }
        trees = BoostedTrees(table, targets: kept.map { data.targets[$0] }, options: options)
    }
}

/// How much of what several models say makes a prediction: the weights of least squared error on records that they had not seen.
///
/// Of windows, whose rank decides what is active, the weights are those of a logistic regression on the classes, and what they say is
/// brought to the scale of the activity by a line, which leaves the ranks as they are.
struct StackedParts {
    private(set) var offset: Float
    private(set) var weights: [Float]

    init(_ parts: [[Float]], _ data: ExpressionDataSet, of records: [Int]) throws {
        let features = Matrix(records.map { record in parts.map { Double($0[record]) } })
        let targets = records.map { Double(data.targets[$0]) }
        guard data.kind == .ecoliMPRA else {
            let fit = try LeastSquares(features: features, targets: targets)
            (offset, weights) = (Float(fit.intercept), fit.coefficients.map { Float($0) })
            return
        }
        let fit = try LogisticRegression(
            features: features, labels: records.map { data.positives[$0] ? 1 : 0 }, classes: 2, penalty: 1)
        let slopes = (0...parts.count).map { fit.coefficients[$0, 1] - fit.coefficients[$0, 0] }
        let logits = records.indices.map { row in parts.indices.reduce(0) { $0 + slopes[$1] * features[row, $1] } }
        let line = try LeastSquares(
            features: Matrix(rows: logits.count, columns: 1, elements: logits), targets: targets)
        offset = Float(line.intercept)
        weights = slopes.dropLast().map { Float($0 * max(1e-6, line.coefficients[0])) }
    }

    /// The prediction of what the parts say of a record.
    func value(_ parts: [Float]) -> Float { zip(weights, parts).reduce(offset) { $0 + $1.0 * $1.1 } }
}

extension PromoterLine {
    /// Fits a ridge regression to what is left of some genes' targets by what their numbers say, `known`.
    ///
    /// The penalty was compared on all folds beside three and thirty times as large ones, which did within .004 as well.
    init(_ data: ExpressionDataSet, _ genes: [Int], beyond known: [Float]) throws {
        var counts = Matrix(genes.map { Self.counts(data.records[$0].codes).map(Double.init) })
        let means = counts.columnMeans
        var deviations = [Double](repeating: 0, count: counts.columns)
        for row in 0..<counts.rows {
            for column in 0..<counts.columns {
                let difference = counts[row, column] - means[column]
                deviations[column] += difference * difference
            }
        }
        deviations = deviations.map { max(1e-3, ($0 / Double(max(1, genes.count))).squareRoot()) }
        for row in 0..<counts.rows { for column in 0..<counts.columns { counts[row, column] /= deviations[column] } }
        let fit = try RidgeRegression(
            features: counts,
            targets: Matrix(
                rows: genes.count, columns: 1, elements: genes.map { Double(data.targets[$0] - known[$0]) }),
            penalty: 10_000)
        offset = Float(fit.intercepts[0])
        weights = zip(fit.coefficients.elements, deviations).map { Float($0 / $1) }
    }
}
