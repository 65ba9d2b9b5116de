import Genomics
import Hashing

/// Makes reads of a sample whose variants are known, to train and to test calling.
///
/// Two haplotypes are made of the reference and the variants; molecules are drawn from them with uneven coverage, with repeats
/// of wrong lengths (``RepeatErrors``), sometimes doubled or joined, and read with the qualities (``QualityModel``),
/// substitutions, indels, systematic errors and adapters of a profile: in pairs, or as a whole. Each fragment has its own
/// stream of random numbers, so any part of the run can be made on its own, in any order, with the same bytes.
public struct ReadSimulator: Sendable {
    /// The number of fragments that give the coverage.
    public let count: Int
    /// What is imitated.
    public let profile: SequencingProfile
    /// The sample's variants as they were put in: phased, without those that overlap an earlier one of their haplotype.
    public let variants: [Variant]

    /// The 0-based stretches that have a diverged copy.
    var copies: [Range<Int>] { sources.copied }

    let sources: MoleculeSources
    let sampler: QualitySampler
    let errorProbabilities: [Double]
    let substitutions: SubstitutionSampler
    let difficultPlaces: DifficultPlaces
    let adapter: [UInt8]
    // For each quality, by how much more often than in the mean bases are left out and put in.
    let indelFactors: [Double]
    private let meanError: Double
    private let seed: UInt64
    private let tags: [UInt8]

    /// Prepares a run over a stretch of a contig.
    ///
    /// - Parameters:
    ///   - contig: The contig's name.
    ///   - window: The reference around the stretch; long reads reach as far beyond the core as it does.
    ///   - core: Where molecules begin, which the window holds; the whole window when nil.
    ///   - variants: The sample's. Unphased heterozygous ones are put on haplotypes by the seed.
    ///   - stranger: Those of the person whose DNA contaminates; made at random when nil.
    ///   - profile: What is imitated.
    ///   - coverage: The mean depth of both haplotypes together, before what diverged copies add to it.
    ///   - mixture: What else is in the tube.
    ///   - seed: The seed of everything random.
    ///   - placesSeed: The seed of the places at which many reads go wrong; `seed` when nil.
    ///   - readGroup: The `RG` tag.
    public init(
        contig: String, window: ReferenceWindow, core: Range<Int>? = nil, variants: [Variant],
        stranger: [Variant]? = nil, profile: SequencingProfile, coverage: Double,
        mixture: SimulatedMixture = SimulatedMixture(), seed: UInt64, placesSeed: UInt64? = nil,
        readGroup: String = "simulated"
    ) {
        var random = SplitMix64(seed: seed, stream: -1)
        let core = (core ?? window.range).clamped(to: window.range)
        let sample = DiploidSequence(contig: contig, window: window, variants: variants, random: &random)
        self.variants = sample.placed
        sources = MoleculeSources(
            contig: contig, window: window, core: core, sample: sample, stranger: stranger, mixture: mixture,
            profile: profile, placesSeed: placesSeed ?? seed, random: &random)
        sampler = QualitySampler(profile.qualities)
        let probabilities = profile.qualities.errorProbabilities.map { min(0.75, $0 * profile.errorScale) }
        errorProbabilities = probabilities
        let mean = max(sampler.mean(of: probabilities), 1e-9)
        meanError = mean
        let factors = probabilities.map { min(20, $0 / mean) }
        let meanFactor = max(sampler.mean(of: factors), 1e-9)
        indelFactors = factors.map { $0 / meanFactor }
        substitutions = SubstitutionSampler(profile.substitutions)
        difficultPlaces = DifficultPlaces(model: profile.systematic, seed: placesSeed ?? seed)
        adapter = Array(profile.adapter.utf8)
        let known = window[core].count(where: Nucleotide.isBase)
        let shortest = sample.haplotypes.map(\.bases.count).min() ?? 0
        let isPossible = shortest > (profile.technology.isLong ? 200 : 2 * profile.readLength)
        let depth = max(0, coverage) / max(0.1, 1 - mixture.paralogs)
        count = isPossible ? Int(depth * Double(known) / profile.basesPerFragment) : 0
        self.profile = profile
        self.seed = seed
        var tags = BAMTags()
        tags.append("RG", string: readGroup)
        self.tags = tags.bytes
    }

    /// The fragment of a number below ``count``; nil where the reference has too few known bases to draw one.
    public func fragment(_ index: Int) -> SimulatedFragment? {
        // A duplicate is the molecule of an earlier fragment, read anew.
        let original = original(of: index)
        var drawing = SplitMix64(seed: seed, stream: 3 * index + 2)
        if original != index { drawing = SplitMix64(seed: seed, stream: 3 * original + 2) }
        var random = SplitMix64(seed: seed, stream: 3 * index)
        let readScore = random.quickNormal()
        guard let molecule = molecule(susceptibility: susceptibility(readScore), with: &drawing) else { return nil }
        let reads = (0..<(profile.technology.isLong ? 1 : 2)).map { mate in
            read(molecule, mate: mate, readScore: readScore, with: &random)
        }
        let name = Array("s\(seed):\(index):\(molecule.origin.lowerBound + 1):\(molecule.haplotype)".utf8)
        let flags: [BAMRecord.Flags] =
            profile.technology.isLong
            ? [.unmapped]
            : [BAMRecord.Flags.firstInPair, .secondInPair].map { $0.union([.paired, .unmapped, .mateUnmapped]) }
        return SimulatedFragment(
            records: zip(reads, flags).map { read, flags in
                BAMRecord(name: name, flags: flags, sequence: read.bases, qualities: read.qualities, tags: tags)
            }, origin: molecule.origin, haplotype: molecule.haplotype, source: molecule.source,
            isReverse: molecule.isReverse, isDuplicate: original != index, isChimera: molecule.isChimera,
            places: reads.map(\.places))
    }

    /// The number of the fragment that a fragment copies: usually its own.
    private func original(of index: Int) -> Int {
        var random = SplitMix64(seed: seed, stream: 3 * index + 1)
        guard index > 0, random.uniformDouble() < profile.duplicateRate else { return index }
        return original(of: max(0, index - 1 - random.index(below: 64)))
    }

    /// By how much more often than others a long read of a score goes wrong; the polymerase of short ones knows no score.
    private func susceptibility(_ readScore: Double) -> Double {
        guard profile.technology.isLong else { return 1 }
        return sampler.mean(of: errorProbabilities, readScore: readScore) / meanError
    }
}
