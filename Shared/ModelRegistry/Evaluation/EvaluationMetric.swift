import NeuralNetwork

/// A figure of predictions, by the name under which evaluations and policies know it.
public struct EvaluationMetric: Sendable {
    /// Which values are better.
    public enum Direction: String, Sendable, Codable, CaseIterable {
        /// Greater ones.
        case higher
        /// Smaller ones.
        case lower
    }

    /// The name, such as `auroc` or `recall:0/1`.
    public let name: String
    /// The name for people.
    public let title: String
    /// Which values are better.
    public let direction: Direction
    /// The figure of examples; NaN where it is not defined, such as the recall of a class without examples.
    let value: @Sendable (ScoredExamples) -> Double
}

extension EvaluationMetric {
    /// The metrics of a kind of predictions: a new one is a new line here.
    public static func all(for kind: ScoredExamples.Kind) -> [EvaluationMetric] {
        switch kind {
        case .classes(let names, _):
            func metric(
                _ name: String, _ title: String, _ direction: Direction,
                _ value: @escaping @Sendable (ClassificationMetrics) -> Double
            ) -> EvaluationMetric {
                EvaluationMetric(name: name, title: title, direction: direction) { examples in
                    value(
                        ClassificationMetrics(
                            probabilities: examples.predictions, labels: examples.targets.map(Int.init),
                            classes: names.count))
                }
            }
            return [
                metric("accuracy", "accuracy", .higher, \.accuracy),
                metric("cross-entropy", "cross-entropy", .lower, \.crossEntropy),
                metric("calibration-error", "calibration error (ECE)", .lower, \.calibrationError),
            ]
                + names.enumerated().map { index, name in
                    metric("recall:\(name)", "recall of \(name)", .higher) { metrics in
                        let row = metrics.confusion[index]
                        return Double(row[index]) / Double(row.reduce(0, +))
                    }
                }
        case .binary, .regression: return []
        }
    }

    /// The metric of a name; throws ``RegistryError`` with the names there are.
    public static func named(_ name: String, for kind: ScoredExamples.Kind) throws -> EvaluationMetric {
        let all = all(for: kind)
        if let metric = all.first(where: { $0.name == name }) { return metric }
        throw RegistryError("there is no metric \(name); there are: \(all.map(\.name).joined(separator: ", "))")
    }
}
