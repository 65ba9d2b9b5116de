import Genomics

/// A position that tells a gene's named alleles apart, as a VCF record would spell it.
public struct AlleleLocus: Sendable, Hashable, Codable {
    /// The chromosome's name as the definitions have it, `chr10`.
    public var contig: String
    /// POS, counted from 1.
    public var position: Int
    /// The dbSNP identifier, where it has one.
    public var rsid: String?
    /// REF.
    public var reference: String
    /// The alternates that any allele of the gene has here.
    public var alternates: [String]

    /// Makes a locus; the bases are upper case, and `alternates` are left-aligned with the anchor of VCF.
    public init(contig: String, position: Int, rsid: String?, reference: String, alternates: [String]) {
        self.contig = contig
        self.position = position
        self.rsid = rsid
        self.reference = reference
        self.alternates = alternates
    }

    /// The 0-based half-open positions of REF.
    public var range: Range<Int> { (position - 1)..<(position - 1 + reference.utf8.count) }
    /// REF and the alternates: 0 is REF.
    public var spellings: [String] { [reference] + alternates }
    /// Whether an alternate is longer or shorter than REF.
    var isIndel: Bool { alternates.contains { $0.utf8.count != reference.utf8.count } }
    /// `chr10:94761900`.
    public var place: String { "\(contig):\(position)" }
    /// `rs12248560`, or the place of a variant without a name.
    public var name: String { rsid ?? place }

    /// Which of ``spellings`` a word of a definition allows, as bits: one of them, or an IUPAC code (a *wobble*); 0 for none.
    func mask(of word: String) -> UInt32 {
        if let index = spellings.firstIndex(of: word) { return 1 << UInt32(index) }
        guard word.utf8.count == 1, let code = word.first, let bases = Self.wobbles[code] else { return 0 }
        return spellings.enumerated().reduce(0) { $0 | (bases.contains($1.element) ? 1 << UInt32($1.offset) : 0) }
    }

    /// IUPAC's codes for several bases (Cornish-Bowden 1985).
    private static let wobbles: [Character: [String]] = [
        "R": ["A", "G"], "Y": ["C", "T"], "S": ["C", "G"], "W": ["A", "T"], "K": ["G", "T"], "M": ["A", "C"],
        "B": ["C", "G", "T"], "D": ["A", "G", "T"], "H": ["A", "C", "T"], "V": ["A", "C", "G"],
        "N": ["A", "C", "G", "T"],
    ]
}
