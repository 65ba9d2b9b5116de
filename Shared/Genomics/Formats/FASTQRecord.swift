import Foundation

/// Makes unaligned BAM records of the lines of FASTQ.
struct FASTQRecord {
    /// What is wrong with a record, and in which field.
    struct Flaw: Error {
        let field: String
        let message: String
        /// The same word for every record that is wrong alike.
        let kind: String
    }

    /// Single-end and unmapped, as SAM numbers it.
    static let single: BAMRecord.Flags = [.unmapped]
    /// The first of a pair of unmapped reads: 77.
    static let first: BAMRecord.Flags = [.paired, .unmapped, .mateUnmapped, .firstInPair]
    /// The second of a pair of unmapped reads: 141.
    static let second: BAMRecord.Flags = [.paired, .unmapped, .mateUnmapped, .secondInPair]

    private let tags: [UInt8]
    private static let illegal: UInt8 = 0xff
    /// 4-bit codes of IUPAC letters; `.` is an old way to write N.
    private static let nibbles: [UInt8] = {
        var table = [UInt8](repeating: illegal, count: 256)
        for letter in "ACMGRSVTWYHKDBNUacmgrsvtwyhkdbnu".utf8 { table[Int(letter)] = BaseCode.nibble(ofASCII: letter) }
        table[Int(UInt8(ascii: "."))] = 15
        return table
    }()

    init(readGroup: String) {
        var tags = BAMTags()
        tags.append("RG", string: readGroup)
        self.tags = tags.bytes
    }

    /// The single-end record of a read; `header` follows the `@`.
    func make(
        header: UnsafeBufferPointer<UInt8>, sequence: UnsafeBufferPointer<UInt8>, qualities: UnsafeBufferPointer<UInt8>
    ) throws(Flaw) -> BAMRecord {
        let name = try Self.name(of: header)
        guard !sequence.isEmpty else { throw Flaw(field: "SEQ", message: "the read has no bases", kind: "no-bases") }
        guard sequence.count == qualities.count else {
            throw Flaw(
                field: "QUAL", message: "\(sequence.count) bases but \(qualities.count) qualities", kind: "lengths")
        }
        let nameEnd = BAMRecord.fixedLength + name.count + 1
        let qualityStart = nameEnd + (sequence.count + 1) / 2
        let tagStart = qualityStart + sequence.count
        var isSequenceLegal = false
        var isQualityLegal = false
        let bytes = [UInt8](unsafeUninitializedCapacity: tagStart + tags.count) { out, count in
            Self.putFixedFields(out, nameLength: name.count + 1, sequenceLength: sequence.count)
            let base = out.baseAddress!  // never nil: a record has at least its fixed part
            (base + BAMRecord.fixedLength).update(from: name.baseAddress!, count: name.count)
            base[nameEnd - 1] = 0
            isSequenceLegal = Self.pack(sequence, into: base + nameEnd)
            isQualityLegal = Self.subtractOffset(qualities, into: base + qualityStart)
            tags.withUnsafeBufferPointer { (base + tagStart).update(from: $0.baseAddress!, count: $0.count) }
            count = tagStart + tags.count
        }
        guard isSequenceLegal else {
            throw Self.flaw("SEQ", "base", sequence) { Self.nibbles[Int($0)] != Self.illegal }
        }
        guard isQualityLegal else {
            throw Self.flaw("QUAL", "quality", qualities) { (33...126).contains($0) }
        }
        do { return try BAMRecord(validating: bytes) } catch {
            preconditionFailure("a record that was just built is valid: \(error)")
        }
    }

    /// The read's name: up to the first blank, without `/1` or `/2`.
    static func name(of header: UnsafeBufferPointer<UInt8>) throws(Flaw) -> UnsafeBufferPointer<UInt8> {
        var length = 0
        while length < header.count, header[length] != 0x20, header[length] != 0x09 {
            guard (33...126).contains(header[length]) else {
                throw flaw("QNAME", "name character", header) { (32...126).contains($0) || $0 == 9 }
            }
            length += 1
        }
        let hasMate =
            length > 2 && header[length - 2] == UInt8(ascii: "/")
            && (header[length - 1] == UInt8(ascii: "1") || header[length - 1] == UInt8(ascii: "2"))
        if hasMate { length -= 2 }
        guard length > 0 else { throw Flaw(field: "QNAME", message: "the read has no name", kind: "no-name") }
        guard length <= 254 else {
            throw Flaw(field: "QNAME", message: "a name of \(length) bytes; SAM allows 254", kind: "long-name")
        }
        return UnsafeBufferPointer(rebasing: header[..<length])
    }

    private static func putFixedFields(_ out: UnsafeMutableBufferPointer<UInt8>, nameLength: Int, sequenceLength: Int) {
        let raw = UnsafeMutableRawBufferPointer(out)
        func put<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
            raw.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
        }
        put(-1 as Int32, 0)
        put(-1 as Int32, 4)
        put(UInt8(nameLength), 8)
        put(0 as UInt8, 9)
        put(BAMRecord.bin(start: -1, end: 0), 10)
        put(0 as UInt16, 12)
        put(single.rawValue, 14)
        put(Int32(sequenceLength), 16)
        put(-1 as Int32, 20)
        put(-1 as Int32, 24)
        put(0 as Int32, 28)
    }

    /// Two bases a byte; false if a letter is no IUPAC code.
    private static func pack(_ sequence: UnsafeBufferPointer<UInt8>, into out: UnsafeMutablePointer<UInt8>) -> Bool {
        nibbles.withUnsafeBufferPointer { table in
            var seen: UInt8 = 0
            let pairs = sequence.count / 2
            for index in 0..<pairs {
                let high = table[Int(sequence[2 * index])]
                let low = table[Int(sequence[2 * index + 1])]
                seen |= high | low
                out[index] = high << 4 | low & 15
            }
            if sequence.count % 2 == 1 {
                let high = table[Int(sequence[sequence.count - 1])]
                seen |= high
                out[pairs] = high << 4
            }
            return seen < 16
        }
    }

    /// Phred scores of `!` to `~`; false if a character lies outside.
    private static func subtractOffset(
        _ qualities: UnsafeBufferPointer<UInt8>, into out: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        var highest: UInt8 = 0
        for index in 0..<qualities.count {
            let quality = qualities[index] &- 33
            highest = max(highest, quality)
            out[index] = quality
        }
        return highest <= 93
    }

    /// Whether a letter is an IUPAC code in either case.
    static func isBase(_ letter: UInt8) -> Bool { nibbles[Int(letter)] != illegal }

    private static func flaw(
        _ field: String, _ what: String, _ bytes: UnsafeBufferPointer<UInt8>, isLegal: (UInt8) -> Bool
    ) -> Flaw {
        guard let index = bytes.firstIndex(where: { !isLegal($0) }) else {
            return Flaw(field: field, message: "an illegal \(what)", kind: "illegal-\(field)")
        }
        let byte = bytes[index]
        if byte > 127 {
            return Flaw(
                field: field, message: "byte \(byte) at \(index + 1) is not ASCII, and a \(what) must be",
                kind: "non-ascii")
        }
        let shown = (33...126).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
        return Flaw(
            field: field, message: "\(shown) at \(index + 1) is no legal \(what)", kind: "illegal-\(field)")
    }
}
