import Hashing
import Simulation

/// How the reads of a training set are drawn: instruments, depths, and what goes wrong besides.
public struct TrainingDesign: Sendable, Hashable {
    /// The kinds of sequencing, each window's drawn by weight.
    public var technologies: [SequencingTechnology: Int]

    /// Three of five short pairs, the others HiFi and nanopore reads; or those that are named, alike.
    public init(technologies: [SequencingTechnology]? = nil) {
        self.technologies =
            technologies.map { Dictionary($0.map { ($0, 1) }, uniquingKeysWith: +) }
            ?? [.shortPairs: 3, .hifi: 1, .nanopore: 1]
    }

    /// What a window is read with.
    struct Draw: Sendable {
        var profile: SequencingProfile
        var depth: Double
        var mixture: SimulatedMixture
        /// The mean distance of indels that are added to the truth's; nil for none.
        var indelSpacing: Int?
    }

    /// Mean depths from a shallow genome to a deep exome; shallow ones are harder and give fewer false candidates a window.
    private static let shortDepths: [Double] = [5, 6, 7, 8, 10, 12, 14, 16, 20, 25, 30, 35, 40, 50, 60, 80]
    private static let longDepths: [Double] = [10, 12, 15, 18, 22, 26, 30, 35, 40, 50, 60]
    private static let shortLengths = [75, 100, 100, 125, 150, 150, 150, 250]
    private static let scales = [0.7, 1, 1, 1.5, 2]
    /// Laws of slippage, of homopolymers and of longer units (`RepeatErrors.geometric`): from libraries that no polymerase amplified
    /// to those in which a run of six bases comes out wrong in one molecule of a hundred.
    private static let slippage: [(run: (Double, Double), longer: (Double, Double))] = [
        ((4e-6, 1.97), (2e-6, 2.2)), ((4e-6, 1.97), (2e-6, 2.2)), ((2e-5, 1.8), (2e-5, 1.9)),
        ((2e-5, 1.8), (2e-5, 1.9)), ((1e-4, 1.6), (1e-4, 1.7)), ((1e-4, 1.6), (1e-4, 1.7)), ((4e-4, 1.5), (3e-4, 1.6)),
        ((1e-3, 1.45), (5e-4, 1.55)),
    ]
    /// How unlike repeats of one length are: in the mean 1, and a few places that go wrong often.
    private static let unevenness: [[RepeatErrors.Part]] = [
        [.init(share: 1, factor: 1)],
        [.init(share: 0.6, factor: 0.4), .init(share: 0.35, factor: 1.3), .init(share: 0.05, factor: 6.1)],
        [.init(share: 0.8, factor: 0.5), .init(share: 0.18, factor: 1.5), .init(share: 0.02, factor: 16.5)],
    ]

    func draw(with random: inout SplitMix64) -> Draw {
        func one<T>(_ list: [T]) -> T { list[random.index(below: list.count)] }
        let kinds = SequencingTechnology.allCases.flatMap { kind in
            (0..<(technologies[kind] ?? 0)).map { _ in kind }
        }
        precondition(!kinds.isEmpty, "a training set has a kind of sequencing")
        var profile: SequencingProfile
        switch one(kinds) {
        case .shortPairs:
            profile = one([.hiSeq2000, .hiSeqX, .hiSeqX, .fourLevels, .novaSeq, .novaSeq, .old2010])
            let length =
                profile.name == SequencingProfile.old2010.name ? one([36, 50, 76, 76]) : one(Self.shortLengths)
            profile = profile.reading(length)
            let law = one(Self.slippage)
            profile.repeats = .geometric(
                run: (law.run.0, law.run.1), longer: (law.longer.0, law.longer.1), deleted: one([0.3, 0.5, 0.6, 0.7]))
            profile.repeats.unevenness = one(Self.unevenness)
            if random.index(below: 3) == 0 {
                profile.clips = ClippedEnds(rate: 0.05, lengths: Quantiles([3, 10, 20, 40]))
            }
        case .hifi: profile = .hifi
        case .nanopore: profile = .ontR10
        }
        var (errors, slippage) = (one(Self.scales), one(Self.scales))
        // Nearer to 1: the rates are already high.
        if profile.technology == .nanopore { (errors, slippage) = (errors.squareRoot(), slippage.squareRoot()) }
        profile.errorScale *= errors
        profile.slippageScale *= slippage
        if random.index(below: 6) == 0 { profile.chimeraRate *= 5 }
        var mixture = SimulatedMixture()
        if random.index(below: 6) == 0 { mixture.contamination = one([0.005, 0.01, 0.02, 0.05]) }
        // Few: with a copy, half of the reads differ as at a heterozygous site, which must stay the likelier reason.
        if random.index(below: 8) == 0 {
            mixture.paralogs = one([0.01, 0.02, 0.04])
            mixture.divergence = random.next() & 1 == 0 ? 0.01...0.03 : 0.003...0.015
        }
        let depth = one(profile.technology.isLong ? Self.longDepths : Self.shortDepths)
        return Draw(
            profile: profile, depth: depth, mixture: mixture,
            indelSpacing: random.index(below: 2) == 0 ? one([500, 1000, 2000]) : nil)
    }
}
