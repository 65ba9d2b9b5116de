/// The tags that duplicate marking needs, found in one pass over a record's binary tags (SAM specification, § 4.2.4).
///
/// Tags behind a malformed one are not seen.
struct DuplicateTags {
    /// `RG`.
    private(set) var readGroup: ArraySlice<UInt8>?
    /// `MC`, nil when absent or no CIGAR.
    private(set) var mateCigar: [CigarOperation]?
    /// `ms`.
    private(set) var mateScore: Int?

    init(_ tags: ArraySlice<UInt8>) {
        var rest = tags
        while rest.count >= 4 {
            let name = (rest[rest.startIndex], rest[rest.startIndex + 1])
            let type = rest[rest.startIndex + 2]
            rest = rest.dropFirst(3)
            guard let length = Self.length(of: rest, type: type), length <= rest.count else { return }
            let value = rest.prefix(length)
            rest = rest.dropFirst(length)
            switch (name.0, name.1, type) {
            case (UInt8(ascii: "R"), UInt8(ascii: "G"), UInt8(ascii: "Z")): readGroup = value.dropLast()
            case (UInt8(ascii: "M"), UInt8(ascii: "C"), UInt8(ascii: "Z")): mateCigar = Self.cigar(value.dropLast())
            case (UInt8(ascii: "m"), UInt8(ascii: "s"), _): mateScore = Self.integer(value, type: type)
            default: break
            }
        }
    }

    private static func length(of bytes: ArraySlice<UInt8>, type: UInt8) -> Int? {
        switch type {
        case UInt8(ascii: "A"), UInt8(ascii: "c"), UInt8(ascii: "C"): return 1
        case UInt8(ascii: "s"), UInt8(ascii: "S"): return 2
        case UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "f"): return 4
        case UInt8(ascii: "Z"), UInt8(ascii: "H"):
            return bytes.firstIndex(of: 0).map { $0 - bytes.startIndex + 1 }
        case UInt8(ascii: "B"):
            guard bytes.count >= 5, let item = bytes.first,
                item != UInt8(ascii: "Z"), item != UInt8(ascii: "H"), item != UInt8(ascii: "B"),
                let size = length(of: [], type: item)
            else { return nil }
            return 5 + size * Int(unsigned(bytes.dropFirst().prefix(4)))
        default: return nil
        }
    }

    private static func unsigned(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>, type: UInt8) -> Int? {
        let value = unsigned(bytes)
        switch type {
        case UInt8(ascii: "c"): return Int(Int8(truncatingIfNeeded: value))
        case UInt8(ascii: "s"): return Int(Int16(truncatingIfNeeded: value))
        case UInt8(ascii: "i"): return Int(Int32(bitPattern: value))
        case UInt8(ascii: "C"), UInt8(ascii: "S"), UInt8(ascii: "I"): return Int(value)
        default: return nil
        }
    }

    /// Reads a CIGAR string; nil unless it is one.
    private static func cigar(_ text: ArraySlice<UInt8>) -> [CigarOperation]? {
        let letters = Array("MIDNSHP=X".utf8)
        var operations: [CigarOperation] = []
        var length: UInt32 = 0
        for byte in text {
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                length = length * 10 + UInt32(byte - UInt8(ascii: "0"))
                if length >= 1 << 28 { return nil }
            } else if let code = letters.firstIndex(of: byte), let kind = CigarOperation.Kind(rawValue: UInt8(code)) {
                operations.append(CigarOperation(kind, length))
                length = 0
            } else {
                return nil
            }
        }
        return operations.isEmpty ? nil : operations
    }
}
