import Genomics
import Interpretation
import NeuralNetwork

/// Says on what the calling network's word on an allele rests.
///
/// The network's output for the picture of the reads is compared with that for the same reads if each showed the reference; integrated
/// gradients (Sundararajan and others 2017, equation 1) share the difference out among the values of the picture. One thread at a time.
public final class CallExplainer {
    /// What was found out about an allele.
    public struct Explanation: Sendable {
        /// Probabilities of no, one and two copies.
        public var probabilities: [Float]
        /// Whether the larger network decided, which looks at the reads as well.
        public var isSecondLook: Bool
        /// The class that is explained: the most probable one.
        public var copies: Int
        /// The output for the class, less the mean of the others', of the picture.
        public var score: Double
        /// The same of the picture of the reference alone.
        public var referenceScore: Double
        /// What each value of the picture, and behind it each of the reads, adds to the difference (``CandidateEncoder``).
        public var contributions: [Float]
        /// What is lacking in their sum, as a share of the difference.
        public var error: Double
        /// What each kind of evidence adds, those that add or take most first.
        public var evidence: [(kind: PictureEvidence, sum: Double, share: Double)]
    }

    /// Completeness errors above it are refused.
    public static let maximumError = 0.01

    private let gradients: [String: GradientModel]
    private let model: CallingModel
    private let workers: Int
    private var explainers: [String: InputExplainer] = [:]

    /// Takes a package; throws as ``CallingModel`` does.
    public init(_ package: ModelPackage, workers: Int = 1) throws {
        model = try CallingModel(package)
        let heads = [CallingNetwork.first, CallingNetwork.second]
        gradients = try Dictionary(
            uniqueKeysWithValues: heads.map { ($0, try GradientModel(package, head: $0)) })
        self.workers = workers
    }

    /// Explains the network's word on an allele.
    ///
    /// Throws `InterpretationError` where contributions do not add up.
    public func explain(_ site: SitePileup, maximumError: Double = CallExplainer.maximumError) async throws
        -> Explanation
    {
        let (probabilities, second) = try await model.decide(site.features, count: 1, workers: 1)
        let head = second.isEmpty ? CallingNetwork.first : CallingNetwork.second
        let copies = probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
        let explainer = try explainer(copies, of: head)
        let attribution = try explainer.integratedGradients(
            explainer.model.relaxed(site.features), references: explainer.model.relaxed(site.referenceFeatures),
            maximumError: maximumError)
        let total = attribution.contributions.reduce(0) { $0 + Double(abs($1)) }
        let evidence = PictureEvidence.allCases.map { kind in
            var (sum, magnitude) = (0.0, 0.0)
            for place in kind.places {
                let value = Double(attribution.contributions[place])
                sum += value
                magnitude += abs(value)
            }
            return (kind: kind, sum: sum, share: total > 0 ? magnitude / total : 0)
        }.sorted { ($0.share, $1.kind.rawValue) > ($1.share, $0.kind.rawValue) }
        return Explanation(
            probabilities: probabilities, isSecondLook: !second.isEmpty, copies: copies, score: attribution.score,
            referenceScore: attribution.referenceScore, contributions: attribution.contributions,
            error: attribution.completeness.error, evidence: evidence)
    }

    private func explainer(_ copies: Int, of head: String) throws -> InputExplainer {
        let key = "\(head).\(copies)"
        if let explainer = explainers[key] { return explainer }
        guard let model = gradients[head] else { preconditionFailure("both heads have gradients") }
        let explainer = try InputExplainer(
            model, target: .classOutput(copies, of: CallingModel.labels.count), workers: workers)
        explainers[key] = explainer
        return explainer
    }
}
