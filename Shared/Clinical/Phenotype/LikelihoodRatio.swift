import NeuralNetwork

/// What a term says for a disease and against all others: the logarithm of a likelihood ratio, as LIRICAL has it
/// (Robinson et al., American Journal of Human Genetics 107:403, 2020).
///
/// The numerator is the share of the disease's affected who have the term, the denominator the mean of that share over all diseases.
/// An annotation is never the whole truth: one part in ten of what the disease is said to show is replaced by the background, so
/// a term that nothing connects with a disease costs a bounded amount.
enum LikelihoodRatio {
    /// The part of the numerator that is the background's.
    static let unannotated: Float = 0.1
    /// What a term that was seen adds where the annotations rule it out, beside what it costs not to be annotated: log(1/3), so that such a
    /// statement, often of few people, weighs about as much as a third of the unannotated part.
    static let ruledOut: Float = -1.0986
    /// Keeps the ratio of a term that no disease has at 1.
    private static let floor: Float = 1e-4

    /// Of a term that was seen.
    static func present(_ frequency: Float, background: Float) -> Float {
        let numerator = (1 - unannotated) * frequency + unannotated * background + floor
        return log(numerator / (background + floor))
    }

    /// Of a term that was looked for and not seen.
    static func excluded(_ frequency: Float, background: Float) -> Float {
        log((1 - (1 - unannotated) * frequency) / (1 - (1 - unannotated) * background))
    }

    static func log(_ value: Float) -> Float { Float(PortableMath.log(Double(value))) }
}
