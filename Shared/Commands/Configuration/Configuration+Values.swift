import Foundation

extension Configuration {
    /// The value as it stands; throws when nothing sets it.
    public func string(_ name: String) throws -> String {
        let entry = entry(name)
        guard let value = entry.value else {
            throw StartError(
                .configuration,
                "\(name) is not set: give \(entry.key.flag), \(entry.key.variable), or \(name) in the configuration file"
            )
        }
        return value
    }

    /// The value as it stands, if something sets it.
    public func optionalString(_ name: String) -> String? { entry(name).value }

    /// A whole number in `range`.
    public func int(_ name: String, in range: ClosedRange<Int> = 0...Int.max) throws -> Int {
        try parse(name, as: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// `true`, `yes`, `on`, `1`, or their opposites.
    public func bool(_ name: String) throws -> Bool {
        try parse(name, as: "true or false") { text in
            switch text.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        }
    }

    /// A number of bytes: `4096`, `64MB` (millions), `64MiB` (powers of 1024).
    public func bytes(_ name: String) throws -> Int {
        try parse(name, as: "a number of bytes such as 4096, 64MB or 1GiB") { Quantity($0)?.bytes }
    }

    /// A span of time: `250ms`, `5s`, `2m`, `1.5h`, `7d`.
    public func duration(_ name: String) throws -> Duration {
        try parse(name, as: "a duration such as 250ms, 5s, 2m, 1h or 7d") { Quantity($0)?.duration }
    }

    /// An absolute path: `~/` is the home folder, anything relative starts at the current folder.
    public func path(_ name: String) throws -> String {
        try parse(name, as: "a path") { text in
            if text.isEmpty { return nil }
            let home = text == "~" || text.hasPrefix("~/") ? NSHomeDirectory() + text.dropFirst() : text
            return URL(filePath: home).absoluteURL.standardizedFileURL.path(percentEncoded: false)
        }
    }

    /// One of the cases of an enumeration, by its raw value.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of: Choice.Type = Choice.self
    ) throws -> Choice {
        let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return try parse(name, as: "one of \(all)") { Choice(rawValue: $0) }
    }

    private func parse<Value>(_ name: String, as expected: String, _ read: (String) -> Value?) throws -> Value {
        let text = try string(name)
        if let value = read(text) { return value }
        let entry = entry(name)
        let shown = entry.key.isSecret ? "the value" : "\"\(text)\""
        throw StartError(.configuration, "\(name) (\(entry.origin)): \(shown) is not \(expected)")
    }
}

/// A decimal number and a unit, `1.5GiB`.
private struct Quantity {
    let number: Double
    let unit: String

    init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits) else { return nil }
        self.number = number
        self.unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
    }

    /// `nil` for an unknown unit, a fraction of a byte or more than an `Int` holds.
    var bytes: Int? {
        let scale: Double? =
            switch unit.lowercased() {
            case "", "b": 1
            case "k", "kb": 1e3
            case "m", "mb": 1e6
            case "g", "gb": 1e9
            case "t", "tb": 1e12
            case "kib": 0x1p10
            case "mib": 0x1p20
            case "gib": 0x1p30
            case "tib": 0x1p40
            default: nil
            }
        return scale.flatMap { Int(exactly: number * $0) }
    }

    /// `nil` for an unknown unit or more than a century.
    var duration: Duration? {
        let seconds: Double? =
            switch unit {
            case "us": 1e-6
            case "ms": 1e-3
            case "s": 1
            case "m", "min": 60
            case "h": 3600
            case "d": 86400
            case "" where number == 0: 1
            default: nil
            }
        return seconds.flatMap { number * $0 <= 3.2e9 ? .nanoseconds(Int64((number * $0 * 1e9).rounded())) : nil }
    }
}
