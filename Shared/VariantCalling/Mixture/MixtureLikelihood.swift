import Genomics
import NeuralNetwork

/// How likely the reads are if a share of the molecules has an allele.
///
/// A read that fits the allele r times as well as what else there is, by its qualities, has a likelihood proportional to
/// 1 - f + f · r at the share f, so that the reads together have
///
///     log L(f) = Σ n_q log(1 - f + f · 10^(q / 10))
///
/// over the Phred q by which they prefer the allele. With reads that are sure it is a binomial's, f^k (1 - f)^(n - k). It is concave, so it has
/// one maximum. All is reckoned in a fixed order of fixed operations, the same on every processor.
struct MixtureLikelihood {
    private let terms: [(gain: Double, reads: Double)]

    /// The likelihood of reads on one strand or on both; reads without a preference fall away.
    init(_ evidence: MixtureEvidence, forward: Bool = true, reverse: Bool = true) {
        terms = evidence.preferences.indices.compactMap { index in
            let reads = (forward ? evidence.forward[index] : 0) + (reverse ? evidence.reverse[index] : 0)
            let preference = evidence.preferences[index]
            if reads == 0 || preference == 0 { return nil }
            return (PortableMath.exp(Double(preference) * PortableMath.log(10) / 10) - 1, Double(reads))
        }
    }

    /// The logarithm at a share, 0 at the share 0.
    func logarithm(at share: Double) -> Double {
        terms.reduce(0) { $0 + $1.reads * PortableMath.log(1 + share * $1.gain) }
    }

    /// The most likely share of a stretch: of all shares, 0 where no read says anything.
    func best(in stretch: ClosedRange<Double> = 0...1) -> Double {
        func slope(_ share: Double) -> Double { terms.reduce(0) { $0 + $1.reads * $1.gain / (1 + share * $1.gain) } }
        var (low, high) = (stretch.lowerBound, stretch.upperBound)
        if slope(low) <= 0 { return low }
        if slope(high) >= 0 { return high }
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if slope(middle) > 0 { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// By how much the strands are likelier with a share each than with one for both, as twice the logarithm: χ² of one degree of freedom.
    static func strandStatistic(_ evidence: MixtureEvidence) -> (statistic: Double, forward: Double, reverse: Double) {
        let both = MixtureLikelihood(evidence)
        let forward = MixtureLikelihood(evidence, reverse: false)
        let reverse = MixtureLikelihood(evidence, forward: false)
        let shares = (forward.best(), reverse.best())
        let apart = forward.logarithm(at: shares.0) + reverse.logarithm(at: shares.1)
        return (2 * (apart - both.logarithm(at: both.best())), shares.0, shares.1)
    }
}
