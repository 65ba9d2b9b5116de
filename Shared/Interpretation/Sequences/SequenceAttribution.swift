/// What a network's output for a sequence is due to.
public struct SequenceAttribution: Sendable, Hashable {
    /// How it was found.
    public var method: AttributionMethod
    /// The base codes of the sequence.
    public var codes: [UInt8]
    /// The value of the target for the sequence; the mean of both strands where both are read.
    public var score: Double
    /// Its mean over the references; nil without any.
    public var referenceScore: Double?
    /// What each position adds: of saliency, the greatest slope.
    public var contributions: [Float]
    /// `length × 4`: what A, C, G and T would add there, all else as it is.
    ///
    /// Of saliency the slope of each letter; of mutagenesis each letter's score less the mean of the four.
    public var hypothetical: [Float]
    /// `length × 4`: how the score changes with each letter; of mutagenesis.
    public var effects: [Float]?
    /// How near the contributions come to the difference of the scores; nil of methods for which there is no such thing.
    public var completeness: Completeness?

    /// The completeness error.
    public var error: Double? { completeness?.error }

    /// `length × 4`: the contribution of each position at its own letters, 0 at others.
    public var contributionsByLetter: [Float] {
        codes.indices.flatMap { position in
            let code = codes[position]
            let share = code == 0 ? 0 : contributions[position] / Float(code.nonzeroBitCount)
            return (0..<4).map { code >> $0 & 1 == 1 ? share : 0 }
        }
    }
}
