import NeuralNetwork

/// The figures of a training, of predictions of records that were not seen: over all folds and in each, simpler models beside.
struct ExpressionFigures {
    private let data: ExpressionDataSet
    private let predictions: [Float]
    private let beside: [String: [Float]]

    init(_ data: ExpressionDataSet, predictions: [Float], beside: [String: [Float]?]) {
        (self.data, self.predictions) = (data, predictions)
        self.beside = beside.compactMapValues { $0 }
    }

    /// By name: `validation.pearson`, `fold.0.pearson`, `validation.ridge.pearson`, `validation.coverage`.
    var metrics: [String: Double] {
        let judged = data.folds.indices.filter { data.folds[$0] >= 0 }
        var metrics = ["training.examples": Double(data.records.count)]
        for (name, value) in figures(judged) { metrics["validation.\(name)"] = value }
        metrics["validation.coverage"] = coverage(judged)
        for fold in Set(judged.map { data.folds[$0] }).sorted() {
            for (name, value) in figures(judged.filter { data.folds[$0] == fold }) {
                metrics["fold.\(fold).\(name)"] = value
            }
        }
        return metrics
    }

    private func figures(_ indices: [Int]) -> [String: Double] {
        var figures = ["examples": Double(indices.count)]
        for (prefix, values) in [("", predictions)] + beside.sorted(by: { $0.key < $1.key }) {
            let numbers = pairs(values, indices)
            figures["\(prefix)pearson"] = numbers.pearson()
            if data.kind != .ecoliMPRA || prefix.isEmpty { figures["\(prefix)r2"] = numbers.rSquared() }
            if !data.positives.isEmpty {
                let ranked = RankedScores(
                    scores: indices.map { values[$0] }, positives: indices.map { data.positives[$0] })
                figures["\(prefix)auroc"] = ranked.auroc()
                figures["\(prefix)auprc"] = ranked.averagePrecision()
            }
            if data.kind == .arabidopsis {
                figures["\(prefix)promoter.pearson"] = pairs(
                    values, indices.filter { data.records[$0].values[MarkSource.marks.count] == 1 }
                ).pearson()
            }
        }
        return figures
    }

    private func pairs(_ values: [Float], _ indices: [Int]) -> PairedNumbers {
        PairedNumbers(predictions: indices.map { values[$0] }, targets: indices.map { data.targets[$0] })
    }

    /// How many of each fold's targets lie within intervals that rest on the errors of the other folds.
    private func coverage(_ judged: [Int]) -> Double {
        var covered = 0
        for fold in Set(judged.map { data.folds[$0] }).sorted() {
            let others = judged.filter { data.folds[$0] != fold }
            let interval = PredictionInterval(
                predictions: others.map { predictions[$0] }, targets: others.map { data.targets[$0] })
            covered += judged.count { index in
                guard data.folds[index] == fold else { return false }
                let bounds = interval.bounds(predictions[index])
                return (max(data.kind.least, bounds.lower)...max(data.kind.least, bounds.upper)).contains(
                    data.targets[index])
            }
        }
        return judged.isEmpty ? 0 : Double(covered) / Double(judged.count)
    }
}
