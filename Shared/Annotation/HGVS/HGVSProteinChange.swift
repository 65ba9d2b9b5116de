/// A residue of a protein, by its one-letter code in ASCII: the twenty, `B`, `Z`, `X` and `U`, and `*` for the end of translation.
public struct AminoAcid: Sendable, Hashable {
    /// The one-letter code.
    public let letter: UInt8

    /// Makes one of a one-letter code; nil for a letter that is none.
    public init?(letter: UInt8) {
        guard Self.names[letter] != nil else { return nil }
        self.letter = letter
    }

    /// Makes one of a three-letter name, in the case that names have (`Ala`).
    public init?(name: some Sequence<UInt8>) {
        guard let letter = Self.letters[Array(name)] else { return nil }
        self.letter = letter
    }

    private init(_ letter: UInt8) { self.letter = letter }

    /// The end of translation, `Ter`.
    public static let stop = AminoAcid(UInt8(ascii: "*"))
    /// Any residue, `Xaa`.
    public static let any = AminoAcid(UInt8(ascii: "X"))
    /// Methionine.
    public static let methionine = AminoAcid(UInt8(ascii: "M"))

    /// The three-letter name.
    public var name: String { Self.names[letter] ?? "Xaa" }

    private static let table: [(UInt8, String)] = zip(
        "ACDEFGHIKLMNPQRSTVWYBZXU*".utf8,
        [
            "Ala", "Cys", "Asp", "Glu", "Phe", "Gly", "His", "Ile", "Lys", "Leu", "Met", "Asn", "Pro", "Gln", "Arg",
            "Ser", "Thr", "Val", "Trp", "Tyr", "Asx", "Glx", "Xaa", "Sec", "Ter",
        ]
    ).map { ($0, $1) }
    private static let names = Dictionary(uniqueKeysWithValues: table)
    private static let letters = Dictionary(uniqueKeysWithValues: table.map { (Array($0.1.utf8), $0.0) })
}

/// A residue and its number: `Arg97`.
public struct HGVSResidue: Sendable, Hashable {
    /// What the reference has there.
    public var aminoAcid: AminoAcid
    /// Its number, from 1.
    public var number: Int

    /// Makes one.
    public init(_ aminoAcid: AminoAcid, _ number: Int) {
        self.aminoAcid = aminoAcid
        self.number = number
    }
}

/// A change of residues: where, and what.
public struct HGVSProteinChange: Sendable, Hashable {
    /// Where the new reading frame, or what is added, ends.
    public enum Stop: Sendable, Hashable {
        /// Not said.
        case unstated
        /// At the so-manieth residue, the first that is changed being 1: `Ter23`.
        case after(Int)
        /// Nowhere in the sequence that is known: `Ter?`.
        case unknown
    }

    /// What an extension says of its end.
    public enum ExtensionEnd: Sendable, Hashable {
        /// Nothing: `ext`.
        case unstated
        /// The new stop codon behind the old: `extTer17`.
        case stop(Stop)
        /// The new start codon in front of the old, with its residue if it is said: `ext-5`.
        case start(AminoAcid?, Int)
    }

    /// What becomes of the residues.
    public enum Edit: Sendable, Hashable {
        /// Another residue, or the end of translation.
        case substitution(AminoAcid)
        /// `=`.
        case identity
        /// `?`: it is not known, as for a lost start codon.
        case unknown
        /// `del`.
        case deletion
        /// `dup`.
        case duplication
        /// `ins` between two neighbors.
        case insertion([AminoAcid])
        /// `insXaa[23]`: residues that are not known, only how many.
        case unknownInsertion(HGVSCount)
        /// `delins`.
        case replacement([AminoAcid])
        /// `fs`, with the first new residue if it is said.
        case frameshift(AminoAcid?, Stop)
        /// `ext`, with the residue in place of the start or stop if it is said.
        case `extension`(AminoAcid?, ExtensionEnd)
        /// `[23]`: the residues of the location so many times.
        case repeats(HGVSCount)
    }

    /// The first residue.
    public var start: HGVSResidue
    /// The last residue; nil for one.
    public var end: HGVSResidue?
    /// Whether parentheses stand around the residues.
    public var isLocationUncertain = false
    /// What.
    public var edit: Edit
    /// Whether parentheses stand around the edit.
    public var isEditUncertain = false
    /// Whether parentheses stand around all of it: told from the DNA, and not seen in the protein.
    public var isPredicted = false

    /// Makes a change.
    public init(_ start: HGVSResidue, _ end: HGVSResidue? = nil, _ edit: Edit, isPredicted: Bool = false) {
        self.start = start
        self.end = end
        self.edit = edit
        self.isPredicted = isPredicted
    }
}
