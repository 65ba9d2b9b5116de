/// Writes numbers little-endian and bytes with their length before them.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ field: [UInt8]) {
        append(UInt64(field.count))
        bytes.append(contentsOf: field)
    }

    mutating func append(_ numbers: [UInt64]) {
        append(UInt64(numbers.count))
        bytes.reserveCapacity(bytes.count + numbers.count * 8)
        for number in numbers { append(number) }
    }
}

/// Reads what ``ByteWriter`` wrote from bytes that anyone may have sent.
struct ByteReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private static let broken = SecureAggregationError(.malformed, "a message ends before its fields do")

    mutating func number() throws(SecureAggregationError) -> UInt64 {
        guard bytes.count - place >= 8 else { throw Self.broken }
        defer { place += 8 }
        return bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)) }
    }

    mutating func field() throws(SecureAggregationError) -> [UInt8] {
        let count = try number()
        guard count <= UInt64(bytes.count - place) else { throw Self.broken }
        defer { place += Int(count) }
        return Array(bytes[place..<place + Int(count)])
    }

    mutating func numbers() throws(SecureAggregationError) -> [UInt64] {
        let count = try number()
        guard count <= UInt64(bytes.count - place) / 8 else { throw Self.broken }
        var numbers: [UInt64] = []
        numbers.reserveCapacity(Int(count))
        for _ in 0..<count { numbers.append(try number()) }
        return numbers
    }

    func end() throws(SecureAggregationError) {
        guard place == bytes.count else {
            throw SecureAggregationError(.malformed, "a message has \(bytes.count - place) bytes too many")
        }
    }
}
