import Genomics

/// A simulated read or pair with what is true of it.
public struct SimulatedFragment: Sendable, Hashable {
    /// The unaligned reads, first mate first.
    public var records: [BAMRecord]
    /// The 0-based half-open stretch of the reference that the fragment's first locus comes from.
    public var origin: Range<Int>
    /// The haplotype, 0 or 1.
    public var haplotype: Int
    /// Whether the first mate reads the reverse strand.
    public var isReverse: Bool
    /// Whether it copies an earlier fragment.
    public var isDuplicate: Bool
    /// Whether it joins two places of the genome.
    public var isChimera: Bool
}
