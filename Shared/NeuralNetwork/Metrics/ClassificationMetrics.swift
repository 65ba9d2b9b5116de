/// How well predicted class probabilities fit the true classes.
public struct ClassificationMetrics: Codable, Sendable, Hashable {
    /// Examples.
    public var count: Int
    /// Share of examples whose most probable class is the true one.
    public var accuracy: Double
    /// Mean of -ln p(true class).
    public var crossEntropy: Double
    /// Expected calibration error of the most probable class.
    public var calibrationError: Double
    /// Examples by true class (row) and predicted class (column).
    public var confusion: [[Int]]
    /// Brier's score.
    public var brierScore: Double?
    /// The area under the ROC: of class 1 of two, else the mean over classes against all others; nil if not defined.
    public var auroc: Double?
    /// The average precision, likewise.
    public var averagePrecision: Double?

    /// Matthews' correlation; nil if not defined.
    public var matthewsCorrelation: Double? { ConfusionMatrix(confusion).matthewsCorrelation }

    /// Compares `probabilities`, `[labels.count][classes]`, with the labels; one column is the probability of class 1.
    public init(probabilities: [Float], labels: [Int], classes: Int, bins: Int = 15) {
        self.init(
            ClassProbabilities(probabilities: probabilities, labels: labels, classes: classes), bins: bins
        )
    }

    /// Measures predictions.
    public init(_ predictions: ClassProbabilities, bins: Int = 15) {
        count = predictions.labels.count
        accuracy = predictions.accuracy() ?? 0
        crossEntropy = predictions.crossEntropy() ?? 0
        calibrationError = predictions.reliability(bins: bins).expectedCalibrationError
        confusion = predictions.confusion().counts.map { $0.map { Int($0) } }
        brierScore = predictions.brierScore()
        let ranked = (predictions.classes == 2 ? 1..<2 : 0..<predictions.classes).map {
            predictions.ranked(class: $0)
        }
        auroc = mean(ranked.map { $0.auroc() })
        averagePrecision = mean(ranked.map { $0.averagePrecision() })
    }

    /// All of it but the confusion by name, as lineages and learning curves have it.
    public var figures: [String: Double] {
        [
            "accuracy": accuracy, "cross-entropy": crossEntropy, "calibration-error": calibrationError,
            "brier-score": brierScore, "auroc": auroc, "average-precision": averagePrecision,
            "matthews-correlation": matthewsCorrelation,
        ].compactMapValues { $0 }
    }
}

/// The mean of what is defined, or nil.
func mean(_ values: [Double?]) -> Double? {
    let values = values.compactMap { $0 }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}
