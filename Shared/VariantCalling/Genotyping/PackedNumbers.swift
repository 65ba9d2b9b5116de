/// Whole numbers packed into bytes: seven bits a byte, the lowest first, the eighth says that more follow; signs alternate (zigzag), as
/// in Protocol Buffers.
struct PackedNumbers {
    private(set) var bytes: [UInt8] = []

    /// Appends a number.
    mutating func append(_ number: Int) {
        var rest = UInt64(bitPattern: Int64(number << 1)) ^ UInt64(bitPattern: Int64(number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Reads numbers back.
    struct Reader {
        private let bytes: [UInt8]
        private var place = 0

        /// The most that a number may be, either side of 0: sums of them do not overflow.
        static let most = 1 << 48

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// Whether all were read.
        var isAtEnd: Bool { place == bytes.count }

        /// The next number; throws where the bytes end, or the number is beyond ``most``.
        mutating func next() throws(ExampleError) -> Int {
            var (value, shift): (UInt64, UInt64) = (0, 0)
            while place < bytes.count, shift < 56 {
                let byte = bytes[place]
                place += 1
                value |= UInt64(byte & 0x7f) << shift
                if byte < 0x80 {
                    let number = Int(value >> 1) ^ -Int(value & 1)
                    guard abs(number) <= Self.most else { break }
                    return number
                }
                shift += 7
            }
            throw ExampleError("packed numbers are damaged at byte \(place) of \(bytes.count)")
        }
    }
}
