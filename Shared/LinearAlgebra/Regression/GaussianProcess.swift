import COpenBLAS
import Foundation

/// A Gaussian process whose covariance is a weighted sum of kernels that the caller has computed.
///
/// Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, chapters 2 and 5. The targets' mean is taken away before and added
/// afterwards.
public struct GaussianProcess: Sendable {
    /// What the kernels weigh, and the variance of the noise, in units of the targets' variance.
    public struct Scales: Sendable, Hashable {
        /// A weight a kernel.
        public var weights: [Double]
        /// What is added to the diagonal.
        public var noise: Double

        /// Takes weights and noise above 0.
        public init(weights: [Double], noise: Double) {
            self.weights = weights
            self.noise = noise
        }
    }

    /// The scales that it was fitted with.
    public let scales: Scales
    /// The mean of the targets.
    public let mean: Double
    /// The dual coefficients, one a row that was fitted: a prediction is ``mean`` + Σ coefficient · covariance with the row.
    public let coefficients: [Double]

    /// Fits targets to the square matrices of the kernels between their rows.
    public init(kernels: [Matrix], targets: [Double], scales: Scales) throws(LinearAlgebraError) {
        let (mean, deviation, standard) = try Self.standardized(targets)
        let solution = try Cholesky(Self.covariance(kernels, scales)).solve(standard)
        self.mean = mean
        self.scales = scales
        coefficients = solution.map { $0 * deviation }
    }

    /// Fits targets of which some may be wrong: by Huber's loss, on which a target counts the less the further it is away (Huber 1964, with his
    /// 1.345 deviations), as noise that is weighed anew so many times.
    ///
    /// A deviation is 1.4826 times the median of the absolute residuals.
    public init(
        robustly kernels: [Matrix], targets: [Double], scales: Scales, rounds: Int = 8
    ) throws(LinearAlgebraError) {
        let (mean, deviation, standard) = try Self.standardized(targets)
        let covariance = try Self.covariance(kernels, scales)
        var weights = [Double](repeating: 1, count: standard.count)
        var solution = try Cholesky(covariance).solve(standard)
        for _ in 0..<rounds {
            // What is left of a target is its noise times its coefficient.
            let residuals = zip(solution, weights).map { abs(scales.noise / $1 * $0) }
            let unit = 1.4826 * residuals.sorted()[residuals.count / 2]
            guard unit > 0 else { break }
            weights = residuals.map { $0 > 1.345 * unit ? 1.345 * unit / $0 : 1 }
            var weighed = covariance
            for index in weights.indices { weighed[index, index] += scales.noise / weights[index] - scales.noise }
            solution = try Cholesky(weighed).solve(standard)
        }
        self.mean = mean
        self.scales = scales
        coefficients = solution.map { $0 * deviation }
    }

    /// Predictions of other rows from their kernels with the fitted ones: a matrix a kernel, a row a prediction.
    public func predict(_ kernels: [Matrix]) throws(LinearAlgebraError) -> [Double] {
        var sums = [Double](repeating: mean, count: kernels.first?.rows ?? 0)
        for (kernel, weight) in zip(kernels, scales.weights) {
            for (row, value) in try kernel.times(coefficients).enumerated() { sums[row] += weight * value }
        }
        return sums
    }

    /// The scales of the largest marginal likelihood (equation 5.8), climbed in their logarithms by resilient steps (Riedmiller and Braun
    /// 1993) along its gradient (equation 5.9).
    ///
    /// Takes time of the rows' cube a step: give it a sample of many rows.
    public static func likeliestScales(
        kernels: [Matrix], targets: [Double], steps: Int = 30
    ) throws(LinearAlgebraError) -> Scales {
        let standard = try standardized(targets).values
        let count = kernels.count + 1
        var logs = [Double](repeating: log(0.3), count: kernels.count) + [log(0.05)]
        var (sizes, before) = ([Double](repeating: 0.5, count: count), [Double](repeating: 0, count: count))
        var best = (likelihood: -Double.infinity, logs: logs)
        for _ in 0..<steps {
            let (likelihood, slope) = try likelihood(kernels, standard, scales(logs))
            if likelihood > best.likelihood { best = (likelihood, logs) }
            for index in 0..<count {
                let turn = slope[index] * before[index]
                sizes[index] = min(1.5, max(0.01, sizes[index] * (turn > 0 ? 1.3 : turn < 0 ? 0.5 : 1)))
                if slope[index] != 0 { logs[index] += slope[index] > 0 ? sizes[index] : -sizes[index] }
                logs[index] = min(4, max(-7, logs[index]))
                before[index] = slope[index]
            }
        }
        return scales(best.logs)
    }

    private static func scales(_ logs: [Double]) -> Scales {
        Scales(weights: logs.dropLast().map { exp($0) }, noise: exp(logs.last ?? 0))
    }

    private static func likelihood(
        _ kernels: [Matrix], _ targets: [Double], _ scales: Scales
    ) throws(LinearAlgebraError) -> (value: Double, slope: [Double]) {
        let order = targets.count
        let factor = try Cholesky(covariance(kernels, scales))
        let solution = try factor.solve(targets)
        // α · αᵀ - K⁻¹, of which the gradient is half the trace with each kernel.
        var difference = try factor.inverse()
        difference.elements.withUnsafeMutableBufferPointer { elements in
            cblas_dscal(CInt(elements.count), -1, elements.baseAddress, 1)
            cblas_dger(
                CblasRowMajor, CInt(order), CInt(order), 1, solution, 1, solution, 1, elements.baseAddress, CInt(order))
        }
        let noise = (0..<order).reduce(0) { $0 + difference[$1, $1] }
        let traces = kernels.map { cblas_ddot(CInt(order * order), difference.elements, 1, $0.elements, 1) }
        let slope = zip(scales.weights + [scales.noise], traces + [noise]).map { 0.5 * $0 * $1 }
        let fit = zip(targets, solution).reduce(0) { $0 + $1.0 * $1.1 }
        return (-0.5 * fit - 0.5 * factor.logDeterminant, slope)
    }

    private static func covariance(_ kernels: [Matrix], _ scales: Scales) throws(LinearAlgebraError) -> Matrix {
        guard let order = kernels.first?.rows, order * order <= Int(CInt.max) else {
            throw LinearAlgebraError(.tooLarge, "a Gaussian process of no rows, or of more than 46,340")
        }
        precondition(kernels.allSatisfy { $0.rows == order && $0.columns == order }, "kernels between the rows")
        precondition(kernels.count == scales.weights.count, "a weight a kernel")
        _ = SingleThread.isSet
        var sum = Matrix(rows: order, columns: order)
        sum.elements.withUnsafeMutableBufferPointer { elements in
            for (kernel, weight) in zip(kernels, scales.weights) {
                cblas_daxpy(CInt(order * order), weight, kernel.elements, 1, elements.baseAddress, 1)
            }
        }
        for index in 0..<order { sum[index, index] += scales.noise }
        return sum
    }

    private static func standardized(
        _ targets: [Double]
    ) throws(LinearAlgebraError) -> (mean: Double, deviation: Double, values: [Double]) {
        guard targets.count > 1 else {
            throw LinearAlgebraError(.tooFew, "a Gaussian process takes two rows or more")
        }
        let mean = targets.reduce(0, +) / Double(targets.count)
        let variance = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(targets.count)
        let deviation = variance > 0 ? variance.squareRoot() : 1
        return (mean, deviation, targets.map { ($0 - mean) / deviation })
    }
}
