/// A transcript of a gene model: exons on the genome, and what of them is translated.
///
/// Genomic positions are 0-based; ranges are half-open and on the forward strand. Positions of the transcript itself count from its own 5' end:
/// `n` positions are 0-based over the joined exons, see ``position(ofGenomic:)``.
public struct Transcript: Sendable, Hashable {
    /// What gene models say about a transcript beyond its place.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt32
        /// Makes a set of bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The coding sequence begins before the transcript does: the first codon is no start codon.
        public static let incompleteStart = Flags(rawValue: 1 << 0)
        /// The coding sequence goes on behind the transcript's end: the last codon is no stop codon.
        public static let incompleteEnd = Flags(rawValue: 1 << 1)
        /// MANE Select: NCBI and Ensembl agree on this one as the gene's representative.
        ///
        /// Morales et al. 2022, Nature 604:310.
        public static let maneSelect = Flags(rawValue: 1 << 2)
        /// MANE Plus Clinical: needed beside the representative for reporting known variants.
        public static let manePlusClinical = Flags(rawValue: 1 << 3)
        /// RefSeq Select.
        public static let refSeqSelect = Flags(rawValue: 1 << 4)
        /// Ensembl canonical.
        public static let ensemblCanonical = Flags(rawValue: 1 << 5)
        /// APPRIS principal isoform, whatever its level.
        public static let apprisPrincipal = Flags(rawValue: 1 << 6)
        /// Codons are not those of the joined coding ranges: the ribosome slips while it translates, or the stated phases do not fit.
        public static let irregularFrame = Flags(rawValue: 1 << 7)
        /// The transcript's own sequence differs from the genome's (RefSeq): positions may be off where it has indels.
        public static let differsFromGenome = Flags(rawValue: 1 << 8)
        /// The transcript has bases that the genome lacks, or lacks some of it, within an exon (a `Gap` of RefSeq's alignments).
        ///
        /// Its bases cannot be counted on the genome, so nothing is named along it.
        public static let gapped = Flags(rawValue: 1 << 9)
    }

    /// The accession with its version where the file says one: `ENST00000357654.9`, `NM_007294.4`.
    public var id: String
    /// The gene's symbol.
    public var geneName: String?
    /// The gene's accession, such as `ENSG00000012048.23` or `672`.
    public var geneID: String?
    /// HGNC's identifier of the gene, `HGNC:1100`, where the file says one.
    public var hgncID: String?
    /// The contig's name as the reference writes it, once a ``TranscriptSet`` was matched with one; as the file does before.
    public var contig: String
    /// Whether it is read from the reverse strand.
    public var isReverse: Bool
    /// The exons in ascending genomic order, whatever the strand; none overlaps another.
    public var exons: [Range<Int>]
    /// From the first to the last translated base on the genome, with the stop codon; nil where nothing is translated.
    public var coding: Range<Int>?
    /// How many bases at the 5' end of the coding sequence belong to a codon that begins before it: 0, 1 or 2.
    public var startPhase: Int = 0
    /// The biotype, such as `protein_coding` or `lncRNA`.
    public var biotype: String
    /// What else the file says.
    public var flags: Flags = []
    /// The accession of the protein with its version where the file says one.
    public var proteinID: String?
    /// How codons are read.
    public var code: GeneticCode = .standard
    /// Residues that the code does not give, such as selenocysteine (`U`) for TGA, by their 1-based position in the protein.
    public var residues: [Int: UInt8] = [:]

    /// Makes a transcript; `exons` are sorted here.
    public init(
        id: String, geneName: String? = nil, geneID: String? = nil, contig: String, isReverse: Bool,
        exons: [Range<Int>], coding: Range<Int>? = nil, biotype: String
    ) {
        self.id = id
        self.geneName = geneName
        self.geneID = geneID
        self.contig = contig
        self.isReverse = isReverse
        self.exons = exons.sorted { $0.lowerBound < $1.lowerBound }
        self.coding = coding
        self.biotype = biotype
    }

    /// From the first to the last base on the genome.
    public var range: Range<Int> {
        guard let first = exons.first, let last = exons.last else { return 0..<0 }
        return first.lowerBound..<last.upperBound
    }

    /// The first exon that ends behind a genomic base; nil behind all of them.
    func exon(from position: Int) -> Range<Int>? {
        var (low, high) = (0, exons.count)
        while low < high {
            let middle = (low + high) / 2
            if exons[middle].upperBound <= position { low = middle + 1 } else { high = middle }
        }
        return low < exons.count ? exons[low] : nil
    }

    /// The accession without its version.
    public var accession: String {
        guard let dot = id.lastIndex(of: "."), id[id.index(after: dot)...].allSatisfy(\.isNumber) else { return id }
        return String(id[..<dot])
    }

    /// Whether it is translated.
    public var isCoding: Bool { coding != nil }

    /// The number of bases of the joined exons.
    public var length: Int { exons.reduce(0) { $0 + $1.count } }

    /// The translated stretches in ascending genomic order.
    public var codingExons: [Range<Int>] {
        guard let coding else { return [] }
        return exons.map { $0.clamped(to: coding) }.filter { !$0.isEmpty }
    }

    /// The number of translated bases, with the stop codon and those of an incomplete first codon.
    public var codingLength: Int { codingExons.reduce(0) { $0 + $1.count } }
}
