import NeuralNetwork

/// What networks say of examples that they were not fitted to.
struct HeldPredictions {
    private let examples: LabelledSequences
    private let width: Int
    private var sums: [Float]
    private var votes: [Int]

    init(_ examples: LabelledSequences, outputs: Int) {
        self.examples = examples
        width = outputs
        sums = [Float](repeating: 0, count: examples.count * outputs)
        votes = [Int](repeating: 0, count: examples.count)
    }

    /// Examples of which something was said.
    var count: Int { votes.count { $0 > 0 } }

    /// Adds a network's outputs, `[indices.count][outputs]`.
    mutating func add(_ outputs: [Float], at indices: [Int]) {
        for (row, index) in indices.enumerated() {
            for place in 0..<width { sums[index * width + place] += outputs[row * width + place] }
            votes[index] += 1
        }
    }

    /// The figures of the means, with a temperature where there are classes.
    ///
    /// `byFold` has those of each fold, `fold.0.accuracy`, where that is asked for.
    func judge(
        _ loss: Loss, isRegression: Bool, reportsFolds: Bool = false
    ) throws -> (calibration: Calibration, figures: [String: Double], byFold: [String: Double]) {
        let known = votes.indices.filter { votes[$0] > 0 }
        var calibration = Calibration()
        if !isRegression { calibration = temperature(known) }
        var figures = try measured(known, loss, calibration)
        // Each half with the other's temperature: no example judges what was fitted to it.
        if !isRegression, known.count >= 100 {
            let halves = [0, 1].map { half in known.enumerated().filter { $0.offset % 2 == half }.map(\.element) }
            let crosswise = try [0, 1].map { try measured(halves[$0], loss, temperature(halves[1 - $0])) }
            for name in ["calibration-error", "cross-entropy", "brier-score"] {
                let values = crosswise.compactMap { $0[name] }
                if values.count == 2 { figures[name] = (values[0] + values[1]) / 2 }
            }
        }
        var byFold: [String: Double] = [:]
        // How much the folds differ.
        let folds = Set(known.map { examples.folds[$0] }).sorted()
        if folds.count > 1 {
            let each = try folds.map { fold in
                try measured(known.filter { examples.folds[$0] == fold }, loss, calibration)
            }
            if reportsFolds {
                let counted = zip(folds, each).map { fold, own in
                    let count = known.count { examples.folds[$0] == fold }
                    return (Int64(fold), own.merging(["examples": Double(count)]) { $1 })
                }
                byFold = FoldTable.metrics(counted).filter { $0.key.hasPrefix("fold.") }
            }
            for name in figures.keys {
                let values = each.compactMap { $0[name] }
                guard values.count == folds.count else { continue }
                let mean = values.reduce(0, +) / Double(values.count)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
                figures["\(name).mean-of-folds"] = mean
                figures["\(name).deviation-of-folds"] = variance.squareRoot()
            }
        }
        return (calibration, figures, byFold)
    }

    /// What was said of each example, as a table: `file`, `record`, `fold`, `label` and a probability a class.
    func table(_ recipe: SequenceRecipe, _ calibration: Calibration) throws -> String {
        var lines = [(["file", "record", "fold", "label"] + recipe.labels.map { "p_\($0)" }).joined(separator: "\t")]
        let known = votes.indices.filter { votes[$0] > 0 && examples.places[$0].file >= 0 }
        let probabilities = try calibration.probabilities(outputs(known), classes: width)
        for (row, index) in known.enumerated() {
            let path = recipe.sources[Int(examples.places[index].file)].file
            let file = String(path.split(separator: "/").last ?? "")
            let fields = [file, "\(examples.places[index].record)", "\(examples.folds[index])"]
            let values = probabilities[row * width..<(row + 1) * width].map { "\($0)" }
            lines.append((fields + [recipe.labels[Int(examples.targets[index])]] + values).joined(separator: "\t"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func outputs(_ indices: [Int]) -> [Float] {
        indices.flatMap { index in (0..<width).map { sums[index * width + $0] / Float(votes[index]) } }
    }

    private func temperature(_ indices: [Int]) -> Calibration {
        Calibration(
            fitting: outputs(indices), labels: indices.map { Int(examples.targets[$0]) }, classes: width)
    }

    private func measured(_ indices: [Int], _ loss: Loss, _ calibration: Calibration) throws -> [String: Double] {
        try EvaluationMetrics(
            loss, outputs: outputs(indices), targets: indices.map { examples.targets[$0] }, width: width,
            calibration: calibration
        ).figures
    }
}
