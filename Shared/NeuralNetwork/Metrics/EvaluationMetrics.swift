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
    /// Of each head, where the network has heads; all else but the loss is nil then.
    public var heads: [String: EvaluationMetrics]?

    /// Measures a network's last outputs, `[count][width]`, against the targets of `loss`.
    ///
    /// One output of `binaryCrossEntropy` is a classification; its missing targets are left out. What `poisson` predicts
    /// is the rate. Targets that are not a number are left out.
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
            let known = targets.indices.filter { !targets[$0].isNaN }
            let labels = try known.map { index throws(NeuralNetworkError) in
                guard let label = LossPass.label(targets[index], classes: max(2, width)) else {
                    throw NeuralNetworkError(
                        .mismatch, "\(targets[index]) is not a class", place: "example \(index)")
                }
                return label
            }
            let logits =
                known.count == count ? outputs : known.flatMap { outputs[$0 * width..<($0 + 1) * width] }
            classification = ClassificationMetrics(
                probabilities: try calibration.probabilities(logits, classes: width), labels: labels, classes: width)
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
            regression = RegressionMetrics(
                predictions: predictions, targets: targets, width: width, areCounts: loss == .poisson)
        }
    }

    /// Measures a network's outputs, `[count][outputCount]`, head by head; `calibrations` are by head, that of a network
    /// without heads under no name.
    init(
        _ objective: Objective, outputs: [Float], targets: [Float], calibrations: [String: Calibration] = [:]
    ) throws(NeuralNetworkError) {
        guard objective.hasHeads else {
            let part = objective.parts[0]
            try self.init(
                part.loss, outputs: outputs, targets: targets, width: part.width,
                calibration: calibrations[""] ?? Calibration())
            return
        }
        var (loss, heads) = (0.0, [String: EvaluationMetrics]())
        for part in objective.parts {
            let name = part.output.name ?? ""
            let (own, truth) = objective.slices(of: part, outputs: outputs, targets: targets)
            let metrics = try EvaluationMetrics(
                part.loss, outputs: own, targets: truth, width: part.width,
                calibration: calibrations[name] ?? Calibration())
            loss += part.weight * metrics.loss
            heads[name] = metrics
        }
        self.init(loss: loss, heads: heads)
    }

    private init(loss: Double, heads: [String: EvaluationMetrics]) {
        self.loss = loss
        self.heads = heads
    }

    /// The loss and the task's measures by name, as lineages and learning curves have them.
    public var figures: [String: Double] {
        var figures =
            classification?.figures ?? multiLabel?.figures ?? regression?.figures ?? [:]
        figures["loss"] = loss
        guard let heads else { return figures }
        // The mean of a measure that all heads have, and those of each.
        let own = heads.filter { $0.value.count > 0 }.mapValues(\.figures)
        for (name, head) in own {
            for (measure, value) in head { figures["\(name).\(measure)"] = value }
        }
        for measure in own.values.first?.keys.map({ $0 }) ?? [] where measure != "loss" {
            // In the order of their names: sums of floating-point numbers depend on it.
            let values = own.keys.sorted().compactMap { own[$0]?[measure] }
            if values.count == heads.count { figures[measure] = mean(values) }
        }
        return figures
    }

    /// The examples, or decisions of examples, that were measured; of heads, those of the one with most.
    public var count: Int {
        if let heads { return heads.values.map(\.count).max() ?? 0 }
        return classification?.count ?? multiLabel?.count ?? regression?.count ?? 0
    }
}

extension Objective {
    /// What belongs to one head of `[count]` outputs and targets.
    func slices(of part: Part, outputs: [Float], targets: [Float]) -> (outputs: [Float], targets: [Float]) {
        guard parts.count > 1 else { return (outputs, targets) }
        let count = outputs.count / outputCount
        var (own, truth) = ([Float](), [Float]())
        own.reserveCapacity(count * part.output.count)
        truth.reserveCapacity(count * part.targetCount)
        for example in 0..<count {
            let (output, target) = (
                example * outputCount + part.output.offset, example * targetCount + part.targetOffset
            )
            own += outputs[output..<output + part.output.count]
            truth += targets[target..<target + part.targetCount]
        }
        return (own, truth)
    }
}
