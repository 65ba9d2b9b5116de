import COpenBLAS
import Foundation

/// The factor L of a positive definite matrix A = L · Lᵀ (LAPACK's `dpotrf`), with which systems of it are solved.
public struct Cholesky: Sendable {
    /// L row after row; what is above the diagonal means nothing.
    private let factor: [Double]
    private let order: Int

    /// Factors a symmetric matrix, of which the lower triangle is read; throws where it is not positive definite.
    public init(_ matrix: Matrix) throws(LinearAlgebraError) {
        precondition(matrix.rows == matrix.columns, "a square matrix")
        guard matrix.isFinite else {
            throw LinearAlgebraError(.notFinite, "a matrix to be factored holds a number that is not finite")
        }
        order = matrix.rows
        var elements = matrix.elements
        var status: CInt = 0
        if order > 0 {
            _ = SingleThread.isSet
            var n = try SingleThread.count(order)
            // The lower triangle of rows is the upper one of LAPACK's columns.
            dpotrf_("U", &n, &elements, &n, &status, 1)
        }
        guard status == 0 else {
            throw LinearAlgebraError(
                .notPositiveDefinite,
                "the matrix of order \(order) is not positive definite (its leading minor of order \(status)); add a penalty "
                    + "to its diagonal")
        }
        factor = elements
    }

    /// The matrix X with A · X = `right`.
    public func solve(_ right: Matrix) throws(LinearAlgebraError) -> Matrix {
        precondition(right.rows == order, "a right side of another size")
        guard order > 0, right.columns > 0 else { return right }
        var columns = right.transposed.elements
        var (n, sides, status) = (try SingleThread.count(order), try SingleThread.count(right.columns), CInt(0))
        dpotrs_("U", &n, &sides, factor, &n, &columns, &n, &status, 1)
        precondition(status == 0, "dpotrs refused its arguments")
        return Matrix(rows: right.columns, columns: order, elements: columns).transposed
    }

    /// The vector x with A · x = `right`.
    public func solve(_ right: [Double]) throws(LinearAlgebraError) -> [Double] {
        try solve(Matrix(rows: right.count, columns: 1, elements: right)).elements
    }

    /// A⁻¹, symmetric to rounding.
    public func inverse() throws(LinearAlgebraError) -> Matrix {
        var identity = Matrix(rows: order, columns: order)
        for index in 0..<order { identity[index, index] = 1 }
        guard order > 0 else { return identity }
        // Columns for rows: of a symmetric matrix they are the same.
        var (n, sides, status) = (try SingleThread.count(order), try SingleThread.count(order), CInt(0))
        dpotrs_("U", &n, &sides, factor, &n, &identity.elements, &n, &status, 1)
        precondition(status == 0, "dpotrs refused its arguments")
        return identity
    }

    /// The natural logarithm of A's determinant.
    public var logDeterminant: Double {
        (0..<order).reduce(0) { $0 + 2 * log(factor[$1 * order + $1]) }
    }
}
