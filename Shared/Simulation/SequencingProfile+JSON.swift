import Foundation

extension SequencingProfile {
    /// The profile as JSON for people too: what holds no list or object stands in a line, as far as lines go.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: Self.compact(Array(try encoder.encode(self))), as: UTF8.self) + "\n"
        }
    }

    /// Reads a profile; throws `DecodingError` where it is none.
    public init(json: String) throws {
        self = try JSONDecoder().decode(SequencingProfile.self, from: Data(json.utf8))
    }

    private static let width = 110

    private static func compact(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        // Where the open lists and objects begin, and whether they hold others.
        var open: [(start: Int, isNested: Bool)] = []
        var isString = false
        var isEscaped = false
        for byte in text {
            out.append(byte)
            if isString {
                isString = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if !open.isEmpty { open[open.count - 1].isNested = true }
                open.append((out.count, false))
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard let last = open.popLast(), !last.isNested else { continue }
                let inside = String(decoding: out[last.start..<(out.count - 1)], as: UTF8.self)
                let parts = inside.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
                let begun = out[..<last.start].lastIndex(of: UInt8(ascii: "\n")) ?? 0
                let indent = out[(begun + 1)..<last.start].prefix { $0 == UInt8(ascii: " ") }.count + 2
                var column = last.start - begun
                out.removeSubrange(last.start...)
                for (number, part) in parts.enumerated() {
                    if column + part.utf8.count + 1 > width {
                        out += Array(("\n" + String(repeating: " ", count: indent)).utf8)
                        column = indent
                    } else if number > 0 {
                        out.append(UInt8(ascii: " "))
                    }
                    out += Array(part.utf8)
                    column += part.utf8.count + 1
                }
                out.append(byte)
            default: break
            }
        }
        return out
    }
}
