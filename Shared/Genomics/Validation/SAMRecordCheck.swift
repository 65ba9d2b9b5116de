/// Holds a line of SAM's alignment section against the specification (SAM, § 1.4 and 1.5).
struct SAMRecordCheck {
    /// The names of the header's contigs; nil where it lists none, and any name will do.
    let contigs: Set<String>?

    private static let fields = [
        "QNAME", "FLAG", "RNAME", "POS", "MAPQ", "CIGAR", "RNEXT", "PNEXT", "TLEN", "SEQ", "QUAL",
    ]

    /// What is wrong with a line.
    func check(_ line: String, number: Int) -> [FormatFlaw] {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard parts.count >= Self.fields.count else {
            return [
                FormatFlaw(
                    line: number, field: Self.fields[parts.count],
                    message: "the line has \(parts.count) of \(Self.fields.count) fields")
            ]
        }
        var flaws: [FormatFlaw] = []
        for (index, field) in Self.fields.enumerated() {
            if let message = flaw(in: parts[index], index, parts) {
                flaws.append(FormatFlaw(line: number, field: field, message: message))
            }
        }
        var tags: Set<Substring> = []
        for part in parts.dropFirst(Self.fields.count) {
            let tag = part.prefix(2)
            if let message = Self.tagFlaw(part) ?? (tags.insert(tag).inserted ? nil : "the tag comes twice") {
                flaws.append(FormatFlaw(line: number, field: String(tag), message: message))
            }
        }
        return flaws
    }

    private func flaw(in text: Substring, _ index: Int, _ parts: [Substring]) -> String? {
        func count(_ range: ClosedRange<Int>) -> String? {
            FieldText.isCount(text) && range.contains(Int(text) ?? -1)
                ? nil : "\(FieldText.quoted(text)) is no number in \(range)"
        }
        switch index {
        case 0:
            let isName =
                (1...254).contains(text.utf8.count) && text.utf8.allSatisfy { (33...126).contains($0) && $0 != 64 }
            return isName ? nil : "\(FieldText.quoted(text)) is no name of 1 to 254 printable characters other than '@'"
        case 1: return count(0...0xffff)
        case 2, 6:
            if text == "*" || (text == "=" && index == 6) { return nil }
            guard FieldText.isContigName(text) else { return "\(FieldText.quoted(text)) is no name of a contig" }
            return contigs?.contains(String(text)) == false ? "the header has no contig \(FieldText.quoted(text))" : nil
        case 3, 7: return count(0...Int(Int32.max))
        case 4: return count(0...255)
        case 5:
            if text == "*" { return nil }
            guard FieldText.isCIGAR(text) else { return "\(FieldText.quoted(text)) is no CIGAR" }
            let (bases, all) = (Self.basesOnRead(text), parts[9].utf8.count)
            return parts[9] == "*" || all == bases ? nil : "it spans \(bases) of \(all) bases"
        case 8:
            let isLength = FieldText.isInteger(text) && Int(text).map { abs($0) <= Int(Int32.max) } == true
            return isLength ? nil : "\(FieldText.quoted(text)) is no length"
        case 9:
            let isSequence =
                text == "*"
                || (!text.isEmpty
                    && text.utf8.allSatisfy { ((65...90).contains($0 & 0xdf) && $0 >= 65) || $0 == 46 || $0 == 61 })
            return isSequence ? nil : "\(FieldText.quoted(text)) holds something other than bases"
        default:
            if text == "*" { return nil }
            guard !text.isEmpty, text.utf8.allSatisfy({ (33...126).contains($0) }) else {
                return "it holds something other than '!' to '~'"
            }
            if parts[9] == "*" { return "qualities of bases that are not there" }
            let bases = parts[9].utf8.count
            return bases == text.utf8.count ? nil : "\(bases) bases but \(text.utf8.count) qualities"
        }
    }

    private static func basesOnRead(_ cigar: Substring) -> Int {
        var (length, sum) = (0, 0)
        for byte in cigar.utf8 {
            if (48...57).contains(byte) {
                length = min(10 * length + Int(byte - 48), 1 << 40)
            } else {
                if "MIS=X".utf8.contains(byte) { sum += length }
                length = 0
            }
        }
        return sum
    }

    // Optional fields.

    private static let integers: [Substring: ClosedRange<Int>] = [
        "c": -128...127, "C": 0...255, "s": -32768...32767, "S": 0...65535, "i": Int(Int32.min)...Int(Int32.max),
        "I": 0...Int(UInt32.max),
    ]

    private static func tagFlaw(_ part: Substring) -> String? {
        let bytes = Array(part.utf8.prefix(5))
        let isTag =
            bytes.count == 5 && bytes[2] == 58 && bytes[4] == 58
            && bytes[..<2].allSatisfy { FieldText.isWord($0) && $0 != 95 && $0 != 46 } && bytes[0] >= 65
        guard isTag else { return "\(FieldText.quoted(part)) is no optional field; one is TAG:TYPE:VALUE" }
        let value = part.dropFirst(5)
        let isLegal =
            switch part.dropFirst(3).first {
            case "A": value.utf8.count == 1 && value.utf8.allSatisfy { (33...126).contains($0) }
            case "i":
                FieldText.isInteger(value)
                    && Int(value).map { (Int(Int32.min)...Int(UInt32.max)).contains($0) } == true
            case "f": FieldText.isDecimal(value)
            case "Z": value.utf8.allSatisfy { (32...126).contains($0) }
            case "H":
                value.utf8.count % 2 == 0 && value.utf8.allSatisfy { (48...57).contains($0) || (65...70).contains($0) }
            case "B": isArray(value)
            default: false
            }
        return isLegal ? nil : "\(FieldText.quoted(part)) is no value of its type"
    }

    private static func isArray(_ text: Substring) -> Bool {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let values = parts.dropFirst()
        if parts[0] == "f" { return values.allSatisfy(FieldText.isDecimal) }
        guard let range = integers[parts[0]] else { return false }
        return values.allSatisfy { FieldText.isInteger($0) && Int($0).map(range.contains) == true }
    }
}
