/// JSON whose members stay in the order in which they were given, so that a document has the same bytes each time it is made.
///
/// Members without a value, and those whose list or object is empty, are left out: FHIR and ClinVar forbid empty ones.
indirect enum OrderedJSON: Sendable, Hashable {
    case text(String)
    /// A number as JSON spells it.
    case number(String)
    case list([OrderedJSON])
    case object([Member])

    /// A name with its value.
    struct Member: Sendable, Hashable {
        var name: String
        var value: OrderedJSON
    }

    /// A text, or nil where nothing but blanks and control characters is in it.
    static func string(_ text: String?) -> OrderedJSON? {
        guard let clean = text.map(cleaned), !clean.isEmpty else { return nil }
        return .text(clean)
    }

    /// A whole number.
    static func integer(_ value: Int?) -> OrderedJSON? { value.map { .number("\($0)") } }

    /// A number in the shortest spelling that reads back as the same one; nil for what is not finite.
    static func decimal(_ value: Double?) -> OrderedJSON? {
        guard let value, value.isFinite else { return nil }
        if value == value.rounded(), abs(value) < 1e15 { return .number("\(Int64(value))") }
        return .number("\(value)")
    }

    /// The text without control characters but line breaks and tabs, without marks that reorder what is read (CVE-2021-42574), and without
    /// blanks at its ends.
    static func cleaned(_ text: String) -> String {
        // Nearly all texts are plain ASCII that needs nothing.
        if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }), text.utf8.first != 0x20, text.utf8.last != 0x20 {
            return text
        }
        let kept = String(String.UnicodeScalarView(text.unicodeScalars.filter(isReadable)))
        let start = kept.drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }

    private static func isReadable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a: true
        case 0..<0x20, 0x7f..<0xa0, 0x202a...0x202e, 0x2066...0x2069, 0xfeff, 0xfffe...0xffff: false
        default: true
        }
    }

    /// The member of an object; nil where there is none.
    subscript(name: String) -> OrderedJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    private var isEmpty: Bool {
        switch self {
        case .list(let items): items.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }
}

extension OrderedJSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(stringLiteral value: String) { self = .text(value) }

    init(arrayLiteral elements: OrderedJSON?...) { self = .list(elements.compactMap { $0 }) }

    init(dictionaryLiteral elements: (String, OrderedJSON?)...) {
        self = .object(
            elements.compactMap { name, value in
                guard let value, !value.isEmpty else { return nil }
                return Member(name: name, value: value)
            })
    }
}

extension OrderedJSON {
    /// The document in UTF-8, indented by two blanks, with a line break at its end.
    var bytes: [UInt8] {
        var text: [UInt8] = []
        write(into: &text, depth: 0)
        text.append(UInt8(ascii: "\n"))
        return text
    }

    private func write(into text: inout [UInt8], depth: Int) {
        switch self {
        case .text(let value): Self.quote(value, into: &text)
        case .number(let spelling): text += spelling.utf8
        case .list(let items):
            Self.enclose(items, "[", "]", into: &text, depth: depth) { item, text in
                item.write(into: &text, depth: depth + 1)
            }
        case .object(let members):
            Self.enclose(members, "{", "}", into: &text, depth: depth) { member, text in
                Self.quote(member.name, into: &text)
                text += ": ".utf8
                member.value.write(into: &text, depth: depth + 1)
            }
        }
    }

    private static func enclose<Item>(
        _ items: [Item], _ open: String, _ close: String, into text: inout [UInt8], depth: Int,
        each: (Item, inout [UInt8]) -> Void
    ) {
        text += open.utf8
        for (place, item) in items.enumerated() {
            text += (place == 0 ? "\n" : ",\n").utf8
            text += repeatElement(UInt8(ascii: " "), count: 2 * (depth + 1))
            each(item, &text)
        }
        if !items.isEmpty {
            text.append(UInt8(ascii: "\n"))
            text += repeatElement(UInt8(ascii: " "), count: 2 * depth)
        }
        text += close.utf8
    }

    private static func quote(_ value: String, into text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): text += "\\n".utf8
            case UInt8(ascii: "\t"): text += "\\t".utf8
            case 0..<0x20:
                text += "\\u00".utf8
                text += [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
