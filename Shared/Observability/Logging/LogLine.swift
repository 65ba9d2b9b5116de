import Commands
import Foundation

/// One log line before it is text.
struct LogLine {
    var time: Timestamp
    var level: Logger.Level
    var label: String
    var message: String
    var metadata: [String: LogValue]
    var error: (any Error)?

    /// The line without its line feed; it holds no control character whatever the message holds.
    func rendered(_ format: Logger.Format) -> String {
        switch format {
        case .text: text
        case .json: json
        }
    }

    private var text: String {
        var line = "\(time) \(level.rawValue) \(label): "
        line.appendEscaped(message)
        for (key, value) in sorted {
            line += " \(key)="
            switch value {
            case .string(let text): line.appendWord(text)
            case .integer(let number): line += String(number)
            case .number(let number): line += String(number)
            case .boolean(let isTrue): line += String(isTrue)
            }
        }
        if let error {
            line += " error="
            line.appendWord(ErrorText.sentence(error))
        }
        return line
    }

    private var json: String {
        var line = "{\"time\":\"\(time)\",\"level\":\"\(level.rawValue)\",\"label\":"
        line.appendQuoted(label)
        line += ",\"message\":"
        line.appendQuoted(message)
        if let error {
            line += ",\"error\":"
            line.appendQuoted(ErrorText.sentence(error))
            line += ",\"error.type\":"
            line.appendQuoted(String(describing: type(of: error)))
        }
        for (key, value) in sorted {
            line += ","
            line.appendQuoted(Self.reserved.contains(key) ? "metadata.\(key)" : key)
            line += ":"
            switch value {
            case .string(let text): line.appendQuoted(text)
            case .integer(let number): line += String(number)
            case .number(let number) where number.isFinite: line += String(number)
            case .number(let number): line.appendQuoted(String(number))
            case .boolean(let isTrue): line += String(isTrue)
            }
        }
        return line + "}"
    }

    private var sorted: [(key: String, value: LogValue)] { metadata.sorted { $0.key < $1.key } }

    private static let reserved: Set = ["time", "level", "label", "message", "error", "error.type"]
}

extension String {
    /// Appends `text` as a JSON string.
    mutating func appendQuoted(_ text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            default: appendEscaped(scalar)
            }
        }
        append("\"")
    }

    /// Appends `text` with its control characters escaped: it can neither end the line nor steer a terminal.
    fileprivate mutating func appendEscaped(_ text: String) {
        for scalar in text.unicodeScalars { appendEscaped(scalar) }
    }

    /// Appends `text` bare if it reads as one word, quoted otherwise.
    fileprivate mutating func appendWord(_ text: String) {
        let isWord = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" }
        if isWord { appendEscaped(text) } else { appendQuoted(text) }
    }

    private mutating func appendEscaped(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029:
            let hex = String(scalar.value, radix: 16)
            append("\\u" + String(repeating: "0", count: 4 - hex.count) + hex)
        default: unicodeScalars.append(scalar)
        }
    }
}

/// A moment in UTC to the millisecond, written as ISO 8601.
struct Timestamp: CustomStringConvertible {
    let since1970: timespec

    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(since1970: time)
    }

    var description: String {
        var seconds = since1970.tv_sec
        var fields = tm()
        gmtime_r(&seconds, &fields)
        let date = [fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday].map(Self.padded).joined(separator: "-")
        let time = [fields.tm_hour, fields.tm_min, fields.tm_sec].map(Self.padded).joined(separator: ":")
        return "\(date)T\(time).\(String(1000 + since1970.tv_nsec / 1_000_000).dropFirst())Z"
    }

    private static func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : String(number) }
}
