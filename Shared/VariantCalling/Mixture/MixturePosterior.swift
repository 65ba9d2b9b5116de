import Genomics
import NeuralNetwork

/// What the reads leave to say of the share of molecules that have an allele: the share, where it lies, and whether there is any.
///
/// The share's interval is of Jeffreys' prior, which has the coverage that it claims also near 0 and 1 (Brown, Cai and DasGupta 2001,
/// Statistical Science 16:101). Whether molecules have the allele is asked with a prior of three parts:
///
/// - none has it: reads show it beyond what their qualities say in a share of Beta(1, 1000), a thousandth on average;
/// - some have it, in a share of Jeffreys' prior: of one allele in 10,000;
/// - all have it, with the same errors: of one allele in 1,000, as a person differs from the reference in some 40 of 16,569 places by one of
///   three bases.
///
/// A share below ``least`` counts as none, one above 1 - ``least`` as all.
struct MixturePosterior {
    /// The smallest share that is reported.
    static let least = 0.03
    /// How probable an allele is on some of the molecules, and on all.
    private static let prior = (some: 1e-4, all: 1e-3)
    /// Errors are a share of Beta(1, errors).
    private static let errors = 1000.0
    /// The parts into which the shares are divided, evenly in the angle whose sine's square they are, where Jeffreys' prior is even.
    private static let parts = 1024

    /// Shares of the middle of each part, with the prior's density there.
    private static let grid: [(share: Double, prior: Double)] = (0..<parts).map { part in
        let share = (1 - PortableMath.cosine(ofPi: (Double(part) + 0.5) / Double(parts))) / 2
        let slope = .pi * (share * (1 - share)).squareRoot()
        func error(_ share: Double) -> Double {
            slope * errors * PortableMath.exp((errors - 1) * PortableMath.log(1 - share))
        }
        let none = 1 - prior.some - prior.all
        return (share, none * error(share) + prior.some + prior.all * error(1 - share))
    }

    /// The most likely share.
    let share: Double
    /// Where it lies with a probability of 95 %, 2.5 % on each side; from 0 or to 1 where that is most likely.
    let interval: ClosedRange<Double>
    /// How probable it is that none, some and all of the molecules have the allele.
    let probabilities: [Double]
    /// Phred of the likelihoods of the best share of each, the best 0.
    let phred: [Double]

    init(_ likelihood: MixtureLikelihood) {
        let share = likelihood.best()
        let most = likelihood.logarithm(at: share)
        let weights = Self.grid.map { PortableMath.exp(likelihood.logarithm(at: $0.share) - most) }
        var sums = [0.0, 0.0, 0.0]
        for (weight, point) in zip(weights, Self.grid) {
            sums[point.share < Self.least ? 0 : point.share <= 1 - Self.least ? 1 : 2] += weight * point.prior
        }
        let total = sums.reduce(0, +)
        self.share = share
        probabilities = sums.map { $0 / total }
        let stretches = [0...Self.least, Self.least...(1 - Self.least), (1 - Self.least)...1]
        phred = stretches.map { stretch in
            10 / PortableMath.log(10) * (most - likelihood.logarithm(at: likelihood.best(in: stretch)))
        }
        let low = share > 0 ? Self.quantile(0.025, weights) : 0
        let high = share < 1 ? Self.quantile(0.975, weights) : 1
        interval = min(low, share)...max(high, share)
    }

    /// The share below which so much of the weight lies.
    private static func quantile(_ probability: Double, _ weights: [Double]) -> Double {
        var rest = probability * weights.reduce(0, +)
        for (part, weight) in weights.enumerated() {
            if rest <= weight {
                let angle = (Double(part) + (weight > 0 ? rest / weight : 0)) / Double(parts)
                return (1 - PortableMath.cosine(ofPi: min(1, angle))) / 2
            }
            rest -= weight
        }
        return 1
    }
}
