/// The principal components of rows whose columns come in blocks, so that there may be far more columns than fit into memory.
///
/// The columns are taken as they are: whoever makes them centres and scales. With X of n rows, the scores are U · S of its decomposition
/// X = U · S · Vᵀ, and the eigenvalues those of X · Xᵀ.
public struct PrincipalComponents: Sendable {
    /// Gives each block of columns, an n × b matrix, to the closure once, in an order that is the same each time.
    public typealias Blocks = (_ body: (Matrix) throws -> Void) throws -> Void

    /// The scores of the rows, one component a column, that of the largest eigenvalue first.
    public let scores: Matrix
    /// The eigenvalues of X · Xᵀ, the largest first.
    public let eigenvalues: [Double]
    /// The trace of X · Xᵀ: what all components together would have.
    public let total: Double
    /// The vectors of length 1 of the components, one a column.
    public let vectors: Matrix

    /// From the Gram matrix X · Xᵀ, of which the upper triangle is read: exact, in memory of n².
    public init(gram: Matrix, count: Int) throws(LinearAlgebraError) {
        let eigen = try SymmetricEigen(gram, largest: count)
        self.init(
            eigenvalues: eigen.values, vectors: eigen.vectors,
            total: (0..<gram.rows).reduce(0) { $0 + gram[$1, $1] })
    }

    /// Exact, by one pass over the blocks, in memory of n².
    public static func exact(rows: Int, count: Int, blocks: Blocks) throws -> PrincipalComponents {
        var gram = Matrix(rows: rows, columns: rows)
        try blocks { try gram.addOuterProduct(of: $0) }
        return try PrincipalComponents(gram: gram, count: count)
    }

    /// By randomised subspace iteration, in memory of n · (`count` + `oversampling`) and `iterations` + 2 passes over the blocks.
    ///
    /// Halko, Martinsson and Tropp (2011), SIAM Review 53, 217–288, algorithm 4.4 on X · Xᵀ. Components whose eigenvalues are close to the
    /// next ones are found only approximately; the same seed gives the same components.
    public static func randomized(
        rows: Int, count: Int, oversampling: Int = 10, iterations: Int = 6, seed: Int = 1, blocks: Blocks
    ) throws -> PrincipalComponents {
        let width = min(rows, count + oversampling)
        var basis = try OrthonormalBasis.normal(rows: rows, columns: width, seed: seed)
        for _ in 0...iterations {
            var image = Matrix(rows: rows, columns: width)
            try blocks { block in
                let product = try block.times(try block.times(basis, transposed: true))
                for index in image.elements.indices { image.elements[index] += product.elements[index] }
            }
            basis = try OrthonormalBasis.of(image)
        }
        var small = Matrix(rows: width, columns: width)
        var total = 0.0
        try blocks { block in
            try small.addOuterProduct(of: try basis.times(block, transposed: true))
            total += block.elements.reduce(0) { $0 + $1 * $1 }
        }
        let eigen = try SymmetricEigen(small, largest: min(count, width))
        var vectors = try basis.times(eigen.vectors)
        for column in 0..<vectors.columns where SymmetricEigen.sign(of: vectors.column(column)) < 0 {
            for row in 0..<rows { vectors[row, column].negate() }
        }
        return PrincipalComponents(eigenvalues: eigen.values, vectors: vectors, total: total)
    }

    private init(eigenvalues: [Double], vectors: Matrix, total: Double) {
        self.eigenvalues = eigenvalues
        self.vectors = vectors
        self.total = total
        var scores = vectors
        for row in 0..<scores.rows {
            for column in 0..<scores.columns { scores[row, column] *= max(0, eigenvalues[column]).squareRoot() }
        }
        self.scores = scores
    }
}
