import Annotation
import Foundation
import NeuralNetwork

/// The network that classifies variants: what an allele's kind, residues, place and gene say of whether it causes disease.
///
/// Not for clinical use until a laboratory has validated it.
public struct PathogenicityModel: Sendable {
    /// What reports call it.
    public static let name = "pathogenicity@1"

    /// What the network says of a variant, in log-odds among variants as it learned from.
    public struct LogOdds: Sendable, Hashable {
        /// Without its frequency: what PP3 and BP4 rest on.
        public var change: Double
        /// With its frequency; nil where that was not looked up.
        public var withFrequency: Double?
    }

    /// What a package holds beside the weights.
    struct Options: Sendable, Codable {
        /// Of missense variants, on scores without frequency.
        var likelihood: LocalLikelihood
        /// The mean missense variant that it learned from: contributions are told from it.
        var baseline: [Float]
    }

    /// The network with its lineage.
    public let package: ModelPackage
    /// What scores of missense variants are worth.
    public let likelihood: LocalLikelihood
    let features: PathogenicityFeatures
    let baseline: [Float]
    let gradients: GradientModel
    let members: Double
    private let network: InferenceModel

    init(_ package: ModelPackage, constraint: GeneConstraint) throws {
        guard package.featureVersion == PathogenicityFeatures.version else {
            throw NeuralNetworkError(
                .mismatch,
                "the model reads features of version \(package.featureVersion), and those of variants are "
                    + PathogenicityFeatures.version,
                place: "featureVersion")
        }
        guard
            let count = (1...PathogenicityNetwork.mostMembers).first(where: {
                package.architecture == PathogenicityNetwork.architecture(members: $0)
            })
        else {
            throw NeuralNetworkError(.mismatch, "this is no network that classifies variants", place: "architecture")
        }
        guard let text = package.taskOptions,
            let options = try? JSONDecoder().decode(Options.self, from: Data(text.utf8)),
            options.baseline.count == PathogenicityFeatures.variant + PathogenicityFeatures.frequency
        else {
            throw NeuralNetworkError(.mismatch, "the model has no calibration of its scores", place: "taskOptions")
        }
        self.package = package
        members = Double(count)
        features = PathogenicityFeatures(constraint: constraint)
        likelihood = options.likelihood
        baseline = options.baseline
        network = try InferenceModel(package)
        gradients = try GradientModel(package)
    }

    /// Reads a file; throws where it is no model of variants.
    public init(decoding file: [UInt8], constraint: GeneConstraint? = nil) throws {
        try self.init(ModelPackage(decoding: file), constraint: constraint ?? .bundled())
    }

    /// The model that comes with the suite, with its table of gene constraint.
    public static func bundled() throws -> PathogenicityModel {
        guard
            let file = Bundle.module.url(
                forResource: "pathogenicity", withExtension: "safetensors", subdirectory: "Trained")
        else {
            throw NeuralNetworkError(
                .malformed, "the suite's model of pathogenic variants is not installed beside the program")
        }
        return try PathogenicityModel(decoding: Array(Data(contentsOf: file)))
    }

    /// What the network says of variants, one behind the other.
    public func logOdds(_ inputs: [PathogenicityInput]) -> [LogOdds] {
        var rows: [Float] = []
        rows.reserveCapacity(inputs.count * (PathogenicityFeatures.variant + PathogenicityFeatures.frequency))
        for input in inputs { features.writeExample(input, into: &rows) }
        let outputs = network.predict(rows, count: inputs.count)
        return inputs.indices.map { index in
            LogOdds(
                change: Double(outputs[2 * index]) / members,
                withFrequency: inputs[index].frequency == .notLookedUp
                    ? nil : Double(outputs[2 * index + 1]) / members)
        }
    }

    /// The evidence of a missense variant, without its frequency; nil for all others, whose scores are not calibrated.
    ///
    /// Reasons take longer than the rest: leave them out where nobody reads them.
    public func score(_ input: PathogenicityInput, withReasons: Bool = true) -> PathogenicityScore? {
        guard input.kind == .missense, let odds = logOdds([input]).first else { return nil }
        return score(input, odds, withReasons: withReasons)
    }

    /// The evidence of a variant whose log-odds are known.
    public func score(
        _ input: PathogenicityInput, _ odds: LogOdds, withReasons: Bool = false
    ) -> PathogenicityScore? {
        guard input.kind == .missense, odds.change.isFinite else { return nil }
        let point = likelihood.point(at: odds.change)
        return PathogenicityScore(
            model: Self.name, probability: likelihood.probability(at: odds.change), likelihoodRatio: point.ratio,
            interval: [point.lower, point.upper], criterion: likelihood.criterion(at: odds.change),
            reasons: withReasons ? reasons(input) : [])
    }

    /// The evidence of an allele on its chosen transcript; nil where it is no missense variant there.
    ///
    /// `transcript` is the chosen one where it is at hand: it says how long the protein is, which otherwise the table of constraint says.
    public func score(
        _ allele: AnnotatedAllele, transcript: Transcript? = nil, withReasons: Bool = true
    ) -> PathogenicityScore? {
        PathogenicityInput(allele, transcript: transcript).flatMap { score($0, withReasons: withReasons) }
    }
}

extension PathogenicityFeatures {
    /// Writes what the network reads of a variant: its own numbers and those of its frequency.
    func writeExample(_ input: PathogenicityInput, into row: inout [Float]) {
        write(input, into: &row)
        writeFrequency(input, into: &row)
    }
}
