import Foundation

/// A logistic regression of a bit on other bits, with an L1 and an L2 penalty in units of standardized inputs.
///
/// Proximal Newton steps, each solved by coordinate descent (Friedman, Hastie and Tibshirani 2010); what a coordinate costs is the number of haplotypes
/// that carry its minor allele.
struct LogisticFit {
    /// The haplotypes that carry each predictor's minor allele.
    let carriers: [[Int32]]
    /// Each predictor's standard deviation.
    let deviations: [Double]
    /// Which haplotypes count.
    let isCounted: [Bool]

    private(set) var bias = 0.0
    private(set) var weights: [Int: Double] = [:]

    init(carriers: [[Int32]], deviations: [Double], isCounted: [Bool]) {
        (self.carriers, self.deviations, self.isCounted) = (carriers, deviations, isCounted)
    }

    /// Fits; goes on from the weights that are there.
    ///
    /// - Parameters:
    ///   - target: 1 or 0 a haplotype.
    ///   - candidates: The predictors that may have a weight.
    ///   - lasso: The L1 penalty per counted haplotype.
    ///   - ridge: The L2 penalty per counted haplotype.
    mutating func fit(_ target: [Double], candidates: [Int], lasso: Double, ridge: Double) {
        let number = target.count
        let counted = Double(isCounted.count { $0 })
        let total = (0..<number).reduce(0.0) { $0 + (isCounted[$1] ? target[$1] : 0) }
        if weights.isEmpty {
            let share = min(max(total / counted, 0.5 / counted), 1 - 0.5 / counted)
            bias = log(share / (1 - share))
        }
        var active = weights.keys.sorted()
        var residual = [Double](repeating: 0, count: number)
        var curvature = [Double](repeating: 0, count: number)
        for _ in 0..<12 {
            linearize(target, &residual, &curvature)
            // Who of those without a weight wants one more than the penalty costs.
            var isActive = Set(active)
            var joined = false
            for predictor in candidates where !isActive.contains(predictor) {
                let gradient = carriers[predictor].reduce(0.0) { $0 + residual[Int($1)] }
                if abs(gradient) > lasso * deviations[predictor] * counted * (1 + 1e-9) {
                    active.append(predictor)
                    isActive.insert(predictor)
                    joined = true
                }
            }
            active.sort()
            let change = descend(
                active, &residual, curvature, lasso: lasso * counted, ridge: ridge * counted)
            if change < 0.02, !joined { break }
        }
        weights = weights.filter { $0.value != 0 }
    }

    /// Residuals and curvatures at the weights; zero for who does not count.
    private func linearize(_ target: [Double], _ residual: inout [Double], _ curvature: inout [Double]) {
        for index in residual.indices { residual[index] = bias }
        for (predictor, weight) in weights.sorted(by: { $0.key < $1.key }) {
            for carrier in carriers[predictor] { residual[Int(carrier)] += weight }
        }
        for index in residual.indices {
            guard isCounted[index] else {
                (residual[index], curvature[index]) = (0, 0)
                continue
            }
            let probability = 1 / (1 + exp(-residual[index]))
            residual[index] = target[index] - probability
            // A floor keeps steps finite where the fit is sure.
            curvature[index] = max(probability * (1 - probability), 0.01)
        }
    }

    /// Coordinate descent on the quadratic form; the largest change of a log odds.
    private mutating func descend(
        _ active: [Int], _ residual: inout [Double], _ curvature: [Double], lasso: Double, ridge: Double
    ) -> Double {
        let sums = active.map { predictor in carriers[predictor].reduce(0.0) { $0 + curvature[Int($1)] } }
        let all = curvature.reduce(0, +)
        var values = active.map { weights[$0] ?? 0 }
        var largest = 0.0
        for sweep in 0..<12 {
            var moved = 0.0
            let step = residual.reduce(0, +) / all
            bias += step
            for index in residual.indices { residual[index] -= curvature[index] * step }
            for (place, predictor) in active.enumerated() {
                let (sum, deviation) = (sums[place], deviations[predictor])
                let gradient = carriers[predictor].reduce(0.0) { $0 + residual[Int($1)] } + sum * values[place]
                let threshold = lasso * deviation
                let kept = abs(gradient) - threshold
                let value =
                    kept > 0 ? (gradient > 0 ? kept : -kept) / (sum + ridge * deviation * deviation + 1e-9) : 0
                let change = max(-4, min(4, value - values[place]))
                guard change != 0 else { continue }
                values[place] += change
                for carrier in carriers[predictor] { residual[Int(carrier)] -= curvature[Int(carrier)] * change }
                moved = max(moved, abs(change))
            }
            largest = max(largest, moved)
            if moved < 2e-3 || (sweep == 0 && active.isEmpty) { break }
        }
        for (place, predictor) in active.enumerated() { weights[predictor] = values[place] }
        return largest
    }
}
