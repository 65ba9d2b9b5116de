import COpenBLAS

extension Matrix {
    /// The product with another matrix, either of them transposed first where that is said.
    ///
    /// One thread of OpenBLAS (`dgemm`): the same bytes for the same shapes on one kind of processor, whatever else runs.
    public func times(_ other: Matrix, transposed: Bool = false, otherTransposed: Bool = false)
        throws(LinearAlgebraError) -> Matrix
    {
        let (m, k) = transposed ? (columns, rows) : (rows, columns)
        let (otherRows, n) = otherTransposed ? (other.columns, other.rows) : (other.rows, other.columns)
        precondition(k == otherRows, "inner sizes \(k) and \(otherRows) of a product")
        var result = Matrix(rows: m, columns: n)
        guard m > 0, n > 0, k > 0 else { return result }
        _ = SingleThread.isSet
        let sizes = (try SingleThread.count(m), try SingleThread.count(n), try SingleThread.count(k))
        let strides = (try SingleThread.count(columns), try SingleThread.count(other.columns))
        result.elements.withUnsafeMutableBufferPointer { output in
            cblas_dgemm(
                CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, otherTransposed ? CblasTrans : CblasNoTrans,
                sizes.0, sizes.1, sizes.2, 1, elements, strides.0, other.elements, strides.1, 0, output.baseAddress,
                sizes.1)
        }
        return result
    }

    /// The product with a vector.
    public func times(_ vector: [Double]) throws(LinearAlgebraError) -> [Double] {
        try times(Matrix(rows: vector.count, columns: 1, elements: vector)).elements
    }

    /// Adds `block` · `block`ᵀ to this square matrix, of which only the upper triangle is kept up to date (`dsyrk`).
    ///
    /// A Gram matrix of many columns is the sum over blocks of them, in memory of one; ``mirrorUpper()`` completes it.
    public mutating func addOuterProduct(of block: Matrix) throws(LinearAlgebraError) {
        precondition(rows == columns && block.rows == rows, "a Gram matrix of another size")
        guard rows > 0, block.columns > 0 else { return }
        _ = SingleThread.isSet
        let (n, k) = (try SingleThread.count(rows), try SingleThread.count(block.columns))
        elements.withUnsafeMutableBufferPointer { output in
            cblas_dsyrk(
                CblasRowMajor, CblasUpper, CblasNoTrans, n, k, 1, block.elements, k, 1, output.baseAddress, n)
        }
    }

    /// Copies the upper triangle of a square matrix to the lower one.
    public mutating func mirrorUpper() {
        precondition(rows == columns, "a square matrix")
        for row in 0..<rows {
            for column in 0..<row { elements[row * columns + column] = elements[column * columns + row] }
        }
    }

    /// `self`ᵀ · diag(`weights`) · `self`; all ones where no weights are given.
    public func gram(weights: [Double]? = nil) throws(LinearAlgebraError) -> Matrix {
        guard let weights else { return try times(self, transposed: true) }
        precondition(weights.count == rows, "a weight a row")
        var scaled = self
        for row in 0..<rows {
            for column in 0..<columns { scaled.elements[row * columns + column] *= weights[row] }
        }
        return try scaled.times(self, transposed: true)
    }
}
