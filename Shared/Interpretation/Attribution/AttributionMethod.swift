/// A way to say what an output is due to.
public enum AttributionMethod: String, Sendable, Hashable, CaseIterable, Codable {
    /// The greatest slope at each position (Simonyan and others, 2014): how much a small change would do, not what the
    /// output is due to.
    case saliency
    /// The gradient times the input.
    case gradientTimesInput = "gradient-x-input"
    /// The mean gradient between a reference and the input, times their difference (Sundararajan and others, 2017).
    case integratedGradients = "integrated-gradients"
    /// DeepLIFT with the rescale rule against one reference (Shrikumar and others, 2017).
    case deepLIFT = "deeplift"
    /// The mean of DeepLIFT against many references, shuffles of the sequence (Lundberg and Lee, 2017).
    case deepSHAP = "deepshap"
    /// The output for every single change of the sequence.
    case mutagenesis

    /// Whether contributions add up to the difference of the output to that of a reference.
    public var promisesCompleteness: Bool {
        switch self {
        case .integratedGradients, .deepLIFT, .deepSHAP: true
        case .saliency, .gradientTimesInput, .mutagenesis: false
        }
    }

    /// The completeness error above which attributions are refused, unless the caller says another.
    ///
    /// DeepLIFT is held to more where every layer's rule is exact.
    public func maximumError(isExact: Bool) -> Double? {
        switch self {
        case .integratedGradients: 0.01
        case .deepLIFT, .deepSHAP: isExact ? 0.001 : 0.01
        case .saliency, .gradientTimesInput, .mutagenesis: nil
        }
    }
}
