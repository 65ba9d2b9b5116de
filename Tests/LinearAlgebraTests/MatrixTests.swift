import LinearAlgebra
import Testing

/// Values beside closed forms and those of NumPy 2.4.
struct MatrixTests {
    @Test("A product, with either side transposed")
    func product() throws {
        let a = Matrix([[1, 2, 3], [4, 5, 6]])
        let b = Matrix([[1, 0], [2, -1], [0, 3]])
        #expect(try a.times(b) == Matrix([[5, 7], [14, 13]]))
        #expect(try a.times(b.transposed, otherTransposed: true) == Matrix([[5, 7], [14, 13]]))
        #expect(try a.transposed.times(b, transposed: true) == Matrix([[5, 7], [14, 13]]))
        #expect(try a.times([1, 1, 1]) == [6, 15])
    }

    @Test("A Gram matrix is the sum over blocks of columns")
    func gram() throws {
        var sum = Matrix(rows: 2, columns: 2)
        try sum.addOuterProduct(of: Matrix([[1, 2], [4, 5]]))
        try sum.addOuterProduct(of: Matrix([[3], [6]]))
        sum.mirrorUpper()
        #expect(sum == Matrix([[14, 32], [32, 77]]))
    }

    @Test("Cholesky solves a system and tells the determinant; an indefinite matrix is refused")
    func cholesky() throws {
        let factor = try Cholesky(Matrix([[4, 2], [2, 3]]))
        let solution = try factor.solve([2, 5])
        #expect(abs(solution[0] + 0.5) < 1e-14 && abs(solution[1] - 2) < 1e-14)
        #expect(abs(factor.logDeterminant - 2.0794415416798357) < 1e-14)
        #expect(throws: LinearAlgebraError.self) { try Cholesky(Matrix([[1, 2], [2, 1]])) }
        #expect(throws: LinearAlgebraError.self) { try Cholesky(Matrix([[.nan]])) }
    }

    @Test("Eigenvalues come largest first, and the largest component of a vector is positive")
    func eigen() throws {
        let eigen = try SymmetricEigen(Matrix([[2, -1, 0], [-1, 2, -1], [0, -1, 2]]), largest: 2)
        let root = 2.0.squareRoot()
        #expect(abs(eigen.values[0] - (2 + root)) < 1e-12 && abs(eigen.values[1] - 2) < 1e-12)
        #expect(abs(eigen.vectors[1, 0] - 1 / root) < 1e-12 && abs(eigen.vectors[0, 0] + 0.5) < 1e-12)
    }

    @Test("Components by blocks are those of the whole, exactly and by random projections")
    func components() throws {
        // Four points on a line and a little beside it.
        let x = Matrix([[-3, -3, 0.1], [-1, -1, -0.1], [1, 1, -0.1], [3, 3, 0.1]])
        let blocks: PrincipalComponents.Blocks = { body in
            for column in 0..<3 { try body(Matrix(rows: 4, columns: 1, elements: x.column(column))) }
        }
        let exact = try PrincipalComponents.exact(rows: 4, count: 2, blocks: blocks)
        #expect(abs(exact.eigenvalues[0] - 40) < 1e-9 && abs(exact.total - 40.04) < 1e-12)
        #expect(abs(abs(exact.scores[3, 0]) - 18.0.squareRoot()) < 1e-9)
        let random = try PrincipalComponents.randomized(rows: 4, count: 2, blocks: blocks)
        for (a, b) in zip(exact.scores.elements, random.scores.elements) { #expect(abs(abs(a) - abs(b)) < 1e-7) }
    }
}
