/// Makes checksums right that a mutated file has wrong: they guard against damage of a disk, not against a person.
enum Checksums {
    /// Bytes as BGZF, uncompressed within (SAM specification, § 4.1).
    static func blocked(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count < 0xff00)
        let end: [UInt8] = [
            0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ]
        let size = UInt16(bytes.count)
        // The gzip header with BGZF's field, and one stored block of deflate.
        var file: [UInt8] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0]
        file += little(size + 30)
        file.append(1)
        file += little(size)
        file += little(~size)
        file += bytes
        file += little(crc32(bytes[...]))
        file += little(UInt32(bytes.count))
        return file + end
    }

    /// A CRAM 3 file whose containers and blocks have the checksums of their bytes, as far as their lengths make sense.
    static func corrected(_ file: [UInt8]) -> [UInt8] {
        guard file.starts(with: Array("CRAM".utf8)), file.count > 26, file[4] == 3 else { return file }
        var cursor = Cursor(bytes: file, offset: 26)
        while let length = cursor.container() {
            let end = cursor.offset + length
            while cursor.offset < end, cursor.block() {}
            guard end <= file.count, end > cursor.offset || cursor.offset == end else { break }
            cursor.offset = end
        }
        return cursor.bytes
    }

    /// Walks over a file and writes the checksums that it passes.
    private struct Cursor {
        var bytes: [UInt8]
        var offset: Int

        /// A container's header; gives the length of its blocks, nil where there is none.
        mutating func container() -> Int? {
            let start = offset
            guard offset + 4 <= bytes.count else { return nil }
            var length = 0
            for index in (0..<4).reversed() { length = length << 8 | Int(bytes[offset + index]) }
            offset += 4
            for _ in 0..<4 { guard integer() != nil else { return nil } }
            for _ in 0..<2 { guard skipLong() else { return nil } }
            guard integer() != nil, let landmarks = integer(), landmarks <= bytes.count else { return nil }
            for _ in 0..<landmarks { guard integer() != nil else { return nil } }
            guard seal(from: start), length <= bytes.count - offset else { return nil }
            return length
        }

        /// A block; false where there is none.
        mutating func block() -> Bool {
            let start = offset
            offset += 2
            guard integer() != nil, let size = integer(), integer() != nil, size <= bytes.count - offset else {
                return false
            }
            offset += size
            return seal(from: start)
        }

        private mutating func seal(from start: Int) -> Bool {
            guard offset + 4 <= bytes.count else { return false }
            bytes.replaceSubrange(offset..<offset + 4, with: little(crc32(bytes[start..<offset])))
            offset += 4
            return true
        }

        /// CRAM's `itf8`: the leading ones of the first byte say how many follow.
        private mutating func integer() -> Int? {
            guard offset < bytes.count else { return nil }
            let first = bytes[offset]
            let more = min(4, (~first).leadingZeroBitCount)
            guard offset + more < bytes.count else { return nil }
            let mask: Int = more == 4 ? 15 : 0x7f >> more
            var value: Int = Int(first) & mask
            for index in 1..<(more + 1) {
                // Of the fifth byte only the lower half counts.
                let next = Int(bytes[offset + index])
                value = index == 4 ? value << 4 | next & 15 : value << 8 | next
            }
            offset += more + 1
            return value
        }

        private mutating func skipLong() -> Bool {
            guard offset < bytes.count else { return false }
            offset += (~bytes[offset]).leadingZeroBitCount + 1
            return offset <= bytes.count
        }
    }

    private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian, Array.init)
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xedb8_8320 }
    }

    /// As in gzip.
    private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }
}
