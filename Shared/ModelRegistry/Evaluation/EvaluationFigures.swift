import NeuralNetwork

/// What an evaluation's plots show.
public struct EvaluationFigures: Sendable, Codable, Hashable {
    /// The search for what is not background, over all thresholds.
    public struct Search: Sendable, Codable, Hashable {
        /// True positive rate over false positive rate.
        public var roc: [CurvePoint]
        /// Precision over recall.
        public var precisionRecall: [CurvePoint]
        /// Share of examples that are not background: the precision of a guess.
        public var prevalence: Double
    }

    /// Set where there is a background.
    public var search: Search?
    /// Examples by true class (row) and most probable class (column).
    public var confusion: [[Int]]?
    /// Accuracy by confidence of the network's own probabilities.
    public var reliabilityBefore: ReliabilityDiagram?
    /// Accuracy by confidence of calibrated probabilities, as services use them.
    public var reliabilityAfter: ReliabilityDiagram?

    /// Computes what a kind of predictions has.
    public init(_ examples: ScoredExamples, uncalibrated: ScoredExamples? = nil) {
        switch examples.kind {
        case .classes, .binary: break
        case .regression, .labels, .numbers, .counts, .heads: return
        }
        confusion = examples.classes.confusion().counts.map { $0.map { Int($0) } }
        reliabilityAfter = examples.classes.reliability()
        reliabilityBefore = uncalibrated?.classes.reliability()
        guard let ranked = examples.ranked, let positives = examples.positives else { return }
        search = Search(
            roc: ranked.rocCurve(), precisionRecall: ranked.precisionRecallCurve(),
            prevalence: Double(positives.count { $0 }) / Double(positives.count))
    }
}
