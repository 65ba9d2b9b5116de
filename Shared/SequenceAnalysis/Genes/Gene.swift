/// A gene that codes for a protein, as it was found.
public struct Gene: Sendable, Hashable {
    /// The contig's name.
    public var contig: String
    /// Where it lies on the forward strand, from 0 and half-open, stop codon included; of a circular contig it may run over the end.
    public var range: Range<Int>
    /// Whether it is read on the reverse strand.
    public var isReverse: Bool
    /// The codon that it begins with; nil where it comes in over the contig's end.
    public var startCodon: String?
    /// Whether it ends with a stop codon, rather than at the contig's end.
    public var hasStop: Bool
    /// How sure it is that there is a gene that ends here, in 0...1.
    public var confidence: Float
    /// How sure it is that it begins here, given that there is one.
    public var startConfidence: Float
    /// The logarithm of the odds of a gene against none.
    public var score: Float
    /// Six bases where the ribosome probably binds; nil where nothing resembles the genome's motif.
    public var ribosomeSite: String?
    /// Bases between them and the start.
    public var ribosomeSpacing: Int?
    /// How likely the likeliest promoter before it is one; nil where no model was asked.
    public var promoter: Float?
    /// Bases between that promoter and the start.
    public var promoterDistance: Int?
    /// The share of G and C.
    public var strongShare: Float

    /// Where translation ends, as it is compared: the last base on the forward strand, or of the reverse one the first.
    var stopPlace: Int { isReverse ? range.lowerBound : range.upperBound - 1 }
    /// Whether it has a start and a stop.
    public var isWhole: Bool { startCodon != nil && hasStop }
}
