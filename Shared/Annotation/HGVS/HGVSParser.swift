/// Reads names by hand, a character at a time; nothing is read twice but the look for a closing parenthesis.
struct HGVSParser {
    /// What is read along.
    var kind = HGVSVariant.Kind.genomic
    /// What was read although it is not how it is written today.
    var remarks: [HGVSRemark] = []
    /// The byte of the last remark, and its character: the next is counted from there.
    private var counted = (place: 0, column: 1)
    let bytes: [UInt8]
    var place = 0

    /// No name is longer.
    static let longest = 1 << 20

    init(_ text: String) throws(HGVSError) {
        bytes = Array(text.utf8)
        guard bytes.count <= Self.longest else {
            throw HGVSError(.grammar, "a name of \(bytes.count) characters; none is longer than \(Self.longest)")
        }
    }

    /// The byte at the place, 0 behind the end.
    var next: UInt8 { place < bytes.count ? bytes[place] : 0 }
    var isAtEnd: Bool { place >= bytes.count }

    /// Whether the text goes on with `text`.
    func sees(_ text: StaticString, at offset: Int = 0) -> Bool {
        let start = place + offset
        guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[start + index] != text.utf8Start[index] { return false }
        return true
    }

    /// Passes over `text` if the text goes on with it.
    mutating func take(_ text: StaticString) -> Bool {
        guard sees(text) else { return false }
        place += text.utf8CodeUnitCount
        return true
    }

    /// The character at a byte, counted from 1.
    func column(_ place: Int) -> Int { bytes[..<min(place, bytes.count)].count { $0 & 0xc0 != 0x80 } + 1 }

    /// What stands at the place, for a message.
    var found: String {
        if isAtEnd { return "the name ends" }
        return "\"\(String(decoding: bytes[place...].prefix(12), as: UTF8.self))\" stands there"
    }

    func failure(_ message: String, at place: Int? = nil) -> HGVSError {
        HGVSError(.grammar, message, column: column(place ?? self.place))
    }

    mutating func remark(_ message: String, at place: Int? = nil) {
        let place = min(place ?? self.place, bytes.count)
        let between = bytes[min(place, counted.place)..<max(place, counted.place)].count { $0 & 0xc0 != 0x80 }
        counted = (place, counted.column + (place < counted.place ? -between : between))
        remarks.append(HGVSRemark(column: counted.column, message))
    }

    /// A whole number without a sign; `what` says what it counts.
    mutating func number(_ what: String) throws(HGVSError) -> Int {
        let start = place
        var value = 0
        while Self.isDigit(next) {
            let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            guard !isTooLarge, shifted <= 1 << 60 else { throw failure("\(what) is too large", at: start) }
            value = shifted + Int(next - 0x30)
            place += 1
        }
        guard place > start else { throw failure("\(what) is expected, and \(found)") }
        return value
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte & 0xdf) }

    // MARK: - The name as a whole

    mutating func variant() throws(HGVSError) -> HGVSVariant {
        let reference = try prefix()
        var variant = HGVSVariant(reference: reference, kind: kind, alleles: [])
        if next == UInt8(ascii: "[") {
            variant.alleles.append(try bracketed())
            while !isAtEnd {
                let isKnown = take(";")
                guard isKnown || take("(;)") else { throw failure("\";\" is expected between alleles, and \(found)") }
                if variant.alleles.count > 1, isKnown != variant.isPhaseKnown {
                    throw failure("alleles are parted by \";\" here and by \"(;)\" there")
                }
                variant.isPhaseKnown = isKnown
                variant.alleles.append(try bracketed())
            }
        } else {
            variant.alleles.append(try changes(endsAt: nil))
        }
        guard isAtEnd else { throw failure("the name is complete in front of this, and \(found)") }
        return variant
    }

    /// A position without an edit, behind an accession: `NM_004006.1:c.15_355`.
    mutating func whereabouts() throws(HGVSError) -> (HGVSReference?, HGVSLocation?, [HGVSResidue]) {
        let reference = try prefix()
        if kind == .protein {
            let (start, end, _) = try residues()
            guard isAtEnd else { throw failure("a position alone is expected, and \(found)") }
            return (reference, nil, end.map { [start, $0] } ?? [start])
        }
        let location = try location()
        guard isAtEnd else { throw failure("a position alone is expected, and \(found)") }
        return (reference, location, [])
    }

    /// What stands in front of the first position; sets ``kind``.
    private mutating func prefix() throws(HGVSError) -> HGVSReference? {
        guard !isAtEnd else { throw failure("the name is empty") }
        var reference: HGVSReference?
        if !(bytes.count > 1 && bytes[1] == UInt8(ascii: ".") && HGVSVariant.Kind(letter: bytes[0]) != nil)
            || accession(at: 0).map({ $0 < bytes.count && bytes[$0] == UInt8(ascii: ":") }) == true
        {
            reference = try self.reference()
            guard take(":") else {
                throw failure("a colon is expected behind the reference sequence, and \(found)")
            }
        } else {
            remark("names no reference sequence; it can be read, but not mapped")
        }
        try readKind()
        return reference
    }

    /// The letter and the dot.
    mutating func readKind() throws(HGVSError) {
        guard let kind = HGVSVariant.Kind(letter: next), sees(".", at: 1) else {
            throw failure("one of g. m. o. c. n. r. and p. is expected, and \(found)")
        }
        self.kind = kind
        place += 2
    }

    /// An accession and what may stand in parentheses behind it.
    mutating func reference() throws(HGVSError) -> HGVSReference {
        let start = place
        guard let end = accession(at: start) else {
            throw failure("an accession is expected, such as NM_007294.3, and \(found)")
        }
        place = end
        if next == UInt8(ascii: "."), end < bytes.count {
            place += 1
            throw failure("the version of the accession is expected, and \(found)")
        }
        var reference = HGVSReference(String(decoding: bytes[start..<end], as: UTF8.self))
        if bytes[start..<end].allSatisfy(Self.isDigit) {
            remark("is a contig's name and no accession of a sequence", at: start)
        }
        if take("(") {
            let inner = place
            guard Self.isLetter(next), let end = accession(at: place), end > place + 1 else {
                throw failure("a gene's symbol or a transcript is expected, and \(found)")
            }
            place = end
            reference.selector = String(decoding: bytes[inner..<end], as: UTF8.self)
            guard take(")") else { throw failure("\")\" is expected, and \(found)") }
        }
        return reference
    }

    /// Where an accession that begins at a byte ends: letters and digits, parted by single `_` and `-`, and a version; nil if none begins.
    func accession(at start: Int) -> Int? {
        var end = start
        func isPart(_ place: Int) -> Bool {
            place < bytes.count && (Self.isLetter(bytes[place]) || Self.isDigit(bytes[place]))
        }
        guard isPart(start) else { return nil }
        while isPart(end)
            || end < bytes.count && (bytes[end] == 0x5f || bytes[end] == 0x2d) && isPart(end + 1)
        { end += 1 }
        let isName = Self.isLetter(bytes[start]) || bytes[start..<end].allSatisfy(Self.isDigit)
        guard isName else { return nil }
        var version = end + 1
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            while version < bytes.count, Self.isDigit(bytes[version]) { version += 1 }
            if version > end + 1 { end = version }
        }
        return end
    }

    // MARK: - Alleles

    private mutating func bracketed() throws(HGVSError) -> HGVSAllele {
        let start = place
        guard take("[") else { throw failure("\"[\" is expected, and \(found)") }
        var allele: HGVSAllele
        // Parentheses around more than one change: [(a;b)].
        if next == UInt8(ascii: "("), let close = closing(place), close + 1 < bytes.count,
            bytes[close + 1] == UInt8(ascii: "]"), bytes[place..<close].contains(UInt8(ascii: ";"))
        {
            place += 1
            allele = try changes(endsAt: UInt8(ascii: ")"))
            allele.isPredicted = true
            guard take(")") else { throw failure("\")\" is expected, and \(found)") }
        } else {
            allele = try changes(endsAt: UInt8(ascii: "]"))
        }
        guard take("]") else {
            throw isAtEnd
                ? failure("the bracket is not closed", at: start) : failure("\"]\" is expected, and \(found)")
        }
        allele.isBracketed = true
        return allele
    }

    private mutating func changes(endsAt end: UInt8?) throws(HGVSError) -> HGVSAllele {
        var allele = HGVSAllele(changes: [try change(isListed: end != nil)])
        while !isAtEnd, next != end {
            let start = place
            let link: HGVSAllele.Link
            if take("(;)") {
                link = .unknownPhase
            } else if take("//") {
                link = .chimeric
            } else if take("/") {
                link = .mosaic
            } else if end != nil, take(";") {
                link = .cis
            } else if end != nil, kind == .rna || kind == .protein, take(",") {
                link = .products
            } else if end == nil, sees(";") {
                throw failure("changes that are listed stand in brackets: [76A>C;77G>T]", at: start)
            } else {
                throw failure("the change is complete in front of this, and \(found)")
            }
            allele.links.append(link)
            allele.changes.append(try change(isListed: end != nil))
        }
        return allele
    }

    private mutating func change(isListed: Bool) throws(HGVSError) -> HGVSChange {
        if kind == .protein { return try proteinChange(isListed: isListed) }
        return try nucleotideChange(isListed: isListed)
    }

    /// The byte of the parenthesis that closes the one at a byte.
    func closing(_ open: Int) -> Int? {
        var depth = 0
        for place in open..<bytes.count {
            if bytes[place] == UInt8(ascii: "(") { depth += 1 }
            if bytes[place] == UInt8(ascii: ")") {
                depth -= 1
                if depth == 0 { return place }
            }
        }
        return nil
    }

    /// Whether a change ends in front of a byte.
    func isEndOfChange(_ place: Int) -> Bool {
        place >= bytes.count || ";],/)".utf8.contains(bytes[place])
            || bytes[place] == UInt8(ascii: "(") && place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: ";")
    }

    /// What is said of a whole sequence, if that stands here.
    mutating func whole(isListed: Bool) -> HGVSChange.Whole? {
        var candidates: [(StaticString, HGVSChange.Whole)] = [("=", .unchanged), ("?", .unknown)]
        if isListed || kind == .rna || kind == .protein { candidates += [("0?", .perhapsAbsent), ("0", .absent)] }
        if kind == .rna { candidates += [("spl?", .perhapsSpliced), ("spl", .spliced)] }
        for (text, whole) in candidates where sees(text) && isEndOfChange(place + text.utf8CodeUnitCount) {
            place += text.utf8CodeUnitCount
            return whole
        }
        return nil
    }
}

extension HGVSVariant.Kind {
    init?(letter: UInt8) { self.init(rawValue: String(UnicodeScalar(letter))) }
}
