/// A variant's name, spelled as the HGVS recommends, as a value.
///
/// The recommendations are those of den Dunnen and colleagues (2016; hgvs-nomenclature.org). What a name says is kept as it
/// says it: positions stay numbers of the sequence they count along, and bases are not looked up.
public struct HGVSVariant: Sendable, Hashable {
    /// What positions count along: the letter in front of the dot.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// `g.`: a linear genomic sequence.
        case genomic = "g"
        /// `m.`: the mitochondrion's.
        case mitochondrial = "m"
        /// `o.`: a circular genomic sequence.
        case circular = "o"
        /// `c.`: a transcript, counted from its start codon.
        case coding = "c"
        /// `n.`: a transcript, counted from its first base.
        case noncoding = "n"
        /// `r.`: RNA, counted as `c.` is.
        case rna = "r"
        /// `p.`: a protein.
        case protein = "p"
    }

    /// The sequence that is named; nil for a name without one (`c.76A>T`).
    public var reference: HGVSReference?
    /// What positions count along.
    public var kind: Kind
    /// The alleles: one, but in names with brackets (`c.[76A>C];[77G>T]`).
    public var alleles: [HGVSAllele]
    /// Whether the alleles are known to lie on different chromosomes (`;`) or not (`(;)`).
    public var isPhaseKnown = true

    /// Makes a name of one change.
    public init(reference: HGVSReference?, kind: Kind, change: HGVSChange) {
        self.init(reference: reference, kind: kind, alleles: [HGVSAllele(changes: [change])])
    }

    /// Makes a name of alleles.
    public init(reference: HGVSReference?, kind: Kind, alleles: [HGVSAllele]) {
        self.reference = reference
        self.kind = kind
        self.alleles = alleles
    }

    /// The change of a name that has no brackets; nil for several.
    public var change: HGVSChange? {
        guard alleles.count == 1, alleles[0].changes.count == 1 else { return nil }
        return alleles[0].changes[0]
    }
}

/// The sequence that a name is told along: `NM_007294.3`, `NM_007294.3(BRCA1)`, `NG_012232.1(NM_004006.2)`.
public struct HGVSReference: Sendable, Hashable {
    /// The accession with its version, if it has one.
    public var accession: String
    /// What stands in parentheses: a gene's symbol, or the transcript on a genomic sequence.
    public var selector: String?

    /// Makes a reference.
    public init(_ accession: String, selector: String? = nil) {
        self.accession = accession
        self.selector = selector
    }
}

/// Changes of one chromosome: what one pair of brackets holds.
public struct HGVSAllele: Sendable, Hashable {
    /// How two changes belong together.
    public enum Link: String, Sendable, Hashable {
        /// On one chromosome.
        case cis = ";"
        /// Whether on one chromosome or on two is not known.
        case unknownPhase = "(;)"
        /// Two cell lines of one fertilized egg.
        case mosaic = "/"
        /// Two cell lines of two fertilized eggs.
        case chimeric = "//"
        /// Two products of one allele.
        case products = ","
    }

    /// The changes in the name's order.
    public var changes: [HGVSChange]
    /// What stands between each change and the next: one less than changes.
    public var links: [Link] = []
    /// Whether parentheses stand around all of them: `p.[(Ser68Arg;Asn594del)]`.
    public var isPredicted = false
    /// Whether brackets stand around them.
    public var isBracketed = false

    /// Makes an allele without brackets.
    public init(changes: [HGVSChange]) { self.changes = changes }
}

/// One change.
public enum HGVSChange: Sendable, Hashable {
    /// What is said of a whole sequence, without a position.
    public enum Whole: String, Sendable, Hashable {
        /// It is as the reference.
        case unchanged = "="
        /// There is none.
        case absent = "0"
        /// There is perhaps none.
        case perhapsAbsent = "0?"
        /// It was not analyzed, or nothing can be said.
        case unknown = "?"
        /// RNA whose splicing is changed.
        case spliced = "spl"
        /// RNA whose splicing may be changed.
        case perhapsSpliced = "spl?"
    }

    /// Bases of DNA or RNA.
    case nucleotides(HGVSNucleotideChange)
    /// Residues of a protein.
    case residues(HGVSProteinChange)
    /// The sequence as a whole; `isPredicted` is what parentheses say.
    case whole(Whole, isPredicted: Bool)
}

/// A change of bases: where, and what.
public struct HGVSNucleotideChange: Sendable, Hashable {
    /// Where.
    public var location: HGVSLocation
    /// What.
    public var edit: HGVSEdit
    /// Whether parentheses stand around the edit: `76(A>C)`.
    public var isEditUncertain = false
    /// Whether parentheses stand around all of it: `r.(76a>c)`.
    public var isPredicted = false

    /// Makes a change without parentheses.
    public init(_ location: HGVSLocation, _ edit: HGVSEdit) {
        self.location = location
        self.edit = edit
    }
}
