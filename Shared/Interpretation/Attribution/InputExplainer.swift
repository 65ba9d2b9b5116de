import NeuralNetwork

/// Explains a network's output by the floats of its relaxed input, whatever the network reads.
///
/// One thread at a time. Contributions do not depend on the number of workers.
public final class InputExplainer {
    /// What the output is due to.
    public struct Attribution: Sendable, Hashable {
        /// The value of the target.
        public var score: Double
        /// Its mean over the references.
        public var referenceScore: Double
        /// Of each float of the relaxed input: what it adds, the mean over the references.
        public var contributions: [Float]
        /// `references × inputCount`: what each float adds a unit of its difference to the reference.
        public var multipliers: [Float]
        /// How near the contributions come to the difference of the scores.
        public var completeness: Completeness
    }

    /// The network.
    public let model: GradientModel
    /// What is explained.
    public let target: AttributionTarget
    let workspace: GradientWorkspace

    /// An explainer of an output; throws where the target has another number of outputs.
    public init(_ model: GradientModel, target: AttributionTarget, workers: Int = 1) throws(InterpretationError) {
        guard target.weights.count == model.outputCount else {
            throw InterpretationError(
                .mismatch, "the target weighs \(target.weights.count) outputs and the network has \(model.outputCount)")
        }
        self.model = model
        self.target = target
        workspace = model.makeWorkspace(workers: workers)
    }

    /// Whether the rule of every layer is exact, so that DeepLIFT is complete but for rounding.
    public var isExact: Bool { model.layers.allSatisfy(\.rule.isExact) }

    /// The target and its gradient at a relaxed input.
    public func gradient(_ input: [Float]) -> (score: Double, gradient: [Float]) {
        let result = model.gradients(target.weights, at: input, workspace: workspace)
        return (target.score(result.outputs[...]), result.inputs)
    }

    /// The gradient times the input; its completeness is that against an input of zeros, which the method does not promise.
    public func gradientTimesInput(_ input: [Float]) -> Attribution {
        let zero = [Float](repeating: 0, count: input.count)
        let result = model.gradients(target.weights, at: input + zero, workspace: workspace)
        let gradient = Array(result.inputs.prefix(input.count))
        return attribution(
            input, references: zero, multipliers: gradient, outputs: Array(result.outputs.prefix(model.outputCount)),
            referenceOutputs: Array(result.outputs.suffix(model.outputCount)))
    }

    /// DeepLIFT against each of several references, by the rules of `GradientModel.layers`.
    ///
    /// Where a layer's rule is a path and the error is above the limit, the path is followed with more points.
    ///
    /// - Parameters:
    ///   - input: A relaxed input.
    ///   - references: `n × inputCount` floats.
    ///   - maximumError: Attributions with a greater ``Completeness/error`` are refused; nil refuses none.
    public func deepLIFT(
        _ input: [Float], references: [Float], maximumError: Double?
    ) throws(InterpretationError) -> Attribution {
        var points = 16
        while true {
            let result = model.multipliers(
                target.weights, input: input, references: references, points: points, workspace: workspace)
            let attribution = attribution(
                input, references: references, multipliers: result.multipliers, outputs: result.outputs,
                referenceOutputs: result.referenceOutputs)
            let isEnough = attribution.completeness.error <= (maximumError ?? .infinity)
            if isEnough || isExact || points >= Self.mostPoints {
                try attribution.completeness.check(
                    maximumError, .deepLIFT,
                    remedy: isExact
                        ? "it is rounding in a network of very large numbers; use integrated gradients"
                        : "its layers \(pathLayers) have no exact rule; use integrated gradients, or allow a greater error"
                )
                return attribution
            }
            points *= 4
        }
    }

    private static let mostPoints = 256

    /// The layers whose rule is not exact.
    var pathLayers: String {
        model.layers.filter { !$0.rule.isExact }.map { "\($0.name) (\($0.type))" }.joined(separator: ", ")
    }

    /// Adds up what multipliers against references say.
    func attribution(
        _ input: [Float], references: [Float], multipliers: [Float], outputs: [Float], referenceOutputs: [Float]
    ) -> Attribution {
        let (width, score) = (input.count, target.score(outputs[...]))
        let count = references.count / width
        var contributions = [Double](repeating: 0, count: width)
        var completeness = Completeness(difference: 0, sum: 0, residual: 0, magnitude: 0)
        var referenceScore = 0.0
        for row in 0..<count {
            let reference = target.score(
                referenceOutputs[row * model.outputCount..<(row + 1) * model.outputCount])
            var sum = 0.0
            for i in 0..<width {
                let place = row * width + i
                let contribution = Double(multipliers[place]) * (Double(input[i]) - Double(references[place]))
                contributions[i] += contribution
                sum += contribution
                completeness.magnitude += abs(contribution)
            }
            referenceScore += reference
            completeness.sum += sum
            completeness.difference += score - reference
            completeness.residual += abs(sum - (score - reference))
        }
        let share = 1 / Double(max(1, count))
        completeness.magnitude *= share
        completeness.sum *= share
        completeness.difference *= share
        completeness.residual *= share
        return Attribution(
            score: score, referenceScore: referenceScore * share,
            contributions: contributions.map { Float($0 * share) },
            multipliers: multipliers, completeness: completeness)
    }
}
