/// The optional fields of a BAM record in binary form: a view of a record's, or a builder of new ones.
///
/// SAM specification, § 4.2.4. Reading tolerates damage: a look-up ends at the first field that does not fit the bytes.
public struct BAMTags: Sendable, Hashable {
    private var storage: ArraySlice<UInt8>

    /// Reads the tags of a record in place: `BAMTags(record.tags)`.
    public init(_ bytes: ArraySlice<UInt8>) { storage = bytes }
    /// Reads binary tags, or starts with none.
    public init(_ bytes: [UInt8] = []) { storage = bytes[...] }

    /// The binary form, as `BAMRecord.init(tags:)` and `BAMRecord.setTags(_:)` take it.
    public var bytes: [UInt8] { Array(storage) }

    /// The text of a `Z` or `H` field.
    public func string(_ tag: String) -> String? { text(tag).map { String(decoding: $0, as: UTF8.self) } }

    /// The bytes of that text.
    public func text(_ tag: String) -> ArraySlice<UInt8>? {
        guard let field = field(tag), field.type == UInt8(ascii: "Z") || field.type == UInt8(ascii: "H") else {
            return nil
        }
        return storage[field.value.dropLast()]
    }

    /// The number in an integer field of any width.
    public func int(_ tag: String) -> Int? {
        guard let field = field(tag) else { return nil }
        let raw = storage[field.value].reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        switch field.type {
        case UInt8(ascii: "c"): return Int(Int8(truncatingIfNeeded: raw))
        case UInt8(ascii: "s"): return Int(Int16(truncatingIfNeeded: raw))
        case UInt8(ascii: "i"): return Int(Int32(bitPattern: raw))
        case UInt8(ascii: "C"), UInt8(ascii: "S"), UInt8(ascii: "I"): return Int(raw)
        default: return nil
        }
    }

    /// The ASCII character of an `A` field.
    public func character(_ tag: String) -> UInt8? {
        guard let field = field(tag), field.type == UInt8(ascii: "A") else { return nil }
        return storage[field.value.lowerBound]
    }

    /// The numbers of a `B,I` or `B,i` field, an array of 32-bit numbers.
    func words(_ tag: String) -> [UInt32]? {
        guard let field = field(tag), field.type == UInt8(ascii: "B") else { return nil }
        let value = storage[field.value]
        guard value.first == UInt8(ascii: "I") || value.first == UInt8(ascii: "i") else { return nil }
        return value.withUnsafeBytes { raw in
            stride(from: 5, to: raw.count, by: 4).map {
                UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
            }
        }
    }

    /// Whether the fields fill the bytes exactly.
    public var isWellFormed: Bool {
        var offset = storage.startIndex
        while offset < storage.endIndex {
            guard let field = Field(storage, at: offset) else { return false }
            offset = field.value.upperBound
        }
        return true
    }

    /// Adds a `Z` field; the text holds no zero byte.
    public mutating func append(_ tag: String, string: some StringProtocol) {
        begin(tag, UInt8(ascii: "Z"))
        storage.append(contentsOf: string.utf8)
        storage.append(0)
    }

    /// Adds an integer field in the narrowest type that holds the value, which lies in `Int32.min...UInt32.max`.
    public mutating func append(_ tag: String, int value: Int) {
        let (type, width): (Unicode.Scalar, Int) =
            switch value {
            case 0...0xff: ("C", 1)
            case -0x80..<0: ("c", 1)
            case 0...0xffff: ("S", 2)
            case -0x8000..<0: ("s", 2)
            case 0...Int(Int32.max), Int(Int32.min)..<0: ("i", 4)
            default: ("I", 4)
            }
        precondition(value >= Int(Int32.min) && value <= Int(UInt32.max), "a tag's integer has 32 bits")
        begin(tag, UInt8(ascii: type))
        for shift in 0..<width { storage.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
    }

    /// Adds an `A` field.
    public mutating func append(_ tag: String, character: UInt8) {
        begin(tag, UInt8(ascii: "A"))
        storage.append(character)
    }

    /// Adds a `B,I` field, an array of 32-bit numbers.
    mutating func append(_ tag: String, words: [UInt32]) {
        begin(tag, UInt8(ascii: "B"))
        storage.append(UInt8(ascii: "I"))
        for word in [UInt32(words.count)] + words {
            for shift in [0, 8, 16, 24] as [UInt32] { storage.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
    }

    /// Removes a field if it is there.
    public mutating func remove(_ tag: String) {
        guard let field = field(tag) else { return }
        storage.removeSubrange((field.value.lowerBound - 3)..<field.value.upperBound)
    }

    private mutating func begin(_ tag: String, _ type: UInt8) {
        precondition(tag.utf8.count == 2, "a tag has two characters")
        storage.append(contentsOf: tag.utf8)
        storage.append(type)
    }

    private func field(_ tag: String) -> Field? {
        var name = tag.utf8.makeIterator()
        guard let first = name.next(), let second = name.next() else { return nil }
        var offset = storage.startIndex
        while offset < storage.endIndex, let field = Field(storage, at: offset) {
            if storage[offset] == first && storage[offset + 1] == second { return field }
            offset = field.value.upperBound
        }
        return nil
    }

    /// One field: its type letter and where its value lies, a text's closing zero included.
    private struct Field {
        let type: UInt8
        let value: Range<Int>

        init?(_ bytes: ArraySlice<UInt8>, at offset: Int) {
            guard offset + 3 <= bytes.endIndex else { return nil }
            type = bytes[offset + 2]
            let start = offset + 3
            let length: Int
            switch type {
            case UInt8(ascii: "Z"), UInt8(ascii: "H"):
                guard let end = bytes[start...].firstIndex(of: 0) else { return nil }
                length = end + 1 - start
            case UInt8(ascii: "B"):
                guard start + 5 <= bytes.endIndex, let width = Self.width(bytes[start]) else { return nil }
                let count = (1...4).reversed().reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
                length = 5 + count * width
            default:
                guard let width = Self.width(type) else { return nil }
                length = width
            }
            guard length <= bytes.endIndex - start else { return nil }
            value = start..<(start + length)
        }

        private static func width(_ type: UInt8) -> Int? {
            switch type {
            case UInt8(ascii: "A"), UInt8(ascii: "c"), UInt8(ascii: "C"): 1
            case UInt8(ascii: "s"), UInt8(ascii: "S"): 2
            case UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "f"): 4
            default: nil
            }
        }
    }
}
