/// Which reads count, and how much evidence makes a candidate: every threshold of the pileup in one place.
///
/// A model is trained for one set of options; they belong to its feature version.
public struct PileupOptions: Sendable, Hashable, Codable {
    /// Reads with a lower MAPQ are not counted as evidence.
    public var minimumMappingQuality: UInt8 = 5
    /// Bases of a lower quality neither support an allele nor count in its denominator.
    public var minimumBaseQuality: UInt8 = 10
    /// The fewest reads that propose an allele.
    public var minimumSupport = 2
    /// The least fraction of the informative reads that propose a substitution.
    public var minimumSubstitutionFraction = 0.10
    /// The least fraction of the informative reads that propose an insertion or deletion.
    public var minimumIndelFraction = 0.08
    /// The longest insertion or deletion in bases.
    public var maximumIndelLength = 50
    /// The depth above which reads are left out by a hash of their name.
    public var maximumDepth = 200
    /// The fewest reads that make a position callable.
    public var minimumCallableDepth = 5

    /// The defaults.
    public init() {}
}
