extension ClassProbabilities {
    /// Every measure of the classification with its confidence interval, by the names of
    /// ``ClassificationMetrics/figures``; examples of one group are resampled together.
    public func estimates(
        groups: ExampleGroups? = nil, resamples: Int = 1000, level: Double = 0.95, seed: UInt64 = 1
    ) -> [String: MetricEstimate] {
        let ranked = (classes == 2 ? 1..<2 : 0..<classes).map { self.ranked(class: $0) }
        return MetricEstimate.bootstrap(
            count: labels.count, groups: groups, resamples: resamples, level: level, seed: seed,
            [
                "accuracy": accuracy, "cross-entropy": crossEntropy, "brier-score": brierScore,
                "calibration-error": { reliability(weights: $0).expectedCalibrationError },
                "matthews-correlation": { confusion(weights: $0).matthewsCorrelation },
                "auroc": { weights in mean(ranked.map { $0.auroc(weights: weights) }) },
                "average-precision": { weights in mean(ranked.map { $0.averagePrecision(weights: weights) }) },
            ])
    }
}

extension PairedNumbers {
    /// Every measure of the regression with its confidence interval, by the names of ``RegressionMetrics/figures``;
    /// examples of one group are resampled together.
    public func estimates(
        groups: ExampleGroups? = nil, resamples: Int = 1000, level: Double = 0.95, seed: UInt64 = 1
    ) -> [String: MetricEstimate] {
        let ranks = RankCorrelation(predictions, targets)
        let concordance = Concordance(predictions: predictions, times: targets)
        return MetricEstimate.bootstrap(
            count: targets.count, groups: groups, resamples: resamples, level: level, seed: seed,
            [
                "mean-squared-error": meanSquaredError, "mean-absolute-error": meanAbsoluteError,
                "r-squared": rSquared, "pearson": pearson, "spearman": ranks.spearman,
                "concordance": concordance.index,
            ])
    }
}
