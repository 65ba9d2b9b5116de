/// One half of each contig of a genome, so that a model can be fitted to the one and judged by the other.
public enum GenomeHalf: String, Sendable, Hashable, CaseIterable {
    /// From the contig's beginning to its middle.
    case first
    /// From the middle on.
    case second

    /// Its part of a contig of so many bases.
    public func range(of count: Int) -> Range<Int> { self == .first ? 0..<(count / 2) : (count / 2)..<count }
}
