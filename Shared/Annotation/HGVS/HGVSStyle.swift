/// How a name is written where more than one way is in use; ``canonical`` is the recommended one.
public struct HGVSStyle: Sendable, Hashable {
    /// The recommended spelling: three-letter residues, `Ter`, no bases that the reference knows.
    public static let canonical = HGVSStyle()

    /// `*` for the end of translation instead of `Ter`.
    public var usesAsterisk = false
    /// One letter a residue instead of three.
    public var usesOneLetter = false
    /// Keeps what the name states of deleted, duplicated and inverted bases: `delACT` and `del3`, not `del`.
    public var keepsStated = false

    /// The recommended spelling.
    public init() {}

    func text(_ aminoAcid: AminoAcid) -> String {
        if aminoAcid == .stop { return usesAsterisk || usesOneLetter ? "*" : "Ter" }
        return usesOneLetter ? String(UnicodeScalar(aminoAcid.letter)) : aminoAcid.name
    }

    func text(_ residues: [AminoAcid]) -> String { residues.map(text).joined() }
}

extension HGVSVariant: CustomStringConvertible {
    /// Reads a name; throws an ``HGVSError`` with the place where a text is none.
    public init(_ text: String) throws(HGVSError) { self = try Self.read(text).variant }

    /// Reads a name, and says what of it is not written as recommended today.
    ///
    /// Time and memory are linear in the text's length. Throws an ``HGVSError`` with the place and the reason where it is no name.
    public static func read(_ text: String) throws(HGVSError) -> (variant: HGVSVariant, remarks: [HGVSRemark]) {
        var parser = try HGVSParser(text)
        let variant = try parser.variant()
        return (variant, parser.remarks)
    }

    /// Reads a place without an edit, such as `NM_004006.1:c.15_355`, and writes it as recommended.
    ///
    /// This is no name of a variant; programs use it to name a stretch. Throws as ``read(_:)`` does.
    public static func canonicalPlace(_ text: String) throws(HGVSError) -> String {
        var parser = try HGVSParser(text)
        let (reference, location, residues) = try parser.whereabouts()
        let where_ =
            location.map(\.description)
            ?? residues.map { "\($0.aminoAcid.name)\($0.number)" }.joined(separator: "_")
        return (reference.map { "\($0):" } ?? "") + "\(parser.kind.rawValue).\(where_)"
    }

    /// The name in the recommended spelling.
    public var description: String { text(.canonical) }

    /// The name in a spelling.
    public func text(_ style: HGVSStyle) -> String {
        (reference.map { "\($0):" } ?? "") + "\(kind.rawValue)."
            + alleles.map { $0.text(style) }.joined(separator: isPhaseKnown ? ";" : "(;)")
    }
}

extension HGVSReference: CustomStringConvertible {
    /// The accession, and in parentheses the gene or transcript.
    public var description: String { selector.map { "\(accession)(\($0))" } ?? accession }
}

extension HGVSAllele {
    func text(_ style: HGVSStyle) -> String {
        var text = ""
        for (index, change) in changes.enumerated() {
            if index > 0 { text += links[index - 1].rawValue }
            text += change.text(style)
        }
        if isPredicted { text = "(\(text))" }
        return isBracketed ? "[\(text)]" : text
    }
}

extension HGVSChange {
    func text(_ style: HGVSStyle) -> String {
        switch self {
        case .nucleotides(let change): change.text(style)
        case .residues(let change): change.text(style)
        case .whole(let whole, let isPredicted): isPredicted ? "(\(whole.rawValue))" : whole.rawValue
        }
    }
}

extension HGVSNucleotideChange {
    func text(_ style: HGVSStyle) -> String {
        let edit = edit.text(style)
        let text = location.description + (isEditUncertain ? "(\(edit))" : edit)
        return isPredicted ? "(\(text))" : text
    }
}

extension HGVSPosition: CustomStringConvertible {
    /// As in a name.
    public var description: String {
        let number = (anchor == .stop ? "*" : "") + (number.map(String.init) ?? "?")
        switch offset {
        case .exactly(0): return number
        case .exactly(let bases): return bases > 0 ? "\(number)+\(bases)" : "\(number)\(bases)"
        case .upstream: return number + "-?"
        case .downstream: return number + "+?"
        }
    }
}

extension HGVSPoint: CustomStringConvertible {
    /// As in a name.
    public var description: String {
        switch self {
        case .at(let position): position.description
        case .between(let first, let last): first == last ? "(\(first))" : "(\(first)_\(last))"
        }
    }
}

extension HGVSLocation: CustomStringConvertible {
    /// As in a name.
    public var description: String {
        let text = start.description + (end.map { "_\($0)" } ?? "")
        return isUncertain ? "(\(text))" : text
    }
}

extension HGVSEdit {
    func text(_ style: HGVSStyle) -> String {
        func stated(_ stated: Stated) -> String {
            guard style.keepsStated else { return "" }
            switch stated {
            case .nothing: return ""
            case .bases(let bases): return bases
            case .length(let length): return String(length)
            }
        }
        switch self {
        case .substitution(let from, let to): return "\(from)>\(to)"
        case .deletion(let bases): return "del" + stated(bases)
        case .duplication(let bases): return "dup" + stated(bases)
        case .insertion(let parts): return "ins" + HGVSInsert.text(parts)
        case .replacement(let bases, let parts): return "del" + stated(bases) + "ins" + HGVSInsert.text(parts)
        case .inversion(let bases): return "inv" + stated(bases)
        case .conversion(let part): return "con" + part.description
        case .identity(let bases): return stated(bases) + "="
        case .copies(let count): return "copy\(count)"
        case .repeats(let repeats): return repeats.map { ($0.unit ?? "") + "\($0.count)" }.joined()
        }
    }
}

extension HGVSCount: CustomStringConvertible {
    /// In brackets, as in a name.
    public var description: String {
        switch self {
        case .exactly(let count): return "[\(count)]"
        case .between(nil, nil): return "[?]"
        case .between(let low, let high):
            return "[(\(low.map(String.init) ?? "?")_\(high.map(String.init) ?? "?"))]"
        }
    }
}

extension HGVSInsert: CustomStringConvertible {
    /// As in a name.
    public var description: String {
        switch self {
        case .bases(let bases): return bases
        case .unknown(let count): return "N\(count)"
        case .repeated(let unit, let count): return "\(unit)\(count)"
        case .place(let reference, let kind, let location, let isInverted):
            let prefix = (reference.map { "\($0):" } ?? "") + (kind.map { "\($0.rawValue)." } ?? "")
            return "\(prefix)\(location)\(isInverted ? "inv" : "")"
        }
    }

    static func text(_ parts: [HGVSInsert]) -> String {
        let text = parts.map(\.description).joined(separator: ";")
        if parts.count == 1, case .place(.some, _, _, _) = parts[0] { return "[\(text)]" }
        return parts.count == 1 ? text : "[\(text)]"
    }
}

extension HGVSProteinChange {
    func text(_ style: HGVSStyle) -> String {
        func residue(_ residue: HGVSResidue) -> String { style.text(residue.aminoAcid) + String(residue.number) }
        let place = residue(start) + (end.map { "_" + residue($0) } ?? "")
        let edit = edit.text(style)
        let text = (isLocationUncertain ? "(\(place))" : place) + (isEditUncertain ? "(\(edit))" : edit)
        return isPredicted ? "(\(text))" : text
    }
}

extension HGVSProteinChange.Edit {
    func text(_ style: HGVSStyle) -> String {
        func end(_ stop: HGVSProteinChange.Stop) -> String {
            switch stop {
            case .unstated: style.text(.stop)
            case .after(let number): style.text(.stop) + String(number)
            case .unknown: style.text(.stop) + "?"
            }
        }
        switch self {
        case .substitution(let aminoAcid): return style.text(aminoAcid)
        case .identity: return "="
        case .unknown: return "?"
        case .deletion: return "del"
        case .duplication: return "dup"
        case .insertion(let residues): return "ins" + style.text(residues)
        case .unknownInsertion(let count): return "ins" + style.text(.any) + "\(count)"
        case .replacement(let residues): return "delins" + style.text(residues)
        case .frameshift(let first, let stop): return (first.map(style.text) ?? "") + "fs" + end(stop)
        case .extension(let first, let how):
            let prefix = (first.map(style.text) ?? "") + "ext"
            switch how {
            case .unstated: return prefix
            case .stop(let stop): return prefix + end(stop)
            case .start(let aminoAcid, let number): return prefix + (aminoAcid.map(style.text) ?? "") + String(number)
            }
        case .repeats(let count): return "\(count)"
        }
    }
}
