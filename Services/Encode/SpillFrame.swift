/// One spilled record: the reads of a shard in a batch, and in a lane's journal what is known of a batch, or the lane's seal.
///
/// In a file: magic `HLXS`, kind, unit, length and checksum of the payload (little-endian), then the payload. A frame that
/// is cut off or does not match its checksum ends its file: the process that wrote it was killed, its offset has not
/// moved, and the record comes again.
struct SpillFrame: Equatable {
    enum Kind: UInt8 {
        /// A batch; the unit is its number.
        case batch = 1
        /// The seal; the unit is the number of batches.
        case seal = 2
    }

    var kind: Kind
    var unit: Int
    var payload: [UInt8]

    private static let magic: [UInt8] = Array("HLXS".utf8)
    static let headerLength = 4 + 1 + 8 + 4 + 4

    var bytes: [UInt8] {
        var out = Self.magic
        out.reserveCapacity(Self.headerLength + payload.count)
        out.append(kind.rawValue)
        withUnsafeBytes(of: UInt64(unit).littleEndian) { out.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(payload.count).littleEndian) { out.append(contentsOf: $0) }
        withUnsafeBytes(of: Self.checksum(payload).littleEndian) { out.append(contentsOf: $0) }
        out.append(contentsOf: payload)
        return out
    }

    /// The length of the payload that a header announces; nil when it is no header.
    static func parse(_ header: [UInt8]) -> (kind: Kind, unit: Int, length: Int, checksum: UInt32)? {
        guard header.count == headerLength, Array(header[0..<4]) == magic, let kind = Kind(rawValue: header[4])
        else { return nil }
        return header.withUnsafeBytes { raw in
            let unit = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 5, as: UInt64.self))
            let length = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 13, as: UInt32.self))
            let checksum = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 17, as: UInt32.self))
            return Int(exactly: unit).map { (kind, $0, Int(length), checksum) }
        }
    }

    /// FNV-1a, enough to tell a torn frame.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var hash: UInt32 = 0x811c_9dc5
        for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return hash
    }
}
