/// A feature of a GFF3 file (GFF3 specification 1.26): one line of nine columns.
public struct GFF3Record: Sendable, Hashable {
    /// The contig's name, column 1.
    public var contig: String
    /// What it is, column 3: `gene`, `CDS`, `exon`.
    public var type: String
    /// Where it lies, 0-based and half-open.
    public var range: Range<Int>
    /// Whether it is read from the reverse strand; nil where column 7 says neither.
    public var isReverse: Bool?
    /// The attributes as they stand in the file.
    private var attributes: String

    /// Reads a line; throws `GenomicsError` without a file where it is none, with the field.
    public init(_ line: ArraySlice<UInt8>) throws(GenomicsError) {
        let fields = line.split(separator: 0x09, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.count == 9 else {
            throw GenomicsError(.malformed, "has \(fields.count) columns; a record of GFF3 has 9")
        }
        guard let first = Int(fields[3]), let last = Int(fields[4]), first > 0, last >= first else {
            throw GenomicsError(
                .malformed, "\(fields[3])-\(fields[4]) is no stretch of a contig", field: "start")
        }
        contig = fields[0]
        type = fields[2]
        range = (first - 1)..<last
        isReverse = fields[6] == "-" ? true : fields[6] == "+" ? false : nil
        attributes = fields[8]
    }

    /// The value of an attribute; nil where there is none.
    public subscript(name: String) -> String? {
        attributes.split(whereSeparator: { $0 == ";" || $0.isNewline })
            .first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
