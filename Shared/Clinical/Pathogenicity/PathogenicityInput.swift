import Annotation

/// What the network reads of an allele, before it is made into numbers.
public struct PathogenicityInput: Sendable, Hashable {
    /// One residue for another.
    public struct Exchange: Sendable, Hashable {
        /// Places in ``AminoAcidScales/letters``.
        var before: Int
        var after: Int

        /// Nil where either is none of the twenty, and where both are the same.
        init?(_ before: UInt8, _ after: UInt8) {
            guard let a = AminoAcidScales.index(of: before), let b = AminoAcidScales.index(of: after), a != b else {
                return nil
            }
            (self.before, self.after) = (a, b)
        }
    }

    /// A base for another, as the transcript reads them.
    struct Substitution: Sendable, Hashable {
        var from: UInt8
        var to: UInt8
    }

    /// How often the allele is among people.
    public enum Frequency: Sendable, Hashable {
        /// Nobody looked.
        case notLookedUp
        /// It was not seen where it was looked for.
        case absent
        /// Its share, above 0.
        case share(Double)
    }

    /// The gene's symbol.
    public var gene: String
    /// What the change does.
    public var kind: ChangeKind
    /// The residues, where ``kind`` is missense.
    public var exchange: Exchange?
    /// The first residue that changes, from 1.
    public var residue: Int?
    /// Residues of the protein, where the transcript says it.
    public var residues: Int?
    /// The change of one base by itself.
    var substitution: Substitution?
    /// Bases into an intron, positive behind an exon.
    public var intronOffset: Int?
    /// How often it is.
    public var frequency: Frequency

    /// Reads the names of a change, `c.62G>A` and `p.(Ser21Asn)`, either with or without its accession.
    ///
    /// `terms` of the Sequence Ontology are believed where they say what the change does, and `aminoAcids`, `R/W`, where there is no name of
    /// the protein; nil where none of them says it, or which residues.
    public init?(
        gene: String, codingName: String?, proteinName: String?, terms: [String] = [], aminoAcids: String? = nil,
        residues: Int? = nil, frequency: Frequency = .notLookedUp
    ) {
        self.gene = gene
        self.residues = residues
        self.frequency = frequency
        var kind = ChangeKind(terms: terms)
        if let change = proteinName.flatMap(Self.change), case .residues(let protein) = change {
            residue = protein.start.number
            let own = Self.kind(of: protein)
            if case .substitution(let after) = protein.edit, own == .missense {
                exchange = Exchange(protein.start.aminoAcid.letter, after.letter)
            }
            kind = kind ?? own
        }
        if let change = codingName.flatMap(Self.change), case .nucleotides(let bases) = change,
            let start = bases.location.start.position
        {
            if case .exactly(let offset) = start.offset, offset != 0 { intronOffset = offset }
            if case .substitution(let from, let to) = bases.edit, let a = from.utf8.first, let b = to.utf8.first,
                from.utf8.count == 1, to.utf8.count == 1
            {
                substitution = Substitution(from: a, to: b)
            }
            kind = kind ?? Self.kind(at: start)
        }
        if let pair = aminoAcids.map({ Array($0.utf8) }), pair.count == 3, exchange == nil {
            exchange = Exchange(pair[0], pair[2])
        }
        guard let kind, kind != .missense || exchange != nil else { return nil }
        self.kind = kind
        if kind != .missense { exchange = nil }
    }

    /// The change behind the accession of a name.
    private static func change(_ name: String) -> HGVSChange? {
        let bare = name.split(separator: ":").last.map(String.init) ?? name
        return try? HGVSVariant(bare).change
    }

    private static func kind(of change: HGVSProteinChange) -> ChangeKind {
        switch change.edit {
        case .substitution(let after):
            if change.start.number == 1, change.start.aminoAcid == .methionine { return .startLost }
            if after == .stop { return .stopGained }
            return change.start.aminoAcid == .stop ? .stopLost : .missense
        case .identity: return .synonymous
        case .unknown: return .startLost
        case .frameshift: return .frameshift
        case .extension: return change.start.aminoAcid == .stop ? .stopLost : .startLost
        case .replacement(let residues) where residues.contains(.stop): return .stopGained
        case .deletion, .duplication, .insertion, .unknownInsertion, .replacement, .repeats: return .inframe
        }
    }

    private static func kind(at place: HGVSPosition) -> ChangeKind? {
        guard let number = place.number, case .exactly(let offset) = place.offset else { return nil }
        switch offset.magnitude {
        case 0: return place.anchor == .stop || number < 0 ? .untranslated : nil
        case 1...2: return .spliceSite
        case 3...8: return .spliceRegion
        default: return .intron
        }
    }
}

extension PathogenicityInput {
    /// What is known of an allele's chosen transcript; nil where it has none, or none that the network knows the kind of.
    ///
    /// The greatest frequency of all sources counts. A source that was looked up and has nothing cannot be told from none here:
    /// `isLookedUp` says whether one was.
    public init?(_ allele: AnnotatedAllele, transcript: Transcript? = nil, isLookedUp: Bool = false) {
        guard let consequence = allele.chosen, consequence.biotype == "protein_coding" else { return nil }
        let share = allele.frequencies.map(\.frequency).filter(\.isFinite).max()
        let looked = isLookedUp || share != nil
        let residues = transcript.flatMap { $0.isCoding ? ($0.codingLength - $0.startPhase) / 3 - 1 : nil }
        self.init(
            gene: consequence.gene, codingName: consequence.codingName, proteinName: consequence.proteinName,
            terms: consequence.terms, aminoAcids: consequence.aminoAcids,
            residues: residues.flatMap { $0 > 0 ? $0 : nil },
            frequency: !looked ? .notLookedUp : share.flatMap { $0 > 0 ? .share(min($0, 1)) : nil } ?? .absent)
        residue = residue ?? consequence.residue
    }
}
