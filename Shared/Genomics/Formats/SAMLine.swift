/// Finds the field for which a line of SAM was refused (SAM specification, § 1.4).
enum SAMLine {
    private static let fields = [
        "QNAME", "FLAG", "RNAME", "POS", "MAPQ", "CIGAR", "RNEXT", "PNEXT", "TLEN", "SEQ", "QUAL",
    ]

    /// Whether a parsed line, whose first tabs are zeros, names a contig.
    static func namesContig(_ line: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        let isCut = { (byte: UInt8) in byte == 0 || byte == UInt8(ascii: "\t") }
        guard let first = line.firstIndex(where: isCut), let second = line[(first + 1)...].firstIndex(where: isCut),
            second + 1 < line.endIndex
        else { return false }
        return line[second + 1] != UInt8(ascii: "*")
    }

    /// The field at fault and what is wrong with it.
    static func flaw(of line: UnsafeBufferPointer<UInt8>, header: AlignmentHeader) -> (field: String, message: String) {
        let parts = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        if let cut = parts.firstIndex(where: { $0.contains(0) }) {
            return (cut < fields.count ? fields[cut] : "tags", "it holds a NUL byte")
        }
        guard parts.count >= fields.count else {
            return (fields[parts.count], "the line has \(parts.count) of \(fields.count) fields")
        }
        let texts = parts.map { String(decoding: $0, as: UTF8.self) }
        for (index, field) in fields.enumerated() {
            if let message = flaw(in: texts[index], field, texts, header) { return (field, message) }
        }
        return ("tags", "a tag is malformed")
    }

    private static func flaw(
        in text: String, _ field: String, _ texts: [String], _ header: AlignmentHeader
    ) -> String? {
        func number(_ range: ClosedRange<Int>) -> String? {
            Int(text).map(range.contains) == true ? nil : "'\(text.prefix(40))' is no number in \(range)"
        }
        switch field {
        case "QNAME": return (1...254).contains(text.utf8.count) ? nil : "a name has 1 to 254 bytes"
        case "FLAG": return number(0...0xffff)
        case "RNAME", "RNEXT":
            let isKnown =
                text == "*" || (text == "=" && field == "RNEXT") || header.contigs.contains { $0.name == text }
            return isKnown ? nil : "the header has no contig '\(text.prefix(40))'"
        case "POS", "PNEXT": return number(0...Int(Int32.max))
        case "MAPQ": return number(0...255)
        case "CIGAR": return cigarFlaw(text, bases: texts[9])
        case "TLEN": return number(-Int(Int32.max)...Int(Int32.max))
        case "SEQ":
            let isLegal = text == "*" || (!text.isEmpty && text.utf8.allSatisfy(isBase))
            return isLegal ? nil : "it holds something other than bases"
        default:
            if text == "*" { return nil }
            if text.utf8.count != texts[9].utf8.count {
                return "\(texts[9].utf8.count) bases but \(text.utf8.count) qualities"
            }
            return text.utf8.allSatisfy { (33...126).contains($0) } ? nil : "it holds something other than '!' to '~'"
        }
    }

    private static func isBase(_ letter: UInt8) -> Bool {
        (65...90).contains(letter & 0xdf) || letter == UInt8(ascii: "=") || letter == UInt8(ascii: ".")
    }

    private static func cigarFlaw(_ text: String, bases: String) -> String? {
        if text == "*" { return nil }
        let kinds = Array("MIDNSHP=X".utf8)
        var length = 0
        var onRead = 0
        var hasDigits = false
        for byte in text.utf8 {
            if (48...57).contains(byte) {
                length = min(10 * length + Int(byte - 48), 1 << 40)
                hasDigits = true
            } else if hasDigits, length < 1 << 28, let code = kinds.firstIndex(of: byte),
                let kind = CigarOperation.Kind(rawValue: UInt8(code))
            {
                if kind.consumesRead { onRead += length }
                length = 0
                hasDigits = false
            } else {
                return "'\(text.prefix(40))' is no CIGAR"
            }
        }
        if hasDigits || text.isEmpty { return "'\(text.prefix(40))' is no CIGAR" }
        return bases == "*" || bases.utf8.count == onRead ? nil : "it spans \(onRead) bases of \(bases.utf8.count)"
    }
}
