import COpenBLAS

/// The largest eigenvalues of a symmetric matrix and their vectors (LAPACK's `dsyevr`, relatively robust representations).
public struct SymmetricEigen: Sendable {
    /// The eigenvalues, the largest first.
    public let values: [Double]
    /// The vectors of length 1, one a column, in the order of ``values``.
    ///
    /// Of the two signs the one is taken with which the component of the largest magnitude is positive.
    public let vectors: Matrix

    /// Decomposes a matrix, of which the upper triangle is read; `largest` says how many eigenvalues are wanted, all if nil.
    public init(_ matrix: Matrix, largest: Int? = nil) throws(LinearAlgebraError) {
        precondition(matrix.rows == matrix.columns, "a square matrix")
        let order = matrix.rows
        let wanted = min(order, largest ?? order)
        precondition(wanted >= 0, "a count")
        guard matrix.isFinite else {
            throw LinearAlgebraError(.notFinite, "a matrix to be decomposed holds a number that is not finite")
        }
        guard wanted > 0 else {
            (values, vectors) = ([], Matrix(rows: order, columns: 0))
            return
        }
        _ = SingleThread.isSet
        var (n, low, high) = (try SingleThread.count(order), CInt(order - wanted + 1), CInt(order))
        var (none, tolerance, found, status) = (0.0, 0.0, CInt(0), CInt(0))
        var elements = matrix.elements
        var ascending = [Double](repeating: 0, count: order)
        var columns = [Double](repeating: 0, count: order * wanted)
        var support = [CInt](repeating: 0, count: 2 * wanted)
        var (workSize, integerSize): (CInt, CInt) = (-1, -1)
        var work = [0.0]
        var integers: [CInt] = [0]
        // The first call says how much room the second one needs.
        for _ in 0..<2 {
            dsyevr_(
                "V", "I", "L", &n, &elements, &n, &none, &none, &low, &high, &tolerance, &found, &ascending, &columns,
                &n, &support, &work, &workSize, &integers, &integerSize, &status, 1, 1, 1)
            guard status == 0 else { break }
            if workSize == -1 {
                (workSize, integerSize) = (CInt(work[0]), integers[0])
                work = [Double](repeating: 0, count: Int(workSize))
                integers = [CInt](repeating: 0, count: Int(integerSize))
            }
        }
        guard status == 0, found == wanted else {
            throw LinearAlgebraError(
                .noConvergence, "dsyevr found \(found) of \(wanted) eigenvalues (status \(status))")
        }
        values = ascending[..<wanted].reversed()
        var vectors = Matrix(rows: order, columns: wanted)
        for rank in 0..<wanted {
            let vector = columns[((wanted - 1 - rank) * order)..<((wanted - rank) * order)]
            let sign = Self.sign(of: vector)
            for (row, value) in vector.enumerated() { vectors[row, rank] = sign * value }
        }
        self.vectors = vectors
    }

    /// What makes the component of the largest magnitude, the first of equal ones, positive.
    static func sign(of vector: some Sequence<Double>) -> Double {
        var largest = 0.0
        for value in vector where abs(value) > abs(largest) { largest = value }
        return largest < 0 ? -1 : 1
    }
}
