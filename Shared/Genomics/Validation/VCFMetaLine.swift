/// A `##` line of a VCF header, taken apart (VCF 4.3, § 1.4).
struct VCFMetaLine {
    /// A field of a structured line.
    struct Field {
        let key: String
        let value: String
        let isQuoted: Bool
    }

    /// What precedes the equals sign, such as `INFO`.
    let key: String
    /// What follows it.
    let value: String
    /// The fields of a line of the form `##KEY=<…>`; nil for another.
    let fields: [Field]?

    /// Takes a line apart that begins with `##`; throws the field and what is wrong.
    init(_ line: some StringProtocol) throws(Flaw) {
        let text = String(line.dropFirst(2))
        guard let equal = text.firstIndex(of: "="), equal > text.startIndex, text.index(after: equal) < text.endIndex
        else { throw Flaw(field: "##", message: "\(FieldText.quoted(line)) is no line of the form ##key=value") }
        key = String(text[..<equal])
        value = String(text[text.index(after: equal)...])
        guard key.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: "<") }) else {
            throw Flaw(field: "##", message: "\(FieldText.quoted(key)) is no key")
        }
        // What other keys mean is their makers' business.
        fields = value.hasPrefix("<") && Self.structured.contains(key) ? try Self.fields(of: value, key) : nil
    }

    private static let structured = ["INFO", "FORMAT", "FILTER", "ALT", "contig", "SAMPLE", "META", "PEDIGREE"]

    /// What is wrong with a line.
    struct Flaw: Error {
        let field: String
        let message: String
    }

    /// The value of a field.
    subscript(_ name: String) -> String? { fields?.first { $0.key == name }?.value }

    private static func fields(of text: String, _ key: String) throws(Flaw) -> [Field] {
        func flaw(_ message: String) -> Flaw { Flaw(field: key, message: message) }
        var fields: [Field] = []
        var rest = Array(text.utf8)[1...]
        while true {
            guard let equal = rest.firstIndex(of: UInt8(ascii: "=")), equal > rest.startIndex else {
                throw flaw("a field of \(FieldText.quoted(text)) is not of the form key=value")
            }
            let name = String(decoding: rest[..<equal], as: UTF8.self)
            guard name.utf8.allSatisfy(isWord) else { throw flaw("\(FieldText.quoted(name)) is no key of a field") }
            guard !fields.contains(where: { $0.key == name }) else { throw flaw("the field \(name) comes twice") }
            rest = rest[(equal + 1)...]
            let isQuoted = rest.first == UInt8(ascii: "\"")
            let value: ArraySlice<UInt8>
            if isQuoted {
                guard let end = closingQuote(rest) else { throw flaw("the quotes of \(name) are not closed") }
                value = rest[(rest.startIndex + 1)..<end]
                rest = rest[(end + 1)...]
            } else {
                let isList = rest.first == UInt8(ascii: "[")
                let close = UInt8(ascii: isList ? "]" : ",")
                // The line's last byte is its closing '>'; others may belong to a value.
                let end = rest.firstIndex(of: close) ?? max(rest.startIndex, rest.endIndex - 1)
                let last = isList && end < rest.endIndex - 1 ? end + 1 : end
                value = rest[..<last]
                rest = rest[last...]
                guard !value.isEmpty else { throw flaw("\(name) has no value") }
            }
            fields.append(Field(key: name, value: String(decoding: value, as: UTF8.self), isQuoted: isQuoted))
            switch rest.first {
            case UInt8(ascii: ","): rest = rest.dropFirst()
            case UInt8(ascii: ">") where rest.count == 1: return fields
            default: throw flaw("behind \(name) stands neither a comma nor the closing '>' of the line")
            }
        }
    }

    /// Where a quoted value ends, which begins with a quote; a backslash escapes.
    private static func closingQuote(_ text: ArraySlice<UInt8>) -> Int? {
        var place = text.startIndex + 1
        while place < text.endIndex {
            if text[place] == UInt8(ascii: "\\") {
                place += 2
            } else if text[place] == UInt8(ascii: "\"") {
                return place
            } else {
                place += 1
            }
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        FieldText.isWord(byte) || byte == UInt8(ascii: "-")
    }
}
