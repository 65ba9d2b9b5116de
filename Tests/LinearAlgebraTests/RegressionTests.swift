import Foundation
import LinearAlgebra
import Testing

/// Values beside closed forms and those of NumPy 2.4.
struct RegressionTests {
    private let x = Matrix([[0, 1], [1, 0], [2, 2], [3, 1], [4, 5]])

    @Test("Least squares finds a plane, and the shortest coefficients of columns that are equal")
    func leastSquares() throws {
        let plane = try LeastSquares(features: x, targets: (0..<5).map { 1 + 2 * x[$0, 0] - 3 * x[$0, 1] })
        #expect(abs(plane.intercept - 1) < 1e-12 && abs(plane.coefficients[1] + 3) < 1e-12 && plane.rank == 3)
        let twice = Matrix([[0, 0], [1, 1], [2, 2]])
        let fit = try LeastSquares(features: twice, targets: [1, 3, 5])
        #expect(abs(fit.coefficients[0] - 1) < 1e-12 && abs(fit.coefficients[1] - 1) < 1e-12 && fit.rank == 2)
        #expect(abs(fit.value([3, 3]) - 7) < 1e-12)
    }

    @Test("Ridge regression of one feature is the closed form, by features and by rows alike")
    func ridge() throws {
        let feature = Matrix([[-1], [0], [1]])
        let targets = Matrix([[1], [2], [6]])
        let fit = try RidgeRegression(features: feature, targets: targets, penalty: 2)
        // Σxy / (Σx² + 2) = 5 / 4
        #expect(abs(fit.coefficients[0, 0] - 1.25) < 1e-14 && abs(fit.intercepts[0] - 3) < 1e-14)
        let wide = try RidgeRegression(
            features: Matrix([[-1, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]]), targets: targets, penalty: 2)
        #expect(abs(wide.coefficients[0, 0] - 1.25) < 1e-14 && wide.coefficients[2, 0] == 0)
    }

    @Test("A linear kernel's regression is ridge regression, up to the mean of the features")
    func kernel() throws {
        let centred = x.subtracting(x.columnMeans)
        let targets = Matrix(rows: 5, columns: 1, elements: [1, 0, 2, 5, 3])
        let kernel = try KernelRidge(features: centred, targets: targets, kernel: .linear, penalty: 0.7)
        let ridge = try RidgeRegression(features: centred, targets: targets, penalty: 0.7)
        for (a, b) in zip(try kernel.predict(centred).elements, try ridge.predict(centred).elements) {
            #expect(abs(a - b) < 1e-12)
        }
        let gaussian = try KernelRidge.Kernel.gaussian(gamma: 0.5).between(
            Matrix([[0, 0]]), Matrix([[1, 1], [0, 0]]))
        #expect(abs(gaussian[0, 0] - exp(-1)) < 1e-14 && gaussian[0, 1] == 1)
    }

    @Test(
        "Logistic regression of classes without features has their logarithmic shares, and a penalty keeps separable classes finite"
    )
    func logistic() throws {
        let labels = [0, 0, 0, 1]
        let nothing = try LogisticRegression(
            features: Matrix(rows: 4, columns: 1), labels: labels, classes: 2, penalty: 1)
        #expect(abs(try nothing.probabilities(Matrix([[9]]))[0, 0] - 0.75) < 1e-6)
        let apart = try LogisticRegression(
            features: Matrix([[-1], [1]]), labels: [0, 1], classes: 2, penalty: 0.5)
        // By symmetry the coefficients are ∓b with 2 p(0) = b / 2, p(0) = 1 / (1 + exp(2 b)).
        let b = apart.coefficients[0, 1]
        #expect(abs(2 / (1 + exp(2 * b)) - b * 0.5) < 1e-6 && abs(apart.coefficients[0, 0] + b) < 1e-6)
    }

    @Test("Groups stay together, and strata are spread over the folds")
    func folds() throws {
        let folds = try GroupedFolds(groups: [1, 1, 2, 3, 4, 4], strata: [0, 0, 0, 1, 1, 1], count: 2)
        #expect(folds.folds[0] == folds.folds[1] && folds.folds[4] == folds.folds[5])
        #expect(folds.folds[0] != folds.folds[2] && folds.folds[3] != folds.folds[4])
        #expect(throws: LinearAlgebraError.self) { try GroupedFolds(groups: [1, 1], count: 2) }
    }
}
