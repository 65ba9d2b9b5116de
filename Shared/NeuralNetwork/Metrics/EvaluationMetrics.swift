/// The result of a model on examples, whatever its task: the loss, which early stopping goes by, and the measures that
/// the task has.
public struct EvaluationMetrics: Codable, Sendable, Hashable {
    /// The mean loss, as in training.
    public var loss: Double
    /// Of a class an example: what remains is nil.
    public var classification: ClassificationMetrics?
    /// Of several labels an example.
    public var multiLabel: MultiLabelMetrics?
    /// Of numbers.
    public var regression: RegressionMetrics?

    /// Measures a network's last outputs, `[count][width]`, against the targets of `loss`.
    ///
    /// One output of `binaryCrossEntropy` is a classification; its missing targets are left out. What `poisson` predicts
    /// is the rate.
    public init(
        _ loss: Loss, outputs: [Float], targets: [Float], width: Int,
        calibration: Calibration = Calibration()
    ) throws(NeuralNetworkError) {
        precondition(width > 0 && outputs.count.isMultiple(of: width))
        let count = outputs.count / width
        precondition(targets.count == count * loss.targetCount(outputs: width))
        var unused = outputs
        self.loss =
            loss.evaluate(
                outputs: outputs, targets: targets, count: count, width: width, dOutputs: &unused
            ).mean
        switch loss.task {
        case .classes:
            let labels = targets.map { LossPass.label($0, classes: max(2, width)) }
            guard let wrong = labels.firstIndex(of: nil) else {
                classification = ClassificationMetrics(
                    probabilities: try calibration.probabilities(outputs, classes: width),
                    labels: labels.compactMap { $0 }, classes: width)
                return
            }
            throw NeuralNetworkError(
                .mismatch, "\(targets[wrong]) is not a class", place: "example \(wrong)")
        case .labels where width == 1:
            let known = targets.indices.filter { !targets[$0].isNaN }
            classification = ClassificationMetrics(
                probabilities: try calibration.probabilities(known.map { outputs[$0] }, classes: 1),
                labels: known.map { targets[$0] > 0.5 ? 1 : 0 }, classes: 1)
        case .labels:
            multiLabel = MultiLabelMetrics(
                probabilities: try calibration.probabilities(outputs, labels: width), targets: targets,
                width: width)
        case .regression:
            let predictions =
                loss == .poisson ? outputs.map { Float(PortableMath.exp(Double($0))) } : outputs
            regression = RegressionMetrics(predictions: predictions, targets: targets, width: width)
        }
    }

    /// The loss and the task's measures by name, as lineages and learning curves have them.
    public var figures: [String: Double] {
        var figures =
            classification?.figures ?? multiLabel?.figures ?? regression?.figures ?? [:]
        figures["loss"] = loss
        return figures
    }

    /// The examples that were measured.
    public var count: Int { classification?.count ?? multiLabel?.count ?? regression?.count ?? 0 }
}
