/// The fields of a record of a table, as lines of text make them.
struct TableText {
    private enum State {
        /// In front of a field, or in one without quotes.
        case plain
        /// Within quotes.
        case quoted
        /// Behind a quote within quotes: the first of two, or the last.
        case closing
    }

    private var done: [String] = []
    private var field: [UInt8] = []
    private var isQuoted = false
    private var state = State.plain
    private var isDamaged = false
    /// Bytes that were read.
    private(set) var size = 0

    private static let quote = UInt8(ascii: "\"")

    /// Begins with a line of CSV.
    init(commas line: ArraySlice<UInt8>) { read(line) }

    /// The line ends amid a field.
    var isOpen: Bool { state == .quoted }

    /// The fields; nil where text stands behind a closing quote.
    var fields: [String]? { isDamaged ? nil : done }

    /// Goes on with the line that follows.
    mutating func join(_ line: ArraySlice<UInt8>) {
        field.append(0x0a)
        read(line)
    }

    /// The fields of a line with tabs, without blanks around them, nor quotes.
    static func fields(tabs line: ArraySlice<UInt8>) -> [String] {
        line.split(separator: 0x09, omittingEmptySubsequences: false).map { field in
            let text = trimmed(field)
            guard text.count >= 2, text.first == quote, text.last == quote else {
                return String(decoding: text, as: UTF8.self)
            }
            return String(decoding: text.dropFirst().dropLast(), as: UTF8.self).replacing("\"\"", with: "\"")
        }
    }

    private mutating func read(_ line: ArraySlice<UInt8>) {
        size += line.count + 1
        for byte in line {
            switch state {
            case .plain where byte == UInt8(ascii: ","): end()
            case .plain where byte == Self.quote && field.allSatisfy({ $0 == 0x20 }) && !isQuoted:
                field.removeAll(keepingCapacity: true)
                (isQuoted, state) = (true, .quoted)
            case .plain: field.append(byte)
            case .quoted where byte == Self.quote: state = .closing
            case .quoted: field.append(byte)
            case .closing where byte == Self.quote:
                field.append(byte)
                state = .quoted
            case .closing where byte == UInt8(ascii: ","): end()
            // The line's end may be CR LF.
            case .closing: if byte != 0x20, byte != 0x0d { isDamaged = true }
            }
        }
        if state != .quoted { end() }
    }

    private mutating func end() {
        done.append(String(decoding: isQuoted ? field[...] : Self.trimmed(field[...]), as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        (isQuoted, state) = (false, .plain)
    }

    private static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var field = field
        while field.first == 0x20 { field.removeFirst() }
        while field.last == 0x20 || field.last == 0x0d { field.removeLast() }
        return field
    }
}
