/// Text that is put together as bytes.
extension [UInt8] {
    /// Appends the bytes of an array, which is only lent.
    mutating func append(bytes: borrowing [UInt8]) {
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// Appends a stretch of an array, which is only lent.
    mutating func append(bytes: borrowing [UInt8], _ range: Range<Int>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// Appends a whole number in decimal.
    mutating func append(number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        if rest < 10 { return append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest)) }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = 20
        while rest > 0 {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        for place in start..<20 { append(digits[place]) }
    }

    /// Appends a value without the characters that separate values in INFO: percent-encoded as VCF 4.3 has it (§ 1.2), blanks as VEP has them.
    mutating func append(safe value: String) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "="): self += "%3D".utf8
            case UInt8(ascii: ";"): self += "%3B".utf8
            case UInt8(ascii: ","): self += "%2C".utf8
            case UInt8(ascii: "|"): self += "%7C".utf8
            case UInt8(ascii: "%"): self += "%25".utf8
            case UInt8(ascii: " "), 0x09: append(UInt8(ascii: "_"))
            default: append(byte)
            }
        }
    }
}
