import COpenBLAS

/// Ridge regression of pairs in the space of products of kernels: K((i, j), (k, l)) = Σ A(i, k) · B(j, l), of which any pairs may be missing.
///
/// Pahikkala and others (2015), Briefings in Bioinformatics 16:325 (KronRLS), by conjugate gradients on the pairs that are there; a step costs
/// two products of matrices of the sides' sizes a term, not of the pairs' number squared.
public struct KroneckerRidge: Sendable {
    /// A product of two kernels, with what it weighs.
    public struct Term: Sendable {
        /// The kernel between the rows of the one side.
        public var left: Matrix
        /// The kernel between the rows of the other side.
        public var right: Matrix
        /// The weight, above 0.
        public var weight: Double

        /// Takes square, symmetric matrices.
        public init(left: Matrix, right: Matrix, weight: Double) {
            self.left = left
            self.right = right
            self.weight = weight
        }
    }

    /// A pair of a row of either side.
    public struct Pair: Sendable, Hashable {
        /// The place on the left side.
        public var left: Int
        /// The place on the right side.
        public var right: Int

        /// Names a pair.
        public init(left: Int, right: Int) {
            self.left = left
            self.right = right
        }
    }

    /// The mean of the values.
    public let mean: Double
    /// The dual coefficients, left × right, 0 where a pair is missing.
    public let coefficients: Matrix
    /// Steps that were made.
    public let steps: Int

    /// Fits a value a pair, of which none comes twice; ends when the residual is `tolerance` of the first, or after so many steps.
    public init(
        _ terms: [Term], pairs: [Pair], values: [Double], penalty: Double, tolerance: Double = 1e-3, maximum: Int = 200
    ) throws(LinearAlgebraError) {
        precondition(pairs.count == values.count && penalty > 0, "a value a pair, and a penalty above 0")
        guard let first = terms.first, !pairs.isEmpty else {
            throw LinearAlgebraError(.tooFew, "a regression of pairs takes a kernel and a pair")
        }
        let (rows, columns) = (first.left.rows, first.right.rows)
        let average = values.reduce(0, +) / Double(values.count)
        let places = pairs.map { $0.left * columns + $0.right }
        func product(_ vector: [Double]) throws(LinearAlgebraError) -> [Double] {
            var spread = Matrix(rows: rows, columns: columns)
            for (place, value) in zip(places, vector) { spread.elements[place] = value }
            let full = try Self.values(terms, spread)
            return zip(places, vector).map { full.elements[$0] + penalty * $1 }
        }
        var solution = [Double](repeating: 0, count: values.count)
        var residual = values.map { $0 - average }
        var direction = residual
        var size = Self.dot(residual, residual)
        let goal = size * tolerance * tolerance
        var count = 0
        while size > goal, count < maximum {
            let image = try product(direction)
            let length = size / Self.dot(direction, image)
            guard length.isFinite else {
                throw LinearAlgebraError(.notFinite, "a kernel of pairs is not positive, or not finite")
            }
            cblas_daxpy(CInt(solution.count), length, direction, 1, &solution, 1)
            cblas_daxpy(CInt(residual.count), -length, image, 1, &residual, 1)
            let next = Self.dot(residual, residual)
            let ratio = next / size
            direction = zip(residual, direction).map { $0 + ratio * $1 }
            size = next
            count += 1
        }
        var spread = Matrix(rows: rows, columns: columns)
        for (place, value) in zip(places, solution) { spread.elements[place] = value }
        (mean, coefficients, steps) = (average, spread, count)
    }

    /// What the fitted function says of all pairs of rows, from the kernels of each row with the fitted ones: without ``mean``.
    ///
    /// `terms` here are rectangular: new rows × fitted rows.
    public static func values(_ terms: [Term], _ coefficients: Matrix) throws(LinearAlgebraError) -> Matrix {
        guard let first = terms.first else { return coefficients }
        var sum = Matrix(rows: first.left.rows, columns: first.right.rows)
        for term in terms {
            let part = try term.left.times(coefficients.times(term.right, otherTransposed: true))
            sum.elements.withUnsafeMutableBufferPointer { elements in
                cblas_daxpy(CInt(elements.count), term.weight, part.elements, 1, elements.baseAddress, 1)
            }
        }
        return sum
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { cblas_ddot(CInt(a.count), a, 1, b, 1) }
}
