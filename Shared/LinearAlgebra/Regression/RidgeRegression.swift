/// Linear regression with a penalty on the squares of the coefficients; the intercept bears none.
///
/// Hoerl and Kennard (1970), Technometrics 12, 55–67. One or several targets, a column each.
public struct RidgeRegression: Sendable {
    /// The value of each target where all features are 0.
    public let intercepts: [Double]
    /// The coefficients: a row a feature, a column a target.
    public let coefficients: Matrix
    /// What multiplies the squares of the coefficients in the loss, half of the sum of squared errors.
    public let penalty: Double

    /// Fits the targets to the features; with more features than rows the system of the rows is solved, which is the smaller one.
    public init(features: Matrix, targets: Matrix, penalty: Double) throws(LinearAlgebraError) {
        precondition(features.rows == targets.rows && penalty > 0, "a target a row, and a penalty above 0")
        guard features.rows > 0 else { throw LinearAlgebraError(.tooFew, "ridge regression of no rows") }
        let (means, targetMeans) = (features.columnMeans, targets.columnMeans)
        let (x, y) = (features.subtracting(means), targets.subtracting(targetMeans))
        let isWide = features.columns > features.rows
        var system = isWide ? try x.times(x, otherTransposed: true) : try x.gram()
        for index in 0..<system.rows { system[index, index] += penalty }
        let factor = try Cholesky(system)
        coefficients =
            isWide
            ? try x.times(try factor.solve(y), transposed: true)
            : try factor.solve(try x.times(y, transposed: true))
        let shifts = try Matrix(rows: 1, columns: means.count, elements: means).times(coefficients).elements
        intercepts = zip(targetMeans, shifts).map { $0 - $1 }
        self.penalty = penalty
    }

    /// The targets of other rows, one a column.
    public func predict(_ features: Matrix) throws(LinearAlgebraError) -> Matrix {
        try features.times(coefficients).subtracting(intercepts.map { -$0 })
    }

    /// The penalty of the least squared error over held-out groups, the largest of equal ones.
    ///
    /// Of several targets the sum of their errors counts, so they have to be of one scale.
    public static func chosenPenalty(
        features: Matrix, targets: Matrix, penalties: [Double], folds: GroupedFolds
    ) throws(LinearAlgebraError) -> Double {
        precondition(!penalties.isEmpty && folds.count > 1, "penalties to choose from, and folds to hold out")
        var best = (penalty: 0.0, error: Double.infinity)
        for penalty in penalties.sorted(by: >) {
            var error = 0.0
            for fold in 0..<folds.count {
                let (kept, held) = folds.split(fold)
                let fit = try RidgeRegression(
                    features: features.selecting(rows: kept), targets: targets.selecting(rows: kept), penalty: penalty)
                let predicted = try fit.predict(features.selecting(rows: held))
                let truth = targets.selecting(rows: held)
                for (a, b) in zip(predicted.elements, truth.elements) { error += (a - b) * (a - b) }
            }
            if error < best.error { best = (penalty, error) }
        }
        return best.penalty
    }
}
