/// The terms of a consequence that criteria ask for.
struct ConsequenceKind: OptionSet {
    let rawValue: UInt32

    static let spliceAcceptor = ConsequenceKind(rawValue: 1 << 0)
    static let spliceDonor = ConsequenceKind(rawValue: 1 << 1)
    static let stopGained = ConsequenceKind(rawValue: 1 << 2)
    static let frameshift = ConsequenceKind(rawValue: 1 << 3)
    static let stopLost = ConsequenceKind(rawValue: 1 << 4)
    static let startLost = ConsequenceKind(rawValue: 1 << 5)
    static let inframeInsertion = ConsequenceKind(rawValue: 1 << 6)
    static let inframeDeletion = ConsequenceKind(rawValue: 1 << 7)
    static let missense = ConsequenceKind(rawValue: 1 << 8)
    static let synonymous = ConsequenceKind(rawValue: 1 << 9)
    static let spliceRegion = ConsequenceKind(rawValue: 1 << 10)
    static let intron = ConsequenceKind(rawValue: 1 << 11)
    static let ablation = ConsequenceKind(rawValue: 1 << 12)
    static let truncation = ConsequenceKind(rawValue: 1 << 13)
    static let utr = ConsequenceKind(rawValue: 1 << 14)
    static let proteinAltering = ConsequenceKind(rawValue: 1 << 15)
    static let noncoding = ConsequenceKind(rawValue: 1 << 16)

    static let splice: ConsequenceKind = [.spliceAcceptor, .spliceDonor]
    static let premature: ConsequenceKind = [.stopGained, .frameshift]
    /// What PVS1 looks at.
    static let null: ConsequenceKind = [.spliceAcceptor, .spliceDonor, .stopGained, .frameshift, .startLost, .ablation]
    static let inframe: ConsequenceKind = [.inframeInsertion, .inframeDeletion, .proteinAltering]

    private static let terms: [String: ConsequenceKind] = [
        "splice_acceptor_variant": .spliceAcceptor, "splice_donor_variant": .spliceDonor, "stop_gained": .stopGained,
        "frameshift_variant": .frameshift, "stop_lost": .stopLost, "start_lost": .startLost,
        "inframe_insertion": .inframeInsertion, "inframe_deletion": .inframeDeletion, "missense_variant": .missense,
        "synonymous_variant": .synonymous, "stop_retained_variant": .synonymous,
        "splice_region_variant": .spliceRegion, "splice_donor_region_variant": .spliceRegion,
        "splice_polypyrimidine_tract_variant": .spliceRegion, "splice_donor_5th_base_variant": .spliceRegion,
        "intron_variant": .intron, "transcript_ablation": .ablation, "feature_truncation": .truncation,
        "5_prime_UTR_variant": .utr, "3_prime_UTR_variant": .utr, "protein_altering_variant": .proteinAltering,
        "non_coding_transcript_exon_variant": .noncoding, "non_coding_transcript_variant": .noncoding,
    ]

    /// The kinds of terms of the Sequence Ontology.
    init(_ terms: [String]) {
        self = []
        for term in terms { if let kind = Self.terms[term] { formUnion(kind) } }
    }

    init(rawValue: UInt32) { self.rawValue = rawValue }
}

extension TranscriptConsequence {
    /// The residue where translation of a premature stop codon ends, by `p.`; nil where the name says none.
    var prematureStop: Int? {
        guard let residue, let name = proteinName?.utf8 else { return nil }
        // `fsTer5`: the fifth residue of the new frame; `p.Arg9Ter`, or `*`, the first.
        let bytes = Array(name)
        guard let shift = bytes.firstIndex(of: "f", followedBy: "s") else { return residue }
        var count = 0
        var hasDigits = false
        for byte in bytes[(shift + 2)...] {
            if byte >= 0x30, byte <= 0x39, count < 1_000_000 {
                count = count * 10 + Int(byte - 0x30)
                hasDigits = true
            } else if hasDigits {
                break
            } else if byte == UInt8(ascii: "?") {
                return nil
            }
        }
        return hasDigits ? residue + count - 1 : residue
    }

    /// Where an intron's base lies by `c.123+45A>G`: the nearest coding base, 123, and how far behind it, 45, or in front of it, as -45.
    ///
    /// The base is nil of an intron within an untranslated region; all is nil outside of introns.
    var intronPlace: (base: Int?, offset: Int)? {
        guard let name = codingName?.utf8, !name.isEmpty else { return nil }
        var index = name.lastIndex(of: UInt8(ascii: ":")).map(name.index(after:)) ?? name.startIndex
        func number() -> Int? {
            var value: Int?
            while index < name.endIndex, name[index] >= 0x30, name[index] <= 0x39, (value ?? 0) < 1 << 40 {
                value = (value ?? 0) * 10 + Int(name[index] - 0x30)
                index = name.index(after: index)
            }
            return value
        }
        guard name[index...].starts(with: "c.".utf8) || name[index...].starts(with: "n.".utf8) else { return nil }
        index = name.index(index, offsetBy: 2)
        var isCoding = true
        if index < name.endIndex, name[index] == UInt8(ascii: "-") || name[index] == UInt8(ascii: "*") {
            isCoding = false
            index = name.index(after: index)
        }
        guard let base = number(), index < name.endIndex else { return nil }
        let isBehind = name[index] == UInt8(ascii: "+")
        guard isBehind || name[index] == UInt8(ascii: "-") else { return nil }
        index = name.index(after: index)
        guard let offset = number() else { return nil }
        return (isCoding ? base : nil, isBehind ? offset : -offset)
    }

    /// The one residue before and the one after a missense change; nil of others.
    var substitution: (from: UInt8, to: UInt8)? {
        guard let bytes = aminoAcids?.utf8, bytes.count == 3 else { return nil }
        let residues = Array(bytes)
        return residues[1] == UInt8(ascii: "/") && residues[0] != residues[2] ? (residues[0], residues[2]) : nil
    }

    /// How many residues more or less the protein has, by `Amino_acids`; nil where that says nothing.
    var lengthChange: (lost: Int, gained: Int)? {
        guard let parts = aminoAcids?.split(separator: "/"), parts.count == 2 else { return nil }
        func count(_ text: Substring) -> Int { text == "-" ? 0 : text.utf8.count }
        return (count(parts[0]), count(parts[1]))
    }
}

extension [UInt8] {
    /// Where a letter stands with another behind it.
    fileprivate func firstIndex(of first: Unicode.Scalar, followedBy second: Unicode.Scalar) -> Int? {
        indices.dropLast().first { self[$0] == UInt8(ascii: first) && self[$0 + 1] == UInt8(ascii: second) }
    }
}
