/// How near attributions come to adding up to the difference that they explain.
public struct Completeness: Sendable, Hashable, Codable {
    /// The output for the input less that for the reference; the mean over several references.
    public var difference: Double
    /// The sum of all contributions.
    public var sum: Double
    /// What they lack, the mean over several references of the absolute values.
    public var residual: Double
    /// The sum of the contributions' absolute values.
    public var magnitude: Double

    /// What is lacking, as a share of the difference, or of a hundredth of all contributions where those cancel and the
    /// difference is smaller than that.
    public var error: Double {
        let scale = max(abs(difference), magnitude / 100)
        if residual == 0 { return 0 }
        return scale > 0 ? residual / scale : .infinity
    }

    /// Throws where the error is above a limit, or no number.
    func check(_ maximum: Double?, _ method: AttributionMethod, remedy: String) throws(InterpretationError) {
        guard let maximum, !(error <= maximum) else { return }
        func rounded(_ value: Double) -> String { "\(Float(value))" }
        throw InterpretationError(
            .incomplete,
            "the contributions of \(method.rawValue) add up to \(rounded(sum)) where the output differs by "
                + "\(rounded(difference)): an error of \(rounded(error)), above \(rounded(maximum)); \(remedy)")
    }
}
