import CHTSlib
import Foundation

/// Reads a VCF or BCF file, plain or compressed, one record at a time.
///
/// Text is parsed here, for htslib takes a POS or QUAL that is no number for 0; BCF is brought to text by htslib.
/// A record that breaks the format throws with its number; the next call goes on behind it. Not for two threads at once;
/// reading blocks.
public struct VCFReader: ~Copyable {
    /// The contigs of the header; a length of 0 is not known.
    public let contigs: [Contig]
    /// The samples of the file, of which the chosen one is read.
    public let samples: [String]
    /// The number of the last record, counted from 1.
    public private(set) var recordNumber = 0

    private let path: String
    private let isText: Bool
    /// Where the chosen sample's column is, counted from 0; behind the last of a file without samples.
    public let sampleColumn: Int
    private let file: UnsafeMutablePointer<htsFile>
    private let header: UnsafeMutablePointer<bcf_hdr_t>
    private let record: UnsafeMutablePointer<bcf1_t>
    var line = kstring_t()

    /// How many columns each line of text has; nil where 8 are enough, or htslib counted them.
    public var columnCount: Int? { isText && !samples.isEmpty ? 9 + samples.count : nil }

    /// Opens a file; `sample` names whose genotypes to read, the first sample's otherwise.
    public init(path: String, sample: String? = nil) throws(GenomicsError) {
        let opened = try VCFFile(path: path, sample: sample)
        (file, header, isText) = (opened.file, opened.header, opened.isText)
        (samples, contigs) = (opened.samples, opened.contigs)
        record = bcf_init()
        self.path = path
        sampleColumn = isText ? 9 + (samples.firstIndex { $0 == sample } ?? 0) : 9
    }

    deinit {
        bcf_destroy(record)
        bcf_hdr_destroy(header)
        hts_close(file)
        free(line.s)
    }

    /// The next record, nil behind the last.
    public mutating func next() throws(GenomicsError) -> Variant? {
        guard try readLine() else { return nil }
        return try parsed()
    }

    /// Gives the next record's line, without its end and without a copy, to `body`; nil behind the last.
    ///
    /// The bytes are valid within `body` alone, and nothing of them was checked. What `body` throws gets the file and the record's number.
    public mutating func withNextLine<Result>(
        _ body: (UnsafeRawBufferPointer) throws(GenomicsError) -> Result
    ) throws(GenomicsError) -> Result? {
        guard try readLine() else { return nil }
        var count = Int(line.l)
        while count > 0, line.s[count - 1] == 0x0a || line.s[count - 1] == 0x0d { count -= 1 }
        do { return try body(UnsafeRawBufferPointer(start: line.s, count: count)) } catch {
            throw GenomicsError(error.code, error.message, file: path, record: recordNumber, field: error.field)
        }
    }

    /// The record in ``line``.
    func parsed() throws(GenomicsError) -> Variant {
        let bytes = UnsafeRawBufferPointer(start: line.s, count: Int(line.l))
        let text = String(
            decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        do {
            return try Variant(vcfLine: text, sampleColumn: sampleColumn, columnCount: columnCount)
        } catch {
            throw GenomicsError(error.code, error.message, file: path, record: recordNumber, field: error.field)
        }
    }

    /// The header with its meta lines and the columns of the chosen sample, which is what ``recordText`` has.
    public var headerText: String {
        var text = kstring_t()
        defer { free(text.s) }
        guard bcf_hdr_format(header, 0, &text) == 0, let bytes = text.s else { return "" }
        return String(cString: bytes)
    }

    /// The last record as it stands in the file, with the chosen sample's column only and without the line end.
    public var recordText: String {
        let bytes = UnsafeRawBufferPointer(start: line.s, count: Int(line.l))
            .prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard samples.count > 1, isText else { return String(decoding: bytes, as: UTF8.self) }
        let columns = bytes.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        guard columns.count > sampleColumn else { return String(decoding: bytes, as: UTF8.self) }
        return (columns.prefix(9) + [columns[sampleColumn]]).map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: "\t")
    }

    /// Brings the next record's text to ``line``; false behind the last.
    mutating func readLine() throws(GenomicsError) -> Bool {
        try VCFFile.readLine(
            of: file, header, isText: isText, by: record, to: &line, number: &recordNumber, path: path)
    }

    /// All records of a file.
    public static func variants(path: String, sample: String? = nil) throws(GenomicsError) -> [Variant] {
        var reader = try VCFReader(path: path, sample: sample)
        var variants: [Variant] = []
        while let variant = try reader.next() { variants.append(variant) }
        return variants
    }
}
