/// Edits of DNA and RNA.
extension HGVSParser {
    mutating func nucleotideChange(isListed: Bool) throws(HGVSError) -> HGVSChange {
        if let whole = whole(isListed: isListed) { return .whole(whole, isPredicted: false) }
        guard next == UInt8(ascii: "("), let close = closing(place), isEndOfChange(close + 1) else {
            return .nucleotides(try locatedEdit())
        }
        guard kind == .rna || isListed else {
            throw failure("parentheses stand around a position or an edit of DNA, not around the whole change")
        }
        if kind != .rna { remark("parentheses around a change of DNA say nothing") }
        place += 1
        let result: HGVSChange
        if let whole = whole(isListed: isListed) {
            result = .whole(whole, isPredicted: true)
        } else {
            var change = try locatedEdit()
            change.isPredicted = true
            result = .nucleotides(change)
        }
        guard take(")") else { throw failure("\")\" is expected, and \(found)") }
        return result
    }

    private mutating func locatedEdit() throws(HGVSError) -> HGVSNucleotideChange {
        let location = try location()
        // Old names give the number of repeats in parentheses: 1032_1357(3).
        let isUncertain =
            next == UInt8(ascii: "(") && !(place + 1 < bytes.count && (Self.isDigit(bytes[place + 1]) || sees("(?")))
        if isUncertain { place += 1 }
        var change = HGVSNucleotideChange(location, try edit(location))
        change.isEditUncertain = isUncertain
        if isUncertain, !take(")") { throw failure("\")\" is expected behind the edit, and \(found)") }
        return change
    }

    private mutating func edit(_ location: HGVSLocation) throws(HGVSError) -> HGVSEdit {
        let start = place
        if take("del") {
            let stated = try self.stated()
            guard take("ins") else { return .deletion(stated) }
            let inserted = try inserts()
            if case .bases(let from) = stated, from.utf8.count == 1, location.end == nil, inserted.count == 1,
                case .bases(let to) = inserted[0], to.utf8.count == 1
            {
                remark("one base for another is a substitution, \(from)>\(to)", at: start)
                return .substitution(from: from, to: to)
            }
            return .replacement(stated, inserted)
        }
        if take("dup") { return .duplication(try stated()) }
        if take("inv") { return .inversion(try stated()) }
        if take("ins") { return .insertion(try inserts()) }
        if take("con") {
            remark("con is an old spelling of delins", at: start)
            return .conversion(try conversionSource())
        }
        if take("copy") {
            remark("copy is no HGVS; today's names give the number of copies in brackets", at: start)
            return .copies(try number("the number of copies"))
        }
        if take("=") { return .identity(.nothing) }
        if next == UInt8(ascii: "[") || next == UInt8(ascii: "(") {
            return .repeats([HGVSEdit.Repeat(unit: nil, count: try count())])
        }
        let bases = try letters()
        guard !bases.isEmpty else {
            throw failure("an edit is expected, such as A>T, del, dup, insA or delinsA, and \(found)")
        }
        if take("=") { return .identity(.bases(bases)) }
        if take(">") {
            let to = try letters()
            guard !to.isEmpty else { throw failure("a base is expected behind \">\", and \(found)") }
            guard bases.utf8.count == 1, to.utf8.count == 1 else {
                throw failure("a substitution is of one base by one; write delins\(to)", at: start)
            }
            if bases == to { remark("is the same base; write =", at: start) }
            return .substitution(from: bases, to: to)
        }
        guard next == UInt8(ascii: "[") || next == UInt8(ascii: "(") else {
            throw failure("\">\", \"=\" or a number of repeats is expected behind bases, and \(found)")
        }
        var repeats = [HGVSEdit.Repeat(unit: bases, count: try count())]
        while Self.isLetter(next) {
            let unit = try letters()
            guard !unit.isEmpty else { break }
            repeats.append(HGVSEdit.Repeat(unit: unit, count: try count()))
        }
        return .repeats(repeats)
    }

    /// What may be said of the bases that were there: letters or their number.
    private mutating func stated() throws(HGVSError) -> HGVSEdit.Stated {
        if Self.isDigit(next) {
            let start = place
            let length = try number("a number of bases")
            guard length > 0 else { throw failure("a number of bases is at least 1", at: start) }
            return .length(length)
        }
        let bases = try letters()
        return bases.isEmpty ? .nothing : .bases(bases)
    }

    /// Letters of bases, as many as stand here; the codes of IUPAC, with T or with U.
    private mutating func letters() throws(HGVSError) -> String {
        let start = place
        while !isAtEnd, !sees("ins"), !sees("inv") {
            switch next & 0xdf {
            case UInt8(ascii: "A"), UInt8(ascii: "C"), UInt8(ascii: "G"), UInt8(ascii: "R"), UInt8(ascii: "Y"),
                UInt8(ascii: "M"), UInt8(ascii: "K"), UInt8(ascii: "W"), UInt8(ascii: "S"), UInt8(ascii: "B"),
                UInt8(ascii: "D"), UInt8(ascii: "H"), UInt8(ascii: "V"), UInt8(ascii: "N"):
                break
            case UInt8(ascii: "T"):
                if kind == .rna { throw failure("T is no base of RNA; write u") }
            case UInt8(ascii: "U"):
                if kind != .rna { throw failure("U is no base of DNA; write T") }
            default:
                if Self.isLetter(next) {
                    throw failure("\"\(String(UnicodeScalar(next)))\" is no base and begins no edit")
                }
                return String(decoding: bytes[start..<place], as: UTF8.self)
            }
            place += 1
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    // MARK: - What is inserted

    private mutating func inserts() throws(HGVSError) -> [HGVSInsert] {
        guard take("[") else { return [try insert()] }
        var parts = [try insert()]
        while take(";") { parts.append(try insert()) }
        guard take("]") else { throw failure("\";\" or \"]\" is expected, and \(found)") }
        return parts
    }

    private mutating func insert() throws(HGVSError) -> HGVSInsert {
        let start = place
        if next == UInt8(ascii: "(") {
            // Positions or a number of bases that is not known exactly.
            if let close = closing(place), close + 1 < bytes.count, bytes[close + 1] == UInt8(ascii: "_") {
                return try placed(nil, nil)
            }
            return .unknown(try count())
        }
        if Self.isDigit(next) || next == UInt8(ascii: "*") || next == UInt8(ascii: "-") {
            var end = place
            while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
            let goesOn = end < bytes.count && "_+-".utf8.contains(bytes[end]) || end == place
            if goesOn { return try placed(nil, nil) }
            let length = try number("a number of bases")
            guard length > 0 else { throw failure("a number of bases is at least 1", at: start) }
            remark("bases that are not known are written N[\(length)]", at: start)
            return .unknown(.exactly(length))
        }
        if let end = accession(at: place), end < bytes.count,
            bytes[end] == UInt8(ascii: ":") || bytes[end] == UInt8(ascii: "(")
        {
            return try conversionSource()
        }
        let bases = try letters()
        guard !bases.isEmpty else { throw failure("bases are expected behind ins, and \(found)") }
        guard next == UInt8(ascii: "[") else { return .bases(bases) }
        let count = try count()
        return bases == "N" || bases == "n" ? .unknown(count) : .repeated(bases, count)
    }

    /// `AC096506.5:g.409_1683`, or positions of the name's own sequence.
    private mutating func conversionSource() throws(HGVSError) -> HGVSInsert {
        guard let first = bytes.indices.contains(place) ? bytes[place] : nil, Self.isLetter(first) else {
            return try placed(nil, nil)
        }
        let reference = try reference()
        guard take(":") else { throw failure("a colon and positions are expected, and \(found)") }
        let outer = kind
        try readKind()
        let inner = kind
        defer { kind = outer }
        guard inner != .protein else { throw failure("positions of bases are expected, and these are of a protein") }
        return try placed(reference, inner)
    }

    private mutating func placed(_ reference: HGVSReference?, _ kind: HGVSVariant.Kind?) throws(HGVSError) -> HGVSInsert
    {
        let location = try location()
        return .place(reference, kind, location, isInverted: take("inv"))
    }

    // MARK: - Numbers of repeats

    /// `[4]`, `[(5_9)]`, and the old `(5_9)`, `[5_9]`.
    mutating func count() throws(HGVSError) -> HGVSCount {
        let start = place
        if take("[") {
            let isUncertain = take("(")
            let count = try countRange(isOpen: isUncertain)
            if isUncertain, !take(")") { throw failure("\")\" is expected, and \(found)") }
            if !isUncertain, case .between(.some, _) = count {
                remark("numbers that are not known exactly stand in parentheses, [(5_9)]", at: start)
            }
            guard take("]") else { throw failure("\"]\" is expected behind the number, and \(found)") }
            return count
        }
        guard take("(") else { throw failure("a number in brackets is expected, and \(found)") }
        let count = try countRange(isOpen: true)
        guard take(")") else { throw failure("\")\" is expected behind the number, and \(found)") }
        remark("numbers of repeats stand in brackets", at: start)
        return count
    }

    private mutating func countRange(isOpen: Bool) throws(HGVSError) -> HGVSCount {
        let start = place
        let low: Int? = take("?") ? nil : try number("a number")
        guard take("_") else { return low.map { .exactly($0) } ?? .between(nil, nil) }
        let high: Int? = take("?") ? nil : try number("a number")
        if let low, let high, high < low { throw failure("the first number is larger than the second", at: start) }
        return .between(low, high)
    }
}
