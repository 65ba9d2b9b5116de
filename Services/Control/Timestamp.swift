import Commands
import Foundation
import Observability

/// Times of the registry as people read and type them: ISO 8601 to the microsecond, so that a change's own time finds it.
enum Timestamp {
    /// `2026-03-01T12:00:00.250000Z`.
    static func text(_ time: Date) -> String {
        let microseconds = Int64((time.timeIntervalSince1970 * 1e6).rounded())
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let whole = Date(timeIntervalSince1970: Double(rest < 0 ? seconds - 1 : seconds)).formatted(.iso8601)
        let digits = String(1_000_000 + (rest < 0 ? rest + 1_000_000 : rest)).dropFirst()
        return "\(whole.dropLast()).\(digits)Z"
    }

    /// Reads ISO 8601 with a time zone, and any number of digits of a second.
    static func parse(_ text: String) throws -> Date {
        let form =
            /(?<day>\d{4}-\d{2}-\d{2})T(?<time>\d{2}:\d{2}:\d{2})(?<fraction>\.\d{1,9})?(?<zone>Z|[+-]\d{2}:?\d{2})/
        guard let match = text.wholeMatch(of: form),
            let whole = try? Date("\(match.day)T\(match.time)\(match.zone)", strategy: .iso8601)
        else {
            throw StartError(
                .usage, "\"\(text)\" is no ISO 8601 time with a time zone, such as 2026-03-01T12:00:00Z")
        }
        return whole + (match.fraction.flatMap { Double("0\($0)") } ?? 0)
    }

    /// JSON for people and programs: keys in order, times as ``text(_:)``.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(text(date))
        }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
