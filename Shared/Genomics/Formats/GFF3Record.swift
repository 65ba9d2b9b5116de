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
        // Where the columns begin; the tenth is behind the end.
        var starts = InlineArray<10, Int>(repeating: 0)
        starts[0] = line.startIndex
        var count = 1
        line.withUnsafeBufferPointer { bytes in
            for index in bytes.indices where bytes[index] == 0x09 {
                if count < 9 {
                    starts[count] = line.startIndex + index + 1
                } else if allowsTabs {
                    break
                }
                count += 1
            }
        }
        guard count == 9 else {
            throw GenomicsError(.malformed, "has \(count) columns; a record of GFF3 has 9")
        }
        starts[9] = line.endIndex + 1
        func field(_ number: Int) -> ArraySlice<UInt8> { line[starts[number]..<(starts[number + 1] - 1)] }
        var place = 0..<0
        if let first = Self.number(field(3)), let last = Self.number(field(4)), first > 0, last >= first {
            place = (first - 1)..<last
        } else if !allowsNoPlace {
            let bounds = (3...4).map { String(decoding: field($0).prefix(40), as: UTF8.self) }.joined(separator: "-")
            throw GenomicsError(.malformed, "\(bounds) is no stretch of a contig", field: "start")
        }
        contig = String(decoding: field(0), as: UTF8.self)
        type = String(decoding: field(2), as: UTF8.self)
        range = place
        let strand = field(6).count == 1 ? field(6).first : nil
        isReverse = strand == UInt8(ascii: "-") ? true : strand == UInt8(ascii: "+") ? false : nil
        if field(7).count == 1, let digit = field(7).first, (0x30...0x32).contains(digit) {
            phase = Int(digit - 0x30)
        }
        attributes = field(8)
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
        guard bytes.contains(UInt8(ascii: ",")) else { return bytes.isEmpty ? [] : [Self.decoded(bytes)] }
        return bytes.split(separator: UInt8(ascii: ",")).map { Self.decoded($0) }
    }

    private func bytes(_ name: String) -> ArraySlice<UInt8>? {
        var name = name
        let found = name.withUTF8 { name in
            attributes.withUnsafeBufferPointer { text -> Range<Int>? in
                var start = 0
                while start < text.count {
                    var end = start
                    while end < text.count, text[end] != UInt8(ascii: ";"), text[end] != 0x0a, text[end] != 0x0d {
                        end += 1
                    }
                    while start < end, text[start] == 0x20 { start += 1 }
                    let value = start + name.count
                    if value < end, text[value] == UInt8(ascii: "="), text[start..<value].elementsEqual(name) {
                        return (value + 1)..<end
                    }
                    start = end + 1
                }
                return nil
            }
        }
        return found.map {
            attributes[(attributes.startIndex + $0.lowerBound)..<(attributes.startIndex + $0.upperBound)]
        }
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
