/// A table of text, plain or compressed: tabs (TSV) or commas (CSV, RFC 4180) between its fields, and a header that names its columns.
///
/// A field of CSV that begins with a quote ends with one; between them stand commas, line ends and, doubled, quotes. Around other fields
/// blanks count for nothing. In a table with tabs a field ends with its line, and quotes around it are taken away. Lines may end in CR LF,
/// which within quotes is read as LF; a byte order mark of UTF-8 is passed over, and empty lines are no records.
///
/// One thread at a time; ``next()`` reads from disk, a record at a time.
public final class TableFile {
    /// A record.
    public struct Record: Sendable, Hashable {
        /// Its place in the file, counted from 0.
        public var number: Int
        /// The line where it begins, counted from 1.
        public var line: Int
        /// Its fields, as many as it has.
        public var fields: [String]
    }

    /// The path as it was named by the caller.
    public let path: String
    /// The names of the columns; none behind ``withoutHeader()``, and of an empty file.
    public private(set) var columns: [String] = []

    private let separator: UInt8
    private var lines: BGZFLines
    private var number = 0
    private var header: Record?
    private var ahead: ArraySlice<UInt8>?

    /// No record is longer: a quote that is never closed would take all of the file.
    private static let longest = 1 << 28

    /// Opens a file; lines in front of its header that begin with `comment` are passed over.
    ///
    /// Throws where the file cannot be read, is UTF-16, or its header is damaged.
    public convenience init(path: String, comment: UInt8? = nil) throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        var first = try lines.next()
        while let line = first, line.allSatisfy({ $0 <= 0x20 }) || line.first == comment { first = try lines.next() }
        try self.init(path: path, lines: lines, first: first)
    }

    /// Takes a file of which lines were read, the last of them its first.
    ///
    /// Throws as ``init(path:comment:)`` does.
    public init(path: String, lines: consuming BGZFLines, first: ArraySlice<UInt8>?) throws(GenomicsError) {
        self.path = path
        var first = first
        if let start = first?.prefix(3) {
            if start.elementsEqual(ByteOrderMark.utf8) {
                first = first?.dropFirst(3)
            } else if let remedy = ByteOrderMark.remedy(start) {
                throw GenomicsError(.malformed, remedy, file: path)
            }
        }
        ahead = first
        separator = first?.contains(0x09) == true ? 0x09 : UInt8(ascii: ",")
        self.lines = lines
        header = try record(beginsAt: self.lines.number)
        columns = header?.fields ?? []
    }

    /// Bytes of the file that were read.
    public var bytesRead: Int64 { lines.bytesRead }
    /// The file's size; nil for a pipe.
    public var totalBytes: Int64? { lines.totalBytes }

    /// Takes the first line for a record.
    public func withoutHeader() {
        columns = []
        number = 0
    }

    /// The place of a column; throws where there is none of the name, or several.
    public func place(of column: String) throws(GenomicsError) -> Int {
        guard let place = columns.firstIndex(of: column) else {
            throw GenomicsError(
                .malformed,
                "has no column \"\(column)\"; its first line has \(columns.prefix(20).joined(separator: ", "))",
                file: path)
        }
        guard columns.lastIndex(of: column) == place else {
            throw GenomicsError(.malformed, "has two columns \"\(column)\"; rename one", file: path)
        }
        return place
    }

    /// The next record with as many fields as there are columns, nil behind the last; throws for one with others.
    public func nextWhole() throws(GenomicsError) -> Record? {
        guard let record = try next() else { return nil }
        if let flaw = flaw(of: record) {
            throw GenomicsError(.malformed, "line \(record.line): \(flaw)", file: path, record: record.number + 1)
        }
        return record
    }

    /// Why a record is not one of the columns; nil for one that is.
    public func flaw(of record: Record) -> String? {
        record.fields.count == columns.count
            ? nil : "the record has \(record.fields.count) fields, and the first line names \(columns.count)"
    }

    /// The next record, nil behind the last; throws where the file is damaged, or a quote is not closed.
    public func next() throws(GenomicsError) -> Record? {
        if let header, columns.isEmpty, number == 0, !header.fields.isEmpty {
            self.header = nil
            number = 1
            return header
        }
        while ahead == nil {
            guard let line = try lines.next() else { return nil }
            if !line.allSatisfy({ $0 == 0x0d || $0 == 0x20 }) { ahead = line }
        }
        guard var record = try record(beginsAt: lines.number) else { return nil }
        record.number = number
        number += 1
        return record
    }

    /// The record that begins with the line ahead.
    private func record(beginsAt line: Int) throws(GenomicsError) -> Record? {
        guard let text = ahead else { return nil }
        ahead = nil
        if separator == 0x09 { return Record(number: 0, line: line, fields: TableText.fields(tabs: text)) }
        var parts = TableText(commas: text)
        while parts.isOpen {
            guard let more = try lines.next() else {
                throw GenomicsError(
                    .truncated, "the quote of line \(line) is not closed before the end of the file", file: path,
                    record: number + 1)
            }
            parts.join(more)
            guard parts.size <= Self.longest else {
                throw GenomicsError(
                    .malformed, "the quote of line \(line) is not closed for \(Self.longest >> 20) MB", file: path,
                    record: number + 1)
            }
        }
        guard let fields = parts.fields else {
            throw GenomicsError(
                .malformed, "line \(line): text stands between a closing quote and the next comma", file: path,
                record: number + 1)
        }
        return Record(number: 0, line: line, fields: fields)
    }
}
