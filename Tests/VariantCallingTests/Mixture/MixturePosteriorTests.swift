import Foundation
import Genomics
import Testing

@testable import VariantCalling

/// The share of molecules that have an allele, as literal counts of reads say it.
@Suite struct MixturePosteriorTests {
    /// Reads by the Phred by which they prefer the allele, on both strands alike.
    static func evidence(_ reads: [(preference: Int, count: Int)]) -> MixtureEvidence {
        var evidence = MixtureEvidence()
        for (preference, count) in reads {
            for read in 0..<count { evidence.add(preference, isReverse: read.isMultiple(of: 2)) }
        }
        return evidence
    }

    private func posterior(_ reads: [(preference: Int, count: Int)]) -> MixturePosterior {
        MixturePosterior(MixtureLikelihood(Self.evidence(reads)))
    }

    /// The numbers are SciPy 1.17's: `beta.ppf([0.025, 0.975], k + 0.5, n - k + 0.5)`.
    @Test(arguments: [
        (50, 1000, 0.037770, 0.064828), (30, 1000, 0.020744, 0.041968), (1000, 1000, 0.997492, 1),
        (0, 1000, 0, 0.002508),
    ])
    func `Reads that are sure give Jeffreys' interval of a binomial`(
        shown: Int, of depth: Int, low: Double, high: Double
    ) {
        let found = posterior([(60, shown), (-60, depth - shown)])
        #expect(abs(found.share - Double(shown) / Double(depth)) < 2e-6)
        #expect(abs(found.interval.lowerBound - low) < 2e-5 && abs(found.interval.upperBound - high) < 2e-5)
    }

    /// The numbers are of SciPy's `minimize_scalar` and of sums over 400,000 points.
    @Test func `Reads of low quality count for less than others, and for the share that is left`() {
        let doubtful = posterior([(37, 10), (20, 5), (-37, 80), (-12, 20)])
        #expect(abs(doubtful.share - 0.129206) < 2e-6)
        #expect(abs(doubtful.interval.lowerBound - 0.076150) < 5e-5)
        #expect(abs(doubtful.interval.upperBound - 0.200726) < 5e-5)
        let misread = posterior([(10, 60), (-10, 40)])
        #expect(abs(misread.share - 0.622222) < 2e-6)
        #expect(abs(misread.interval.lowerBound - 0.503097) < 5e-5)
        #expect(abs(misread.interval.upperBound - 0.735729) < 5e-5)
    }

    @Test func `None, some or all of the molecules: as probable as the sums over all shares say`() {
        let cases: [(reads: [(Int, Int)], probabilities: [Double])] = [
            ([(60, 50), (-60, 950)], [0.0003164, 0.9997, 0]), ([(37, 5), (-37, 39)], [0.05749, 0.9425, 0]),
            ([(37, 4), (-37, 40)], [0.5796, 0.4204, 0]), ([(37, 10)], [0, 0.007508, 0.9925]),
            ([(37, 34), (-37, 4)], [0, 0.9868, 0.01324]), ([(37, 1480), (-37, 5)], [0, 0, 1]),
        ]
        for (reads, probabilities) in cases {
            let found = posterior(reads.map { (preference: $0.0, count: $0.1) }).probabilities
            for (own, expected) in zip(found, probabilities) { #expect(abs(own - expected) < 1e-3) }
        }
        // Of nothing nothing follows but the prior.
        #expect(abs(posterior([]).probabilities[0] - 0.9989) < 1e-3)
    }

    @Test func `Likelihoods are of the best share of none, some and all`() {
        let found = posterior([(37, 34), (-37, 4)]).phred
        for (own, expected) in zip(found, [461.9, 0, 9.801]) { #expect(abs(own - expected) < 0.05) }
        let all = posterior([(37, 10)]).phred
        for (own, expected) in zip(all, [152, 1.323, 0]) { #expect(abs(own - expected) < 0.05) }
    }

    /// Counts with the quantiles of SciPy's `poisson.ppf(0.99, 2 * depth)`.
    @Test(arguments: [(30.0, 79), (4.0, 15), (1000.0, 2105), (0.0, 0)])
    func `Copies in the nucleus give so many reads at most`(depth: Double, reads: Int) {
        #expect(NuclearCopies.reads(autosomalDepth: depth) == reads)
    }

    @Test func `The same counts make the same evidence in whatever order they come, and what is none is named`() throws
    {
        var (rising, falling) = (MixtureEvidence(), MixtureEvidence())
        let reads = [(-90, true), (-37, false), (12, true), (12, false), (70, false)]
        for (preference, isReverse) in reads { rising.add(preference, isReverse: isReverse) }
        for (preference, isReverse) in reads.reversed() { falling.add(preference, isReverse: isReverse) }
        #expect(rising == falling)
        #expect(rising.preferences == [-60, -37, 12, 60])
        #expect(rising.forward == [0, 1, 1, 1] && rising.reverse == [1, 0, 1, 0])
        let text = #"{"preferences":[1,2],"forward":[1,2],"reverse":[0,0],"isArtefactProne":false}"#
        let decoder = JSONDecoder()
        #expect(throws: Never.self) { try decoder.decode(MixtureEvidence.self, from: Data(text.utf8)) }
        for wrong in [#"preferences":[1]"#, #"preferences":[2,1]"#, #"preferences":[1,61]"#, #"reverse":[0,-1]"#] {
            let key = wrong.prefix { $0 != ":" }
            let right = key == #"reverse""# ? #"reverse":[0,0]"# : #"preferences":[1,2]"#
            let own = text.replacing(right, with: wrong)
            #expect(own != text)
            #expect(throws: DecodingError.self) { try decoder.decode(MixtureEvidence.self, from: Data(own.utf8)) }
        }
    }
}
