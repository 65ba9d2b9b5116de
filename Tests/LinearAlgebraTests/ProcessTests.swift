import LinearAlgebra
import Testing

/// Regressions in the space of kernels beside closed forms.
struct ProcessTests {
    private static let squares = (0..<12).map { index -> Double in Double(index * index % 7) }
    private static let rows = Matrix(
        (0..<12).map { index -> [Double] in [Double(index) / 4 - 1.5, squares[index] / 7] })
    private static let targets = (0..<12).map { index -> Double in Double(index) / 2 + squares[index] }

    @Test("A Gaussian process of one kernel is kernel ridge regression, and likelier scales are chosen")
    func process() throws {
        let kernel = try KernelRidge.Kernel.gaussian(gamma: 1).between(Self.rows, Self.rows)
        let process = try GaussianProcess(
            kernels: [kernel], targets: Self.targets, scales: .init(weights: [2], noise: 0.2))
        let ridge = try KernelRidge(
            features: Self.rows, targets: Matrix(rows: 12, columns: 1, elements: Self.targets),
            kernel: .gaussian(gamma: 1), penalty: 0.1)
        let (ours, theirs) = (try process.predict([kernel]), try ridge.predict(Self.rows).elements)
        for (one, two) in zip(ours, theirs) { #expect(abs(one - two) < 1e-9) }
        // A kernel that says nothing of the targets ends up light beside the one that made them.
        let products = try Self.rows.times(Self.rows, otherTransposed: true)
        let noise = try KernelRidge.Kernel.gaussian(gamma: 500).between(Self.rows, Self.rows)
        let scales = try GaussianProcess.likeliestScales(kernels: [products, noise], targets: Self.targets)
        #expect(scales.weights[0] > 3 * scales.weights[1])
        #expect(throws: LinearAlgebraError.self) {
            try GaussianProcess(kernels: [Matrix([[1]])], targets: [1], scales: .init(weights: [1], noise: 1))
        }
    }

    @Test("Huber's loss lets a wrong target go that the squared one follows, and agrees with it where none is wrong")
    func robust() throws {
        let places = (0..<40).map { Double($0) / 40 }
        let rows = Matrix(rows: 40, columns: 1, elements: places)
        let kernel = try KernelRidge.Kernel.gaussian(gamma: 20).between(rows, rows)
        let truth = places.indices.map { 3 * places[$0] + Double($0 * 7 % 5) / 100 }
        var wrong = truth
        for place in [5, 17, 30] { wrong[place] += 6 }
        let scales = GaussianProcess.Scales(weights: [1], noise: 0.05)
        func error(_ process: GaussianProcess) throws -> Double {
            zip(try process.predict([kernel]), truth).map { abs($0 - $1) }.max() ?? 0
        }
        let squared = try error(GaussianProcess(kernels: [kernel], targets: wrong, scales: scales))
        let robust = try error(GaussianProcess(robustly: [kernel], targets: wrong, scales: scales, rounds: 30))
        #expect(squared > 1 && robust < squared / 3, "\(squared) \(robust)")
        let plain = try GaussianProcess(kernels: [kernel], targets: truth, scales: scales).predict([kernel])
        let same = try GaussianProcess(robustly: [kernel], targets: truth, scales: scales).predict([kernel])
        #expect(zip(plain, same).allSatisfy { abs($0 - $1) < 0.15 })
    }

    @Test("Pairs: conjugate gradients reach the solution of the whole system, missing pairs left out")
    func pairs() throws {
        let (a, b) = (Matrix([[1, 0.5, 0.2], [0.5, 1, 0.1], [0.2, 0.1, 1]]), Matrix([[1, 0.3], [0.3, 1]]))
        let pairs = [(0, 0), (0, 1), (1, 0), (2, 1)].map { KroneckerRidge.Pair(left: $0.0, right: $0.1) }
        let values = [1.0, 3, 2, 6]
        let fit = try KroneckerRidge(
            [.init(left: a, right: b, weight: 1)], pairs: pairs, values: values, penalty: 0.5, tolerance: 1e-12)
        var system = Matrix(rows: 4, columns: 4)
        for (row, one) in pairs.enumerated() {
            for (column, two) in pairs.enumerated() {
                system[row, column] = a[one.left, two.left] * b[one.right, two.right] + (row == column ? 0.5 : 0)
            }
        }
        let solution = try Cholesky(system).solve(values.map { $0 - 3 })
        for (pair, value) in zip(pairs, solution) {
            #expect(abs(fit.coefficients[pair.left, pair.right] - value) < 1e-9)
        }
        #expect(fit.coefficients[1, 1] == 0 && fit.mean == 3)
    }

    @Test("The inverse of a factored matrix")
    func inverse() throws {
        let inverse = try Cholesky(Matrix([[4, 2], [2, 3]])).inverse()
        for (one, two) in zip(inverse.elements, [0.375, -0.25, -0.25, 0.5]) { #expect(abs(one - two) < 1e-14) }
    }
}
