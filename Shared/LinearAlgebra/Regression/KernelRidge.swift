import Foundation

/// Ridge regression in the space of a kernel: the posterior mean of a Gaussian process with that covariance and noise `penalty`.
public struct KernelRidge: Sendable {
    /// How alike two rows are.
    public enum Kernel: Sendable, Hashable {
        /// The product of the rows: ridge regression itself, for more columns than rows.
        case linear
        /// exp(-`gamma` · squared distance).
        case gaussian(gamma: Double)
    }

    /// The kernel.
    public let kernel: Kernel
    /// What is added to the diagonal.
    public let penalty: Double
    /// The mean squared error of each target, every row predicted by a fit to all others, without refitting.
    ///
    /// Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, equation 5.12; the targets' means are those of all rows.
    public let leaveOneOutError: [Double]
    private let rows: Matrix
    private let weights: Matrix
    private let means: [Double]

    /// Fits one or several targets, a column each, of which the mean is no part of the penalty.
    public init(features: Matrix, targets: Matrix, kernel: Kernel, penalty: Double) throws(LinearAlgebraError) {
        precondition(features.rows == targets.rows && penalty > 0, "a target a row, and a penalty above 0")
        guard features.rows > 1 else {
            throw LinearAlgebraError(.tooFew, "a kernel's regression takes two rows or more")
        }
        self.kernel = kernel
        self.penalty = penalty
        rows = features
        means = targets.columnMeans
        var covariance = try kernel.between(features, features)
        for index in 0..<features.rows { covariance[index, index] += penalty }
        let factor = try Cholesky(covariance)
        weights = try factor.solve(targets.subtracting(means))
        var identity = Matrix(rows: features.rows, columns: features.rows)
        for index in 0..<features.rows { identity[index, index] = 1 }
        let inverse = try factor.solve(identity)
        var sums = [Double](repeating: 0, count: targets.columns)
        for row in 0..<features.rows {
            for column in 0..<targets.columns {
                let residual = weights[row, column] / inverse[row, row]
                sums[column] += residual * residual
            }
        }
        leaveOneOutError = sums.map { $0 / Double(features.rows) }
    }

    /// The targets of other rows, one a column.
    public func predict(_ features: Matrix) throws(LinearAlgebraError) -> Matrix {
        try kernel.between(features, rows).times(weights).subtracting(means.map { -$0 })
    }
}

extension KernelRidge.Kernel {
    /// The kernel of each row of one matrix with each of another: an a × b matrix.
    public func between(_ a: Matrix, _ b: Matrix) throws(LinearAlgebraError) -> Matrix {
        var products = try a.times(b, otherTransposed: true)
        guard case .gaussian(let gamma) = self else { return products }
        func squares(_ matrix: Matrix) -> [Double] {
            (0..<matrix.rows).map { matrix.row($0).reduce(0) { $0 + $1 * $1 } }
        }
        let (left, right) = (squares(a), squares(b))
        for row in 0..<a.rows {
            for column in 0..<b.rows {
                let distance = max(0, left[row] + right[column] - 2 * products[row, column])
                products[row, column] = exp(-gamma * distance)
            }
        }
        return products
    }
}
