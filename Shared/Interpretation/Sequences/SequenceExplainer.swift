import Genomics
import NeuralNetwork

/// Explains the output of a network over bases by the letters of a sequence.
///
/// The same sequence gives the same bytes in whatever order, and with any number of workers. One thread at a time.
public final class SequenceExplainer {
    /// How to explain.
    public struct Options: Sendable, Hashable {
        /// The method.
        public var method = AttributionMethod.deepSHAP
        /// Completeness errors above it are refused; the method's own limit if nil.
        public var maximumError: Double?
        /// Shuffled references of DeepSHAP.
        public var references = 20
        /// The seed of the shuffles.
        public var referenceSeed: UInt64 = 1
        /// Whether the reverse complement is explained too, and the mean of both given: of models that read both.
        public var readsBothStrands = false

        /// DeepSHAP.
        public init() {}
    }

    /// How to explain.
    public let options: Options
    /// Bases that the network reads.
    public let length: Int
    private let explainer: InputExplainer
    private let scan: MutationScan?
    private let workers: Int

    /// An explainer of a network whose only input is of bases.
    public init(
        _ package: ModelPackage, target: AttributionTarget, options: Options = Options(), workers: Int = 1
    ) throws {
        let inputs = package.architecture.inputs
        guard inputs.count == 1, inputs[0].kind == .bases else {
            throw InterpretationError(.mismatch, "the network does not read bases alone", place: "inputs")
        }
        if options.maximumError != nil, !options.method.promisesCompleteness, options.method != .gradientTimesInput {
            throw InterpretationError(
                .mismatch, "contributions of \(options.method.rawValue) add up to nothing: there is no error to limit")
        }
        explainer = try InputExplainer(GradientModel(package), target: target, workers: workers)
        length = inputs[0].shape[0]
        self.options = options
        self.workers = workers
        scan = options.method == .mutagenesis ? try MutationScan(InferenceModel(package)) : nil
    }

    /// The network's layers, and DeepLIFT's rule for each.
    public var layers: [GradientModel.LayerPlace] { explainer.model.layers }

    /// Explains a sequence of base codes, of the network's length.
    public func explain(_ codes: [UInt8]) throws -> SequenceAttribution {
        guard codes.count == length else {
            throw InterpretationError(
                .mismatch, "the sequence has \(codes.count) bases and the model reads \(length)")
        }
        let forward = try strand(codes)
        guard options.readsBothStrands else { return forward }
        let reverse = try strand(codes.reversed().map(BaseCode.complementCode))
        return Self.mean(forward, reverse)
    }

    private func strand(_ codes: [UInt8]) throws -> SequenceAttribution {
        let input = explainer.model.relaxed(codes.map(Float.init))
        switch options.method {
        case .saliency:
            let (score, gradient) = explainer.gradient(input)
            let contributions = codes.indices.map { position in
                (0..<4).map { abs(gradient[4 * position + $0]) }.max() ?? 0
            }
            return SequenceAttribution(
                method: .saliency, codes: codes, score: score, contributions: contributions, hypothetical: gradient)
        case .gradientTimesInput:
            let result = explainer.gradientTimesInput(input)
            try result.completeness.check(
                options.maximumError, .gradientTimesInput, remedy: "the method promises none; use integrated gradients")
            return attribution(codes, result, references: Array(repeating: 0, count: input.count))
        case .integratedGradients, .deepLIFT:
            // Each letter as probable, where there is one.
            let reference = codes.flatMap { [Float](repeating: $0 == 0 ? 0 : 0.25, count: 4) }
            let result =
                options.method == .deepLIFT
                ? try explainer.deepLIFT(input, references: reference, maximumError: maximumError)
                : try explainer.integratedGradients(input, references: reference, maximumError: maximumError)
            return attribution(codes, result, references: reference)
        case .deepSHAP:
            let shuffle = DinucleotideShuffle(seed: options.referenceSeed)
            let references = (0..<options.references).flatMap { number in
                explainer.model.relaxed(shuffle(codes, number: number).map(Float.init))
            }
            let result = try explainer.deepLIFT(input, references: references, maximumError: maximumError)
            return attribution(codes, result, references: references)
        case .mutagenesis: return mutagenesis(codes)
        }
    }

    private var maximumError: Double? {
        options.maximumError ?? options.method.maximumError(isExact: explainer.isExact)
    }

    /// What each letter would add in place of the reference's: its multiplier less what the reference's letters add.
    private func attribution(
        _ codes: [UInt8], _ result: InputExplainer.Attribution, references: [Float]
    ) -> SequenceAttribution {
        let width = 4 * codes.count
        let count = references.count / width
        var hypothetical = [Double](repeating: 0, count: width)
        for row in 0..<count {
            for position in codes.indices {
                let place = row * width + 4 * position
                var reference = 0.0
                for letter in 0..<4 {
                    reference += Double(result.multipliers[place + letter]) * Double(references[place + letter])
                }
                for letter in 0..<4 {
                    hypothetical[4 * position + letter] += Double(result.multipliers[place + letter]) - reference
                }
            }
        }
        return SequenceAttribution(
            method: options.method, codes: codes, score: result.score, referenceScore: result.referenceScore,
            contributions: codes.indices.map { position in
                result.contributions[4 * position..<4 * position + 4].reduce(0, +)
            },
            hypothetical: hypothetical.map { Float($0 / Double(count)) }, completeness: result.completeness)
    }

    private func mutagenesis(_ codes: [UInt8]) -> SequenceAttribution {
        guard let scan else { preconditionFailure("the scan is made for the method") }
        let (own, changed) = scan.outputs(codes.map(Float.init), workers: workers)
        let (score, outputs) = (explainer.target.score(own[...]), own.count)
        let effects = (0..<4 * codes.count).map { place in
            explainer.target.score(changed[place * outputs..<(place + 1) * outputs]) - score
        }
        var (hypothetical, contributions): ([Float], [Float]) = ([], [])
        for (position, code) in codes.enumerated() {
            let four = effects[4 * position..<4 * position + 4]
            let mean = four.reduce(0, +) / 4
            hypothetical += four.map { Float($0 - mean) }
            contributions.append(code == 0 ? 0 : Float(-mean))
        }
        return SequenceAttribution(
            method: .mutagenesis, codes: codes, score: score, contributions: contributions, hypothetical: hypothetical,
            effects: effects.map { Float($0) })
    }

    /// The mean of a sequence's attribution and that of its reverse complement, on the sequence's strand.
    private static func mean(_ forward: SequenceAttribution, _ reverse: SequenceAttribution) -> SequenceAttribution {
        func mean(_ a: [Float], _ b: [Float]) -> [Float] { zip(a, b.reversed()).map { ($0 + $1) / 2 } }
        func mean(_ a: Double, _ b: Double) -> Double { (a + b) / 2 }
        var result = forward
        result.score = mean(forward.score, reverse.score)
        result.contributions = mean(forward.contributions, reverse.contributions)
        // A reversed list of letters is that of the complements.
        result.hypothetical = mean(forward.hypothetical, reverse.hypothetical)
        if let effects = forward.effects, let others = reverse.effects { result.effects = mean(effects, others) }
        if let own = forward.referenceScore, let other = reverse.referenceScore {
            result.referenceScore = mean(own, other)
        }
        if let own = forward.completeness, let other = reverse.completeness {
            result.completeness = Completeness(
                difference: mean(own.difference, other.difference), sum: mean(own.sum, other.sum),
                residual: mean(own.residual, other.residual), magnitude: mean(own.magnitude, other.magnitude))
        }
        return result
    }
}
