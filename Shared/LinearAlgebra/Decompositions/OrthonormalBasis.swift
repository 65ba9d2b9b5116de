import COpenBLAS

/// Orthonormal columns that span those of a matrix (LAPACK's Householder QR, `dgeqrf` and `dorgqr`).
enum OrthonormalBasis {
    /// The factor Q of `matrix` = Q · R; `matrix` has at least as many rows as columns.
    static func of(_ matrix: Matrix) throws(LinearAlgebraError) -> Matrix {
        precondition(matrix.rows >= matrix.columns, "more columns than rows")
        guard matrix.columns > 0 else { return matrix }
        guard matrix.isFinite else {
            throw LinearAlgebraError(.notFinite, "a matrix to be made orthonormal holds a number that is not finite")
        }
        _ = SingleThread.isSet
        var columns = matrix.transposed.elements
        var (m, n) = (try SingleThread.count(matrix.rows), try SingleThread.count(matrix.columns))
        var scales = [Double](repeating: 0, count: matrix.columns)
        var size = n * 64
        var work = [Double](repeating: 0, count: Int(size))
        var status: CInt = 0
        dgeqrf_(&m, &n, &columns, &m, &scales, &work, &size, &status)
        precondition(status == 0, "dgeqrf refused its arguments")
        dorgqr_(&m, &n, &n, &columns, &m, scales, &work, &size, &status)
        precondition(status == 0, "dorgqr refused its arguments")
        return Matrix(rows: matrix.columns, columns: matrix.rows, elements: columns).transposed
    }

    /// Columns of standard normal numbers by LAPACK's generator (`dlarnv`), the same for the same seed.
    static func normal(rows: Int, columns: Int, seed: Int) throws(LinearAlgebraError) -> Matrix {
        // Four parts of 12 bits, the last one odd.
        var state = [CInt(seed >> 23 & 0xfff), CInt(seed >> 11 & 0xfff), CInt(0), CInt(2 * (seed & 0x7ff) + 1)]
        var (distribution, count) = (CInt(3), try SingleThread.count(rows * columns))
        var elements = [Double](repeating: 0, count: rows * columns)
        dlarnv_(&distribution, &state, &count, &elements)
        return Matrix(rows: rows, columns: columns, elements: elements)
    }
}
