/// How well independent probabilities fit labels of which an example may have several, or not be known to have.
public struct MultiLabelMetrics: Codable, Sendable, Hashable {
    /// One label's measures, over the examples where it is known.
    public struct Label: Codable, Sendable, Hashable {
        /// Examples where it is known.
        public var count: Int
        /// Those that have it.
        public var positives: Int
        /// Share of examples on the right side of ½; nil where none is known.
        public var accuracy: Double?
        /// The area under the ROC, if defined.
        public var auroc: Double?
        /// The average precision, if defined.
        public var averagePrecision: Double?
        /// Brier's score; nil where none is known.
        public var brierScore: Double?
        /// Expected calibration error of the label's probability.
        public var calibrationError: Double
    }

    /// Examples.
    public var count: Int
    /// The measures of each label.
    public var labels: [Label]

    /// Compares `probabilities` with `targets`, both `[count][width]`; a target of more than ½ is a positive, and one
    /// that is not a number is unknown.
    public init(probabilities: [Float], targets: [Float], width: Int, bins: Int = 15) {
        precondition(
            width > 0 && probabilities.count == targets.count && targets.count.isMultiple(of: width))
        count = targets.count / width
        labels = (0..<width).map { label in
            let known = stride(from: label, to: targets.count, by: width).filter { !targets[$0].isNaN }
            let (p, hits) = (known.map { probabilities[$0] }, known.map { targets[$0] > 0.5 })
            let classes = ClassProbabilities(
                probabilities: p, labels: hits.map { $0 ? 1 : 0 }, classes: 1)
            let ranked = RankedScores(scores: p, positives: hits)
            return Label(
                count: known.count, positives: hits.count { $0 }, accuracy: classes.accuracy(),
                auroc: ranked.auroc(), averagePrecision: ranked.averagePrecision(),
                brierScore: classes.brierScore(),
                calibrationError: ReliabilityDiagram(confidences: p, hits: hits, bins: bins)
                    .expectedCalibrationError)
        }
    }

    /// The mean area under the ROC of the labels where it is defined.
    public var auroc: Double? { mean(labels.map(\.auroc)) }
    /// The mean average precision of the labels where it is defined.
    public var averagePrecision: Double? { mean(labels.map(\.averagePrecision)) }
    /// Share of all known labels on the right side of ½.
    public var accuracy: Double? {
        let known = labels.reduce(0) { $0 + $1.count }
        let right = labels.reduce(0.0) { $0 + ($1.accuracy ?? 0) * Double($1.count) }
        return known > 0 ? right / Double(known) : nil
    }

    /// The means over labels by name.
    public var figures: [String: Double] {
        [
            "accuracy": accuracy, "auroc": auroc, "average-precision": averagePrecision,
            "brier-score": mean(labels.map(\.brierScore)),
            "calibration-error": mean(labels.filter { $0.count > 0 }.map(\.calibrationError)),
        ].compactMapValues { $0 }
    }
}
