/// A `numeric` on the wire: digits of base 10000 before and after a point (PostgreSQL's `numeric_recv`).
struct Numeric {
    private let digits: [Int]
    /// The power of 10000 of the first digit.
    private let weight: Int
    private let sign: UInt16

    init(_ bytes: UnsafeRawBufferPointer) throws(ConversionError) {
        func field(_ index: Int) throws(ConversionError) -> UInt16 {
            guard bytes.count >= 2 * index + 2 else { throw .malformed(.numeric) }
            return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        }
        let count = Int(try field(0))
        weight = Int(Int16(bitPattern: try field(1)))
        sign = try field(2)
        var digits: [Int] = []
        for index in 0..<count { digits.append(Int(try field(4 + index))) }
        self.digits = digits
    }

    /// The decimal form, without a fraction of zeros; `nil` for NaN and the infinities.
    var text: String? {
        guard sign == 0 || sign == 0x4000 else { return nil }
        func group(_ power: Int) -> String {
            let index = weight - power
            let digits = String(self.digits.indices.contains(index) ? self.digits[index] : 0)
            return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        let whole = stride(from: max(weight, 0), through: 0, by: -1).map(group).joined().drop { $0 == "0" }
        var text = (sign == 0 ? "" : "-") + (whole.isEmpty ? "0" : whole)
        let last = weight - digits.count + 1
        if last < 0, digits.contains(where: { $0 != 0 }) {
            text += "." + stride(from: -1, through: last, by: -1).map(group).joined()
        }
        return text
    }

    /// The nearest number.
    var double: Double {
        switch sign {
        case 0xD000: .infinity
        case 0xF000: -.infinity
        default: text.flatMap { Double($0) } ?? .nan
        }
    }
}
