import Foundation

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
    /// How many bases the feature begins in front of the next codon's first, column 8; nil where it says none.
    public var phase: Int?
    /// The attributes as they stand in the file.
    private var attributes: ArraySlice<UInt8>

    /// Reads a line; throws `GenomicsError` without a file where it is none, with the field.
    ///
    /// Tabs in the attributes, which a GFF3 file encodes, are taken for blanks where `allowsTabs` says so. A feature that lies on no stretch of
    /// a contig has an empty range where `allowsNoPlace` says so, as genes and transcripts in files that were cut out of larger ones.
    public init(
        _ line: ArraySlice<UInt8>, allowsTabs: Bool = false, allowsNoPlace: Bool = false
    ) throws(GenomicsError) {
        let fields = line.split(
            separator: 0x09, maxSplits: allowsTabs ? 8 : .max, omittingEmptySubsequences: false)
        guard fields.count == 9 else {
            throw GenomicsError(.malformed, "has \(fields.count) columns; a record of GFF3 has 9")
        }
        var place = 0..<0
        if let first = Self.number(fields[3]), let last = Self.number(fields[4]), first > 0, last >= first {
            place = (first - 1)..<last
        } else if !allowsNoPlace {
            let bounds = fields[3...4].map { String(decoding: $0.prefix(40), as: UTF8.self) }.joined(separator: "-")
            throw GenomicsError(.malformed, "\(bounds) is no stretch of a contig", field: "start")
        }
        contig = String(decoding: fields[0], as: UTF8.self)
        type = String(decoding: fields[2], as: UTF8.self)
        range = place
        let strand = fields[6].count == 1 ? fields[6].first : nil
        isReverse = strand == UInt8(ascii: "-") ? true : strand == UInt8(ascii: "+") ? false : nil
        if fields[7].count == 1, let digit = fields[7].first, (0x30...0x32).contains(digit) {
            phase = Int(digit - 0x30)
        }
        attributes = fields[8]
    }

    /// The type of a line, column 3, without reading the rest; nil where there are no three columns.
    public static func type(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let first = line.firstIndex(of: 0x09),
            let second = line[(first + 1)...].firstIndex(of: 0x09),
            let third = line[(second + 1)...].firstIndex(of: 0x09)
        else { return nil }
        return line[(second + 1)..<third]
    }

    /// The value of an attribute; nil where there is none.
    public subscript(name: String) -> String? {
        bytes(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The values of an attribute, which commas separate, with their percent-encoded characters decoded; none where it is absent.
    public func values(_ name: String) -> [String] {
        guard let bytes = bytes(name) else { return [] }
        return bytes.split(separator: UInt8(ascii: ",")).map { Self.decoded($0) }
    }

    private func bytes(_ name: String) -> ArraySlice<UInt8>? {
        let name = name.utf8
        var start = attributes.startIndex
        while start < attributes.endIndex {
            let end =
                attributes[start...].firstIndex { $0 == UInt8(ascii: ";") || $0 == 0x0a || $0 == 0x0d }
                ?? attributes.endIndex
            var field = attributes[start..<end]
            while field.first == 0x20 { field.removeFirst() }
            if field.starts(with: name), field.dropFirst(name.count).first == UInt8(ascii: "=") {
                return field.dropFirst(name.count + 1)
            }
            start = end + 1
        }
        return nil
    }

    /// A whole number of at most 18 digits.
    private static func number(_ text: ArraySlice<UInt8>) -> Int? {
        guard !text.isEmpty, text.count <= 18, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(UInt8(ascii: "%")) else { return String(decoding: text, as: UTF8.self) }
        let text = String(decoding: text, as: UTF8.self)
        return text.removingPercentEncoding ?? text
    }
}
