/// Where a file breaks its format's specification.
public struct FormatFlaw: Sendable, Hashable, CustomStringConvertible {
    /// The line of a text file, the record of a binary one, counted from 1; 0 for the file as a whole.
    public var line: Int
    /// The field in the format's own words.
    public var field: String
    /// What is wrong with it.
    public var message: String

    /// Makes a flaw.
    public init(line: Int, field: String, message: String) {
        self.line = line
        self.field = field
        self.message = message
    }

    /// `line 12, QUAL: message`.
    public var description: String { line > 0 ? "line \(line), \(field): \(message)" : "\(field): \(message)" }
}

/// Words for values in messages, and the shapes of values that several formats share.
enum FieldText {
    /// The value, no longer than a line, within quotes.
    static func quoted(_ text: some StringProtocol) -> String { "\"\(text.prefix(60))\(text.count > 60 ? "…" : "")\"" }

    /// Whether a byte is a letter, a digit, `_` or `.`.
    static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || ((65...90).contains(byte & 0xdf) && byte >= 65) || byte == 95 || byte == 46
    }

    /// Whether text is digits alone, without a leading zero unless it is the number 0.
    static func isCount(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) } && (text.utf8.count == 1 || text.first != "0")
    }

    /// Whether text is an integer with an optional sign.
    static func isInteger(_ text: some StringProtocol) -> Bool {
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        return !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// Whether text is a decimal number with digits behind its point, and an optional exponent.
    static func isDecimal(_ text: some StringProtocol) -> Bool {
        var rest = Substring(text)
        if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
        if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard isInteger(rest[rest.index(after: mark)...]) else { return false }
            rest = rest[..<mark]
        }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        let isDigits = { (part: Substring) in part.utf8.allSatisfy { (48...57).contains($0) } }
        return (1...2).contains(parts.count) && parts.allSatisfy(isDigits) && parts.last?.isEmpty == false
    }

    /// Whether text is a name of a reference sequence (SAM specification, § 1.2.1).
    static func isContigName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "*"), first != UInt8(ascii: "=") else { return false }
        return text.utf8.allSatisfy { (33...126).contains($0) && !banned.contains($0) }
    }
    private static let banned = Set("\\,\"'`()[]{}<>".utf8)

    /// Whether text is a CIGAR with at least one operation.
    static func isCIGAR(_ text: some StringProtocol) -> Bool {
        var hasDigits = false
        for byte in text.utf8 {
            if (48...57).contains(byte) {
                hasDigits = true
            } else {
                guard hasDigits, operations.contains(byte) else { return false }
                hasDigits = false
            }
        }
        return !hasDigits && !text.isEmpty
    }
    private static let operations = Set("MIDNSHP=X".utf8)
}
