/// Reads that show the reference where the sample has only another base: what speaks for another person's DNA.
///
/// At confident sites (a substitution outside of repeats, at least ``minimumDepth`` reads of high mapping quality, at least
/// ``minimumShare`` of them with the alternate base) a person has two equal alternate alleles, and every read of the
/// reference's base is either an error or somebody else's. Reads of a third base are errors of two kinds, so half of them
/// are as many as errors that show the reference; what is left over is foreign. Where alleles are as frequent as mutation
/// and drift leave them (density 1/p of the frequency p), somebody else of the same population has the reference at such a
/// place with a probability of 1/3, so the share of foreign DNA is three times the share of foreign reads.
///
/// What it cannot see: DNA of close relatives (it finds half of it or less), of a population with quite other alleles (it
/// errs by as much as the 1/3 does), more than about 30 % of it (sites fall below ``minimumShare``), and reads of copied
/// genes that are mapped here, which look foreign. It tells a mix-up from a clean sample; it is no measure of relatedness.
public struct ForeignAlleles: Sendable, Hashable, Codable {
    /// Confident sites.
    public var sites = 0
    /// Reads of the sample's base at them.
    public var alternate = 0
    /// Reads of the reference's base.
    public var reference = 0
    /// Reads of a third base.
    public var other = 0

    /// Fewer reads tell two different alleles from two equal ones too rarely.
    public static let minimumDepth = 20
    /// The share of the alternate base at a confident site.
    public static let minimumShare = 0.85
    /// The mapping quality (root mean square) at a confident site.
    public static let minimumMappingQuality = 50.0
    /// The longest homopolymer at a confident site.
    public static let longestRepeat = 3
    /// With fewer sites nothing is said: a few reads of a copied gene, or one site of two alleles, would be some percent.
    public static let minimumSites = 100

    /// Makes counts of no site.
    public init() {}

    /// Counts the confident sites among the candidates of a stretch; sites with several candidates and mixtures of molecules are none.
    public init(_ candidates: [Candidate]) {
        for (index, candidate) in candidates.enumerated() {
            let isAlone =
                (index == 0 || candidates[index - 1].position != candidate.position)
                && (index + 1 == candidates.count || candidates[index + 1].position != candidate.position)
            guard isAlone, candidate.mixture == nil, candidate.reference.utf8.count == 1,
                candidate.alternate.utf8.count == 1,
                candidate.repeatLength <= Self.longestRepeat,
                candidate.mappingQuality >= Self.minimumMappingQuality,
                candidate.mappingQuality < Double(BAMRecord.unknownMappingQuality),
                candidate.alternateDepth + candidate.referenceDepth + candidate.otherDepth >= Self.minimumDepth,
                candidate.alternateFraction >= Self.minimumShare
            else { continue }
            sites += 1
            alternate += candidate.alternateDepth
            reference += candidate.referenceDepth
            other += candidate.otherDepth
        }
    }

    /// Adds other sites.
    public mutating func add(_ other: ForeignAlleles) {
        sites += other.sites
        alternate += other.alternate
        reference += other.reference
        self.other += other.other
    }

    /// The estimated share of another person's DNA, 0 to 1; nil where there are too few sites.
    public var contamination: Double? {
        let reads = alternate + reference + other
        guard sites >= Self.minimumSites, reads > 0 else { return nil }
        return min(1, max(0, 3 * (Double(reference) - Double(other) / 2) / Double(reads)))
    }
}
