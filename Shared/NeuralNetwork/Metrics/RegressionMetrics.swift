/// How well predicted numbers fit the true ones.
public struct RegressionMetrics: Codable, Sendable, Hashable {
    /// One output's measures, over the examples whose target is there; nil where they are not defined.
    public struct Output: Codable, Sendable, Hashable {
        /// Examples whose target is there.
        public var count: Int
        /// The mean square of errors.
        public var meanSquaredError: Double?
        /// The mean size of errors.
        public var meanAbsoluteError: Double?
        /// The share of variance explained.
        public var rSquared: Double?
        /// Pearson's correlation.
        public var pearson: Double?
        /// Spearman's correlation.
        public var spearman: Double?
        /// The concordance index.
        public var concordance: Double?
        /// Of counts, twice how much likelier each would be of its own rate than of the predicted one, on average.
        public var poissonDeviance: Double?
        /// Of counts, Pearson's correlation of ln(1 + x) of both.
        public var logPearson: Double?
    }

    /// Examples.
    public var count: Int
    /// The measures of each output.
    public var outputs: [Output]

    /// Compares `predictions` with `targets`, both `[count][width]`; a target that is not a number is missing.
    ///
    /// Where both are counts, they are measured as such too.
    public init(predictions: [Float], targets: [Float], width: Int, areCounts: Bool = false) {
        precondition(
            width > 0 && predictions.count == targets.count && targets.count.isMultiple(of: width))
        count = targets.count / width
        outputs = (0..<width).map { output in
            let present = stride(from: output, to: targets.count, by: width).filter { !targets[$0].isNaN }
            let (x, y) = (present.map { predictions[$0] }, present.map { targets[$0] })
            let pairs = PairedNumbers(predictions: x, targets: y)
            return Output(
                count: present.count, meanSquaredError: pairs.meanSquaredError(),
                meanAbsoluteError: pairs.meanAbsoluteError(), rSquared: pairs.rSquared(),
                pearson: pairs.pearson(),
                spearman: RankCorrelation(x, y).spearman(),
                concordance: Concordance(predictions: x, times: y).index(),
                poissonDeviance: areCounts ? pairs.poissonDeviance() : nil,
                logPearson: areCounts ? pairs.logPearson() : nil)
        }
    }

    /// The means over outputs by name.
    public var figures: [String: Double] {
        [
            "mean-squared-error": mean(outputs.map(\.meanSquaredError)),
            "mean-absolute-error": mean(outputs.map(\.meanAbsoluteError)),
            "r-squared": mean(outputs.map(\.rSquared)), "pearson": mean(outputs.map(\.pearson)),
            "spearman": mean(outputs.map(\.spearman)), "concordance": mean(outputs.map(\.concordance)),
            "poisson-deviance": mean(outputs.map(\.poissonDeviance)), "log-pearson": mean(outputs.map(\.logPearson)),
        ].compactMapValues { $0 }
    }
}
