import Foundation

/// Multinomial logistic regression with a penalty on the squares of the coefficients, fitted by Newton's method with halved steps.
///
/// Bishop (2006), Pattern Recognition and Machine Learning, section 4.3.4. The intercepts bear a penalty of 1e-8, which makes the
/// solution unique and changes no digit that counts.
public struct LogisticRegression: Sendable {
    /// How many classes there are.
    public let classes: Int
    /// The coefficients: a row a feature and a last one of intercepts, a column a class.
    public let coefficients: Matrix
    /// What multiplies half of the squares of the coefficients beside the sum of the negative log likelihoods.
    public let penalty: Double

    private static let interceptPenalty = 1e-8
    private static let mostSteps = 100

    /// Fits classes, 0 to `classes` - 1, a row each, to the features.
    public init(features: Matrix, labels: [Int], classes: Int, penalty: Double) throws(LinearAlgebraError) {
        precondition(
            features.rows == labels.count && penalty > 0 && classes > 1, "a label a row, and a penalty above 0")
        precondition(labels.allSatisfy { (0..<classes).contains($0) }, "a label that is no class")
        guard features.isFinite else {
            throw LinearAlgebraError(.notFinite, "logistic regression of a number that is not finite")
        }
        let width = features.columns + 1
        var design = Matrix(rows: features.rows, columns: width, repeating: 1)
        for row in 0..<features.rows {
            for column in 0..<features.columns { design[row, column] = features[row, column] }
        }
        // Parameters class after class, so that a block of the Hessian is one Gram matrix.
        let penalties = (0..<classes * width).map { $0 % width == width - 1 ? Self.interceptPenalty : penalty }
        var weights = [Double](repeating: 0, count: classes * width)
        var state = try Self.loss(design, labels, weights, classes, penalties)
        for step in 0... {
            guard step < Self.mostSteps else {
                throw LinearAlgebraError(.noConvergence, "Newton's method did not converge in \(Self.mostSteps) steps")
            }
            let (gradient, hessian) = try Self.derivatives(design, labels, weights, state.shares, penalties)
            let direction = try Cholesky(hessian).solve(gradient)
            let decrement = zip(direction, gradient).reduce(0) { $0 + $1.0 * $1.1 }
            // A fall that the digits of a large loss cannot show: the weights stay where they are from here on.
            if decrement < 1e-14 * max(1, state.loss) { break }
            var size = 1.0
            var next = state
            var moved = weights
            repeat {
                moved = zip(weights, direction).map { $0 - size * $1 }
                next = try Self.loss(design, labels, moved, classes, penalties)
                if next.loss <= state.loss - 1e-4 * size * decrement { break }
                size /= 2
            } while size > 1e-10
            guard size > 1e-10 else {
                // The loss can fall no further in its last digits; far from the solution that would be a failure.
                guard decrement < 1e-6 else {
                    throw LinearAlgebraError(.noConvergence, "no step of Newton's method lowers the loss")
                }
                break
            }
            (weights, state) = (moved, next)
        }
        coefficients = Matrix(rows: classes, columns: width, elements: weights).transposed
        self.classes = classes
        self.penalty = penalty
    }

    /// The probability of each class, one a column.
    public func probabilities(_ features: Matrix) throws(LinearAlgebraError) -> Matrix {
        precondition(features.columns + 1 == coefficients.rows, "other features than those of the fit")
        var logits = Matrix(rows: features.rows, columns: classes)
        let slopes = coefficients.selecting(rows: 0..<features.columns)
        logits = try features.times(slopes).subtracting(coefficients.row(features.columns).map { -$0 })
        return Self.softmax(logits).shares
    }

    private static func loss(
        _ design: Matrix, _ labels: [Int], _ weights: [Double], _ classes: Int, _ penalties: [Double]
    ) throws(LinearAlgebraError) -> (loss: Double, shares: Matrix) {
        let slopes = Matrix(rows: classes, columns: design.columns, elements: weights)
        let logits = try design.times(slopes, otherTransposed: true)
        let (shares, logs) = softmax(logits)
        var loss = 0.0
        for (row, label) in labels.enumerated() { loss -= logits[row, label] - logs[row] }
        for (weight, penalty) in zip(weights, penalties) { loss += penalty * weight * weight / 2 }
        return (loss, shares)
    }

    private static func derivatives(
        _ design: Matrix, _ labels: [Int], _ weights: [Double], _ shares: Matrix, _ penalties: [Double]
    ) throws(LinearAlgebraError) -> (gradient: [Double], hessian: Matrix) {
        let (classes, width) = (shares.columns, design.columns)
        var errors = shares
        for (row, label) in labels.enumerated() { errors[row, label] -= 1 }
        var gradient = try errors.times(design, transposed: true).elements
        for index in gradient.indices { gradient[index] += penalties[index] * weights[index] }
        var hessian = Matrix(rows: classes * width, columns: classes * width)
        for a in 0..<classes {
            for b in 0...a {
                let block = try design.gram(
                    weights: (0..<shares.rows).map { shares[$0, a] * ((a == b ? 1 : 0) - shares[$0, b]) })
                for row in 0..<width {
                    for column in 0..<width {
                        hessian[a * width + row, b * width + column] = block[row, column]
                        hessian[b * width + column, a * width + row] = block[row, column]
                    }
                }
            }
        }
        for index in penalties.indices { hessian[index, index] += penalties[index] }
        return (gradient, hessian)
    }

    /// Shares of each row that add up to 1, and the logarithm of the sum of its exponentials.
    private static func softmax(_ logits: Matrix) -> (shares: Matrix, logs: [Double]) {
        var shares = logits
        var logs: [Double] = []
        for row in 0..<logits.rows {
            let largest = logits.row(row).max() ?? 0
            let sum = logits.row(row).reduce(0) { $0 + exp($1 - largest) }
            logs.append(largest + log(sum))
            for column in 0..<logits.columns { shares[row, column] = exp(logits[row, column] - largest) / sum }
        }
        return (shares, logs)
    }
}

extension LogisticRegression {
    /// The penalty of the least negative log likelihood over held-out groups, the largest of equal ones.
    public static func chosenPenalty(
        features: Matrix, labels: [Int], classes: Int, penalties: [Double], folds: GroupedFolds
    ) throws(LinearAlgebraError) -> Double {
        precondition(!penalties.isEmpty && folds.count > 1, "penalties to choose from, and folds to hold out")
        var best = (penalty: 0.0, loss: Double.infinity)
        for penalty in penalties.sorted(by: >) {
            var loss = 0.0
            for fold in 0..<folds.count {
                let (kept, held) = folds.split(fold)
                let fit = try LogisticRegression(
                    features: features.selecting(rows: kept), labels: kept.map { labels[$0] }, classes: classes,
                    penalty: penalty)
                let shares = try fit.probabilities(features.selecting(rows: held))
                for (row, place) in held.enumerated() { loss -= log(max(1e-300, shares[row, labels[place]])) }
            }
            if loss < best.loss { best = (penalty, loss) }
        }
        return best.penalty
    }
}
