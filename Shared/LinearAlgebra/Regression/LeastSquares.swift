import COpenBLAS

/// Least squares with an intercept (LAPACK's `dgelsd`); of columns that depend on each other the shortest coefficients.
public struct LeastSquares: Sendable {
    /// The value where all features are 0.
    public let intercept: Double
    /// A coefficient for each column.
    public let coefficients: [Double]
    /// How many independent columns there are, with the intercept.
    public let rank: Int

    /// Fits `targets`, a number a row, to the columns of `features`.
    public init(features: Matrix, targets: [Double]) throws(LinearAlgebraError) {
        precondition(features.rows == targets.count, "a target a row")
        guard features.rows > 0 else { throw LinearAlgebraError(.tooFew, "least squares of no rows") }
        guard features.isFinite, targets.allSatisfy(\.isFinite) else {
            throw LinearAlgebraError(.notFinite, "least squares of a number that is not finite")
        }
        _ = SingleThread.isSet
        let means = features.columnMeans
        let targetMean = targets.reduce(0, +) / Double(targets.count)
        let columns = features.columns
        guard columns > 0 else {
            (intercept, coefficients, rank) = (targetMean, [], 1)
            return
        }
        var left = features.subtracting(means).transposed.elements
        let length = max(features.rows, columns)
        var right = targets.map { $0 - targetMean } + [Double](repeating: 0, count: length - targets.count)
        var (m, n, one) = (try SingleThread.count(features.rows), try SingleThread.count(columns), CInt(1))
        var (stride, cutoff, rank, status, size) = (CInt(length), 1e-12, CInt(0), CInt(0), CInt(-1))
        var singular = [Double](repeating: 0, count: min(features.rows, columns))
        var work = [0.0]
        var integers: [CInt] = [0]
        for _ in 0..<2 {
            dgelsd_(
                &m, &n, &one, &left, &m, &right, &stride, &singular, &cutoff, &rank, &work, &size, &integers, &status)
            guard status == 0 else { break }
            if size == -1 {
                size = CInt(work[0])
                work = [Double](repeating: 0, count: Int(size))
                integers = [CInt](repeating: 0, count: max(1, Int(integers[0])))
            }
        }
        guard status == 0 else {
            throw LinearAlgebraError(.noConvergence, "dgelsd did not converge (status \(status))")
        }
        coefficients = Array(right[..<columns])
        intercept = targetMean - zip(means, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        self.rank = Int(rank) + 1
    }

    /// The value for a row.
    public func value(_ row: some Sequence<Double>) -> Double {
        zip(row, coefficients).reduce(intercept) { $0 + $1.0 * $1.1 }
    }
}
