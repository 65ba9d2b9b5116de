/// Predicted numbers beside the true ones, for the measures of a regression.
///
/// Measures take weights of examples; they are nil where they are not defined: with too few examples, without any
/// variation, or with a number that is not one.
public struct PairedNumbers: Sendable {
    let predictions: [Float]
    let targets: [Float]

    /// Pairs predictions with targets.
    public init(predictions: [Float], targets: [Float]) {
        precondition(predictions.count == targets.count)
        self.predictions = predictions
        self.targets = targets
    }

    /// The mean square of errors.
    public func meanSquaredError(weights: [Double]? = nil) -> Double? {
        mean(weights) {
            (Double(predictions[$0]) - Double(targets[$0]))
                * (Double(predictions[$0]) - Double(targets[$0]))
        }
    }

    /// The mean size of errors.
    public func meanAbsoluteError(weights: [Double]? = nil) -> Double? {
        mean(weights) { abs(Double(predictions[$0]) - Double(targets[$0])) }
    }

    /// Pearson's correlation.
    public func pearson(weights: [Double]? = nil) -> Double? {
        Self.correlation(predictions.map(Double.init), targets.map(Double.init), weights)
    }

    /// Pearson's correlation of ln(1 + x) of counts, which no single great one decides; nil where a number is below 0.
    public func logPearson(weights: [Double]? = nil) -> Double? {
        guard predictions.allSatisfy({ $0 >= 0 }), targets.allSatisfy({ $0 >= 0 }) else { return nil }
        func logarithms(_ values: [Float]) -> [Double] { values.map { PortableMath.log(1 + Double($0)) } }
        return Self.correlation(logarithms(predictions), logarithms(targets), weights)
    }

    /// The mean deviance of counts from predicted rates (McCullagh and Nelder 1989): 2 (y ln(y / μ) - y + μ).
    public func poissonDeviance(weights: [Double]? = nil) -> Double? {
        mean(weights) {
            let (rate, count) = (Double(predictions[$0]), Double(targets[$0]))
            guard rate > 0, count >= 0 else { return rate == 0 && count == 0 ? 0 : .nan }
            return 2 * ((count > 0 ? count * PortableMath.log(count / rate) : 0) - count + rate)
        }
    }

    /// The share of the targets' variance that the predictions explain: below 0 where their mean does better.
    public func rSquared(weights: [Double]? = nil) -> Double? {
        guard let center = mean(weights, { Double(targets[$0]) }),
            let variance = mean(
                weights, { (Double(targets[$0]) - center) * (Double(targets[$0]) - center) }),
            let error = meanSquaredError(weights: weights), variance > 0
        else { return nil }
        return 1 - error / variance
    }

    /// The weighted mean of a number an example, if it is finite.
    private func mean(_ weights: [Double]?, _ value: (Int) -> Double) -> Double? {
        precondition(weights == nil || weights?.count == targets.count)
        var (sum, total) = (0.0, 0.0)
        for example in targets.indices {
            let weight = weights?[example] ?? 1
            // An example that was not drawn has no say, not even by being infinite.
            guard weight > 0 else { continue }
            sum += weight * value(example)
            total += weight
        }
        return total > 0 && sum.isFinite ? sum / total : nil
    }

    /// The correlation of two rows of numbers.
    static func correlation(_ x: [Double], _ y: [Double], _ weights: [Double]?) -> Double? {
        func weight(_ i: Int) -> Double { weights?[i] ?? 1 }
        var (meanX, meanY, total) = (0.0, 0.0, 0.0)
        for i in x.indices where weight(i) > 0 {
            meanX += weight(i) * x[i]
            meanY += weight(i) * y[i]
            total += weight(i)
        }
        guard total > 0 else { return nil }
        meanX /= total
        meanY /= total
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for i in x.indices where weight(i) > 0 {
            let (dx, dy) = (x[i] - meanX, y[i] - meanY)
            xx += weight(i) * dx * dx
            yy += weight(i) * dy * dy
            xy += weight(i) * dx * dy
        }
        let spread = xx.squareRoot() * yy.squareRoot()
        guard spread > 0, spread.isFinite else { return nil }
        return min(1, max(-1, xy / spread))
    }
}
