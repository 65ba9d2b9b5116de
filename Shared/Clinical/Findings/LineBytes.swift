import Foundation

/// A stretch of a line's bytes, valid as long as the line is.
typealias LineBytes = UnsafeRawBufferPointer

extension LineBytes {
    /// The parts between bytes of one kind, one after the other; of nothing one empty part.
    func parts(_ separator: UInt8) -> LineParts { LineParts(rest: self, separator: separator) }

    /// The part of a number, counted from 0; nil behind the last.
    func part(_ number: Int, _ separator: UInt8) -> LineBytes? {
        var parts = parts(separator)
        for _ in 0..<number where parts.next() == nil { return nil }
        return parts.next()
    }

    /// How many parts there are.
    func partCount(_ separator: UInt8) -> Int { reduce(1) { $1 == separator ? $0 + 1 : $0 } }

    /// Whether it stands for nothing: empty, or a dot alone.
    var isMissing: Bool { isEmpty || count == 1 && self[0] == UInt8(ascii: ".") }

    /// Whether they are the bytes of a text.
    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        guard let own = baseAddress, count > 0 else { return true }
        return other.withUnsafeBytes { known in known.baseAddress.map { memcmp($0, own, count) == 0 } ?? false }
    }

    /// The text; bytes that are no UTF-8 are replaced.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The first bytes as a message quotes them.
    var quoted: String { "\"\(String(decoding: prefix(40), as: UTF8.self))\"" }

    /// A number of digits alone that fits 18 of them; nil for anything else.
    var integer: Int? {
        guard !isEmpty, count <= 18 else { return nil }
        var value = 0
        for byte in self {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    /// A finite number; nil for anything else.
    var number: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }

    /// The text with `%2C` and its like decoded (VCF 4.3, § 1.2); what is no such code stays.
    var decoded: String {
        guard contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var index = 0
        while index < count {
            if self[index] == UInt8(ascii: "%"), index + 2 < count,
                let value = UInt8(String(decoding: self[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 3
            } else {
                bytes.append(self[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Walks the parts of a line.
struct LineParts: IteratorProtocol, Sequence {
    private var rest: LineBytes?
    private let separator: UInt8

    init(rest: LineBytes, separator: UInt8) { (self.rest, self.separator) = (rest, separator) }

    mutating func next() -> LineBytes? {
        guard let rest else { return nil }
        guard let start = rest.baseAddress, let end = memchr(start, Int32(separator), rest.count) else {
            self.rest = nil
            return rest
        }
        let length = UnsafeRawPointer(end) - start
        self.rest = LineBytes(rebasing: rest[(length + 1)...])
        return LineBytes(rebasing: rest[..<length])
    }
}

/// Texts that come again and again, made once.
struct TextPool<Value> {
    private var slots: [(bytes: [UInt8], value: Value)?]
    private let make: (LineBytes) -> Value

    /// `count` slots, a power of two; a text that meets another in its slot takes the place.
    init(count: Int = 4_096, _ make: @escaping (LineBytes) -> Value) {
        precondition(count > 0 && count & (count - 1) == 0)
        slots = Array(repeating: nil, count: count)
        self.make = make
    }

    /// The value of a text.
    mutating func value(_ bytes: LineBytes) -> Value {
        // FNV-1a.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let place = Int(truncatingIfNeeded: (hash ^ hash >> 32) & UInt64(slots.count - 1))
        if let known = slots[place], bytes.equals(known.bytes) { return known.value }
        let value = make(bytes)
        slots[place] = (Array(bytes), value)
        return value
    }
}
