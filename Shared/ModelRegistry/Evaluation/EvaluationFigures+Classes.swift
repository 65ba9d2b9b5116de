import NeuralNetwork

extension EvaluationFigures {
    /// The points that a kind of predictions has.
    init(_ examples: ScoredExamples, uncalibrated: ScoredExamples?) {
        guard case .classes(let names, _) = examples.kind else { return }
        confusion =
            ClassificationMetrics(
                probabilities: examples.predictions, labels: examples.targets.map(Int.init), classes: names.count
            ).confusion
        reliabilityAfter = Self.reliability(examples, classes: names.count)
        reliabilityBefore = uncalibrated.map { Self.reliability($0, classes: names.count) }
    }

    /// Accuracy in fifteen bins of confidence, those without examples left out.
    private static func reliability(_ examples: ScoredExamples, classes: Int, bins: Int = 15) -> [ReliabilityBin] {
        var binned = Array(repeating: (confidence: 0.0, right: 0, count: 0), count: bins)
        for (index, target) in examples.targets.enumerated() {
            let row = examples.predictions[(index * classes)..<((index + 1) * classes)]
            guard let best = row.indices.max(by: { row[$0] < row[$1] }) else { continue }
            let bin = min(bins - 1, Int(row[best] * Float(bins)))
            binned[bin].confidence += Double(row[best])
            binned[bin].right += best - row.startIndex == Int(target) ? 1 : 0
            binned[bin].count += 1
        }
        return binned.filter { $0.count > 0 }.map {
            ReliabilityBin(
                confidence: $0.confidence / Double($0.count), accuracy: Double($0.right) / Double($0.count),
                count: $0.count)
        }
    }
}
