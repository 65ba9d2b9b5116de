/// Changes of proteins.
extension HGVSParser {
    mutating func proteinChange(isListed: Bool) throws(HGVSError) -> HGVSChange {
        if let whole = whole(isListed: isListed) { return .whole(whole, isPredicted: false) }
        guard next == UInt8(ascii: "("), let close = closing(place), isEndOfChange(close + 1) else {
            return .residues(try locatedProteinEdit())
        }
        let start = place
        place += 1
        let result: HGVSChange
        if let whole = whole(isListed: false) {
            guard whole == .unchanged || isListed else {
                throw failure("\"\(whole.rawValue)\" stands without parentheses", at: start)
            }
            result = .whole(whole, isPredicted: true)
        } else {
            var change = try locatedProteinEdit()
            change.isPredicted = true
            result = .residues(change)
        }
        guard take(")") else { throw failure("\")\" is expected, and \(found)") }
        return result
    }

    private mutating func locatedProteinEdit() throws(HGVSError) -> HGVSProteinChange {
        let (start, end, isUncertain) = try residues()
        let isEditUncertain = take("(")
        var change = HGVSProteinChange(start, end, try proteinEdit(start))
        change.isLocationUncertain = isUncertain
        change.isEditUncertain = isEditUncertain
        if isEditUncertain, !take(")") { throw failure("\")\" is expected behind the edit, and \(found)") }
        return change
    }

    /// `Ala3`, `Ala3_Tyr6`, `(Met1_Gly10)`.
    mutating func residues() throws(HGVSError) -> (HGVSResidue, HGVSResidue?, isUncertain: Bool) {
        let isUncertain = take("(")
        let first = try residue()
        let second: HGVSResidue? = take("_") ? try residue() : nil
        if isUncertain, !take(")") { throw failure("\")\" is expected behind the residues, and \(found)") }
        return (first, second, isUncertain)
    }

    private mutating func residue() throws(HGVSError) -> HGVSResidue {
        let first = place
        guard let aminoAcid = aminoAcid() else {
            throw failure("a residue is expected, such as Arg97, and \(found)")
        }
        if aminoAcid.letter == UInt8(ascii: "B") || aminoAcid.letter == UInt8(ascii: "Z") {
            throw failure("\(aminoAcid.name) is one of two residues, and a protein has one at a position", at: first)
        }
        let start = place
        let number = try number("the residue's number")
        guard number > 0 else { throw failure("there is no residue 0", at: start) }
        return HGVSResidue(aminoAcid, number)
    }

    /// A residue by its three-letter name, else by its letter; `Ter`, `*` and the old `X` are the end of translation.
    private mutating func aminoAcid() -> AminoAcid? {
        if place + 3 <= bytes.count, let aminoAcid = AminoAcid(name: bytes[place..<(place + 3)]) {
            place += 3
            return aminoAcid
        }
        if next == UInt8(ascii: "X") {
            remark("X for a stop is an old spelling of Ter")
            place += 1
            return .stop
        }
        guard let aminoAcid = AminoAcid(letter: next) else { return nil }
        place += 1
        return aminoAcid
    }

    private mutating func proteinEdit(_ location: HGVSResidue) throws(HGVSError) -> HGVSProteinChange.Edit {
        let start = place
        if take("delins") { return .replacement(try sequence("delins")) }
        if take("del") { return .deletion }
        if take("dup") { return .duplication }
        if take("ins") {
            if sees("Xaa[") || sees("X[") {
                place += next == UInt8(ascii: "X") && sees("Xaa") ? 3 : 1
                return .unknownInsertion(try count())
            }
            return .insertion(try sequence("ins"))
        }
        if take("=") { return .identity }
        if take("?") { return .unknown }
        if take("fs") { return .frameshift(nil, try stop() ?? .unstated) }
        if take("ext") { return .extension(nil, try extensionEnd()) }
        if next == UInt8(ascii: "[") { return .repeats(try count()) }
        guard let aminoAcid = aminoAcid() else {
            throw failure("an edit is expected, such as Gly, del, dup, insGly, fs, = or ?, and \(found)")
        }
        if take("fs") { return .frameshift(aminoAcid, try stop() ?? .unstated) }
        if take("ext") { return .extension(aminoAcid, try extensionEnd()) }
        if aminoAcid == location.aminoAcid {
            remark("is the same residue; write =", at: start)
        }
        return .substitution(aminoAcid)
    }

    /// The end of a reading frame: `Ter`, `*` or `X`, and after how many residues.
    private mutating func stop() throws(HGVSError) -> HGVSProteinChange.Stop? {
        if next == UInt8(ascii: "X") { remark("X for a stop is an old spelling of Ter") }
        guard take("Ter") || take("*") || take("X") else { return nil }
        if take("?") { return .unknown }
        guard Self.isDigit(next) else { return .unstated }
        let start = place
        let number = try number("a number of residues")
        guard number > 0 else { throw failure("residues are counted from 1", at: start) }
        return .after(number)
    }

    private mutating func extensionEnd() throws(HGVSError) -> HGVSProteinChange.ExtensionEnd {
        if let stop = try stop() { return .stop(stop) }
        let start = place
        let aminoAcid = aminoAcid()
        guard take("-") else {
            if aminoAcid == nil { return .unstated }
            throw failure("ext is followed by Ter and a number, or by a negative position", at: start)
        }
        return .start(aminoAcid, -(try number("the position of the new start")))
    }

    /// Residues, all by three-letter names or all by letters; an end of translation is the last.
    private mutating func sequence(_ edit: String) throws(HGVSError) -> [AminoAcid] {
        var result: [AminoAcid] = []
        let isLong = place + 3 <= bytes.count && AminoAcid(name: bytes[place..<(place + 3)]) != nil
        while Self.isLetter(next) && next & 0x20 == 0 || next == UInt8(ascii: "*") {
            guard result.last != .stop else { throw failure("nothing follows the end of translation, and \(found)") }
            if isLong {
                guard place + 3 <= bytes.count, let aminoAcid = AminoAcid(name: bytes[place..<(place + 3)]) else {
                    throw failure("a residue by its three letters is expected, and \(found)")
                }
                result.append(aminoAcid)
                place += 3
                continue
            }
            guard let aminoAcid = AminoAcid(letter: next) else { throw failure("a residue is expected, and \(found)") }
            place += 1
            // X is any residue, but at the end, where old names mean the stop.
            let isLast = !(Self.isLetter(next) || next == UInt8(ascii: "*"))
            if aminoAcid == .any, isLast { remark("X for a stop is an old spelling of Ter", at: place - 1) }
            result.append(aminoAcid == .any && isLast ? .stop : aminoAcid)
        }
        guard !result.isEmpty else { throw failure("residues are expected behind \(edit), and \(found)") }
        return result
    }
}
