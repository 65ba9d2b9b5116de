/// What a calibration does to the reliability of probabilities, on examples that it was better not fitted to.
public struct CalibrationReport: Codable, Sendable, Hashable {
    /// The reliability of probabilities on one side of the calibration.
    public struct Side: Codable, Sendable, Hashable {
        /// Confidence and accuracy in bins.
        public var reliability: ReliabilityDiagram
        /// The mean distance of both.
        public var expectedCalibrationError: Double
        /// Their greatest distance in a bin.
        public var maximumCalibrationError: Double
        /// Mean of -ln p(true class).
        public var crossEntropy: Double
        /// Brier's score.
        public var brierScore: Double

        init(_ predictions: ClassProbabilities, bins: Int) {
            reliability = predictions.reliability(bins: bins)
            expectedCalibrationError = reliability.expectedCalibrationError
            maximumCalibrationError = reliability.maximumCalibrationError
            crossEntropy = predictions.crossEntropy() ?? 0
            brierScore = predictions.brierScore() ?? 0
        }
    }

    /// As the network says.
    public var before: Side
    /// As the calibration says.
    public var after: Side

    /// Compares a calibration with none on logits, `[labels.count][classes]`, and true classes.
    public init(
        _ calibration: Calibration, logits: [Float], labels: [Int], classes: Int, bins: Int = 15
    ) throws(NeuralNetworkError) {
        func side(_ calibration: Calibration) throws(NeuralNetworkError) -> Side {
            let probabilities = try calibration.probabilities(logits, classes: classes)
            return Side(
                ClassProbabilities(probabilities: probabilities, labels: labels, classes: classes),
                bins: bins)
        }
        before = try side(Calibration())
        after = try side(calibration)
    }
}
