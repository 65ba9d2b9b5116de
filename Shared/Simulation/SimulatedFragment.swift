import Genomics

/// A simulated read or pair with what is true of it.
public struct SimulatedFragment: Sendable, Hashable {
    /// Whose DNA a fragment is.
    public enum Source: String, Sendable, Hashable {
        /// The sample's.
        case sample
        /// The sample's, of a diverged copy of the stretch that the reference does not have.
        case paralog
        /// Another person's.
        case contamination
    }

    /// The unaligned reads, first mate first.
    public var records: [BAMRecord]
    /// The 0-based half-open stretch of the reference that the fragment's first locus comes from.
    public var origin: Range<Int>
    /// The haplotype, 0 or 1.
    public var haplotype: Int
    /// Whose it is.
    public var source = Source.sample
    /// Whether the first mate reads the reverse strand.
    public var isReverse: Bool
    /// Whether it copies an earlier fragment.
    public var isDuplicate: Bool
    /// Whether it joins two places of the genome.
    public var isChimera: Bool
    /// For each read where each of its bases stands on the reference.
    var places: [[ReferencePlace]] = []
}

/// What is in the tube besides the sample's haplotypes.
public struct SimulatedMixture: Sendable, Hashable {
    /// The part of the fragments that are another person's, who has half of the sample's variants and one of his own in 1000 bases.
    public var contamination = 0.0
    /// The part of the fragments that come from diverged copies of stretches, as of segmental duplications that the reference
    /// lacks.
    public var paralogs = 0.0
    /// How much of a copy differs, from the least to the most.
    public var divergence = 0.01...0.03

    /// Makes a mixture.
    public init(contamination: Double = 0, paralogs: Double = 0) {
        self.contamination = contamination
        self.paralogs = paralogs
    }
}
