import NeuralNetwork

extension InputExplainer {
    /// Integrated gradients from each of several references.
    ///
    /// The line from a reference to the input is cut where its parts do not add up: the sum of a part's gradients is
    /// compared with what the output does there, and the parts that miss most are halved, until the contributions are
    /// as near to complete as half of the limit, and what parts miss is at most twice the limit in all, or `steps`
    /// gradients were taken.
    ///
    /// - Parameters:
    ///   - input: A relaxed input.
    ///   - references: `n × inputCount` floats.
    ///   - maximumError: Attributions with a greater ``Completeness/error`` are refused; nil refuses none.
    ///   - steps: The gradients that may be taken for a reference.
    public func integratedGradients(
        _ input: [Float], references: [Float], maximumError: Double?, steps: Int = 4096
    ) throws(InterpretationError) -> Attribution {
        let width = input.count
        var multipliers: [Float] = []
        var (outputs, referenceOutputs): ([Float], [Float]) = ([], [])
        for first in stride(from: 0, to: references.count, by: width) {
            let reference = Array(references[first..<first + width])
            let ends = model.gradients(target.weights, at: reference + input, workspace: workspace).outputs
            referenceOutputs += ends.prefix(model.outputCount)
            outputs = Array(ends.suffix(model.outputCount))
            var line = Line(self, from: reference, to: input, ends: ends, tolerance: (maximumError ?? 0.01) / 2)
            multipliers += line.meanGradient(steps: steps)
        }
        let attribution = attribution(
            input, references: references, multipliers: multipliers, outputs: outputs,
            referenceOutputs: referenceOutputs)
        try attribution.completeness.check(
            maximumError, .integratedGradients,
            remedy: "the output jumps between reference and input: allow more steps or a greater error")
        return attribution
    }
}

/// The line from a reference to an input, in parts.
private struct Line {
    /// A part, with the gradient at its middle.
    struct Part {
        var from, to: Double
        var fromScore, middleScore, toScore: Double
        var gradient: [Float]
        /// What the gradient says that the output does in the part, less what it does.
        var residual: Double
        /// The absolute sum of contributions.
        var magnitude: Double
    }

    private let explainer: InputExplainer
    private let reference, input: [Float]
    private let tolerance: Double
    private let scores: (from: Double, to: Double)
    private var parts: [Part] = []

    /// Parts before any is halved.
    private static let first = 16

    init(
        _ explainer: InputExplainer, from reference: [Float], to input: [Float], ends: [Float], tolerance: Double
    ) {
        (self.explainer, self.reference, self.input, self.tolerance) = (explainer, reference, input, tolerance)
        let outputs = explainer.model.outputCount
        scores = (explainer.target.score(ends.prefix(outputs)), explainer.target.score(ends.suffix(outputs)))
    }

    /// The gradient's mean over the line.
    mutating func meanGradient(steps: Int) -> [Float] {
        let edges = (0...Self.first).map { Double($0) / Double(Self.first) }
        let inner = outputs(at: edges.dropFirst().dropLast())
        let values = [scores.from] + inner + [scores.to]
        parts = make((0..<Self.first).map { (edges[$0], edges[$0 + 1], values[$0], values[$0 + 1]) })
        var taken = 2 * Self.first
        while taken < steps {
            let scale = max(abs(scores.to - scores.from), parts.reduce(0) { $0 + $1.magnitude } / 100)
            // What is but rounding of the scores does not fall with the length of a part.
            let rounding = 0x1p-22 * max(abs(scores.from), abs(scores.to))
            let missing = parts.indices.filter { abs(parts[$0].residual) > rounding }
            let total = missing.reduce(0) { $0 + abs(parts[$1].residual) }
            // What misses on both sides cancels in the sum, but not in single contributions.
            let sum = abs(parts.reduce(0) { $0 + $1.residual })
            guard total > 4 * tolerance * scale || total > 0 && sum > tolerance * scale else { break }
            // All parts that miss more than an equal share of what is allowed; those that miss most where steps run out.
            let share = tolerance * scale / Double(parts.count)
            let halved = missing.filter { abs(parts[$0].residual) > share }
                .sorted { (abs(parts[$1].residual), $0) < (abs(parts[$0].residual), $1) }
                .prefix(max(1, (steps - taken) / 2))
            guard !halved.isEmpty else { break }
            let halves = make(
                halved.flatMap { index in
                    let part = parts[index]
                    let middle = (part.from + part.to) / 2
                    return [
                        (part.from, middle, part.fromScore, part.middleScore),
                        (middle, part.to, part.middleScore, part.toScore),
                    ]
                })
            taken += halves.count
            let gone = Set(halved)
            parts = parts.indices.filter { !gone.contains($0) }.map { parts[$0] } + halves
        }
        var mean = [Double](repeating: 0, count: input.count)
        for part in parts.sorted(by: { $0.from < $1.from }) {
            for i in mean.indices { mean[i] += Double(part.gradient[i]) * (part.to - part.from) }
        }
        return mean.map { Float($0) }
    }

    private func make(_ ranges: [(from: Double, to: Double, fromScore: Double, toScore: Double)]) -> [Part] {
        let width = input.count
        let result = gradients(at: ranges.map { ($0.from + $0.to) / 2 })
        return ranges.indices.map { index in
            let range = ranges[index]
            let gradient = Array(result.inputs[index * width..<(index + 1) * width])
            var (sum, magnitude) = (0.0, 0.0)
            for i in 0..<width {
                let contribution =
                    Double(gradient[i]) * (Double(input[i]) - Double(reference[i])) * (range.to - range.from)
                sum += contribution
                magnitude += abs(contribution)
            }
            return Part(
                from: range.from, to: range.to, fromScore: range.fromScore, middleScore: score(result, index),
                toScore: range.toScore, gradient: gradient, residual: sum - (range.toScore - range.fromScore),
                magnitude: magnitude)
        }
    }

    private func outputs(at places: some Collection<Double>) -> [Double] {
        let result = gradients(at: Array(places))
        return places.indices.enumerated().map { score(result, $0.offset) }
    }

    private func gradients(at places: [Double]) -> InputGradients {
        let points = places.flatMap { place in
            zip(reference, input).map { $0 + Float(place) * ($1 - $0) }
        }
        return explainer.model.gradients(explainer.target.weights, at: points, workspace: explainer.workspace)
    }

    private func score(_ result: InputGradients, _ index: Int) -> Double {
        let outputs = explainer.model.outputCount
        return explainer.target.score(result.outputs[index * outputs..<(index + 1) * outputs])
    }
}
