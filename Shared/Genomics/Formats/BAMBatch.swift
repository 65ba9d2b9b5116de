/// A batch of reads as a small complete BAM file (SAM specification, § 4), the value of `reads` and `alignments`.
///
/// `samtools view` opens the bytes as they are. Equal input gives equal bytes.
public enum BAMBatch {
    /// Writes header, records and the end marker; `level` is zlib's, 0 to 9.
    public static func encode(
        header: AlignmentHeader, records: [BAMRecord], level: Int = 1
    ) throws(GenomicsError) -> [UInt8] {
        precondition((0...9).contains(level), "a compression level is 0 to 9")
        var out: [UInt8] = []
        out.reserveCapacity(records.reduce(header.text.utf8.count + 1024) { $0 + $1.bytes.count + 4 })
        func put(_ value: Int) {
            let word = UInt32(truncatingIfNeeded: value)
            for shift in [0, 8, 16, 24] as [UInt32] { out.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        out.append(contentsOf: magic)
        put(header.text.utf8.count)
        out.append(contentsOf: header.text.utf8)
        put(header.contigs.count)
        for contig in header.contigs {
            put(contig.name.utf8.count + 1)
            out.append(contentsOf: contig.name.utf8)
            out.append(0)
            put(contig.length)
        }
        for record in records {
            put(record.bytes.count)
            out.append(contentsOf: record.bytes)
        }
        return try BGZFBytes.compress(out, level: level)
    }

    /// Reads a batch that may come from anywhere.
    ///
    /// Throws for bytes that are cut short, damaged or inconsistent, with the number and field of the record at fault.
    /// Every record's contigs are in the header and its tags are well formed.
    public static func decode(
        _ bytes: [UInt8]
    ) throws(GenomicsError) -> (header: AlignmentHeader, records: [BAMRecord]) {
        let payload = try BGZFBytes.decompress(bytes)
        var cursor = Cursor(bytes: payload)
        guard try cursor.take(4, "magic").elementsEqual(magic) else {
            throw GenomicsError(.malformed, "BGZF, but not of a BAM file", field: "magic")
        }
        let text = try cursor.take(try cursor.int("l_text"), "text")
        var contigs: [Contig] = []
        let contigCount = try cursor.int("n_ref")
        guard contigCount >= 0 else {
            throw GenomicsError(.malformed, "a negative number of contigs", field: "n_ref")
        }
        for _ in 0..<contigCount {
            let name = try cursor.take(try cursor.int("l_name"), "name")
            guard name.last == 0 else {
                throw GenomicsError(.malformed, "a contig's name does not end in a zero", field: "name")
            }
            contigs.append(
                Contig(name: String(decoding: name.dropLast(), as: UTF8.self), length: try cursor.int("l_ref")))
        }
        let header = try AlignmentHeader(
            text: String(decoding: text.prefix { $0 != 0 }, as: UTF8.self), contigs: contigs)
        var records: [BAMRecord] = []
        while !cursor.isAtEnd {
            do {
                let record = try BAMRecord(validating: Array(cursor.take(try cursor.int("block_size"), "block_size")))
                try record.check(contigCount: contigs.count)
                records.append(record)
            } catch {
                throw GenomicsError(error.code, error.message, record: records.count + 1, field: error.field)
            }
        }
        return (header, records)
    }

    private static let magic: [UInt8] = [0x42, 0x41, 0x4d, 0x01]

    /// Little-endian fields from front to back.
    private struct Cursor {
        let bytes: [UInt8]
        var offset = 0

        var isAtEnd: Bool { offset == bytes.count }

        mutating func take(_ count: Int, _ field: String) throws(GenomicsError) -> ArraySlice<UInt8> {
            guard count >= 0, count <= bytes.count - offset else {
                throw GenomicsError(.truncated, "\(count) bytes wanted, \(bytes.count - offset) left", field: field)
            }
            defer { offset += count }
            return bytes[offset..<(offset + count)]
        }

        mutating func int(_ field: String) throws(GenomicsError) -> Int {
            let word = try take(4, field)
            return Int(Int32(truncatingIfNeeded: word.reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }))
        }
    }
}

extension BAMRecord {
    /// Checks what `init(validating:)` does not: a name, contigs that the header has, and well-formed tags.
    func check(contigCount: Int) throws(GenomicsError) {
        guard !name.isEmpty else { throw GenomicsError(.malformed, "the read has no name", field: "QNAME") }
        let contigs = -1..<Int32(contigCount)
        guard contigs.contains(referenceID) else {
            throw GenomicsError(.malformed, "the header has no contig number \(referenceID)", field: "refID")
        }
        guard contigs.contains(mateReferenceID) else {
            throw GenomicsError(.malformed, "the header has no contig number \(mateReferenceID)", field: "next_refID")
        }
        guard position >= -1, matePosition >= -1 else {
            throw GenomicsError(.malformed, "a position below -1", field: position < -1 ? "pos" : "next_pos")
        }
        guard BAMTags(tags).isWellFormed else {
            throw GenomicsError(.malformed, "a tag does not fit the record", field: "tags")
        }
    }
}
