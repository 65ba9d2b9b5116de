import Foundation
import Genomics

/// Reads DNA sequences of a text file, plain or compressed, in whichever of the usual forms it is.
///
/// - FASTA: a line that begins with `>` begins a record;
/// - a `TableFile` whose first line names its columns, one of which holds the sequence;
/// - lines of fields separated by commas without a header, the last of which is the sequence (UCI's `.data`);
/// - a sequence a line.
///
/// One thread at a time; ``next()`` reads from disk.
public final class SequenceFile {
    /// A record as it stands in the file.
    public struct Record: Sendable, Hashable {
        /// Its place in the file, counted from 0.
        public var number: Int
        /// The first word behind `>`, or what a table calls it; may be empty.
        public var name: String
        /// The letters, without blanks.
        public var letters: [UInt8]
        /// The fields of a table's line; the header of FASTA.
        public var fields: [String]
    }

    private enum Form {
        case fasta
        case table(TableFile, sequence: Int, name: Int?)
    }

    /// The path as it was named by the caller.
    public let path: String
    /// The names of a table's columns; none where the file names none.
    public private(set) var columns: [String] = []

    /// The lines of FASTA; nil of a table.
    private var lines: BGZFLines?
    private var form = Form.fasta
    private var number = 0
    /// A FASTA header that is read already.
    private var ahead: ArraySlice<UInt8>?

    private static let sequenceColumns = ["sequence", "seq", "x"]
    private static let nameColumns = ["name", "id", "EventID"]
    /// Longer than any chromosome arm that is a record of such a file.
    private static let longest = 1 << 28

    /// Opens a file; `column` names the one of a table that holds the sequences, else it is `sequence`, `seq` or `x`.
    ///
    /// Throws where the file cannot be read, or is none of these forms.
    public init(path: String, column: String? = nil) throws(GenomicsError) {
        self.path = path
        var lines = try BGZFLines(path: path)
        totalBytes = lines.totalBytes
        var first = try Self.nextLine(of: &lines)
        while let line = first, line.isEmpty { first = try Self.nextLine(of: &lines) }
        guard let first, first.first != UInt8(ascii: ">") else {
            ahead = first
            self.lines = consume lines
            return
        }
        if first.dropFirst(3).first == UInt8(ascii: ">"), let remedy = ByteOrderMark.remedy(first) {
            throw GenomicsError(.malformed, remedy, file: path)
        }
        form = try table(TableFile(path: path, lines: lines, first: first), column)
    }

    /// Whether it is FASTA; an empty file is taken for one.
    var isFASTA: Bool {
        if case .fasta = form { true } else { false }
    }
    /// Bytes of the file that were read.
    public var bytesRead: Int64 {
        if case .table(let table, _, _) = form { table.bytesRead } else { lines?.bytesRead ?? 0 }
    }
    /// The file's size; nil for a pipe.
    public let totalBytes: Int64?

    /// The next record, nil behind the last; throws where the file is damaged.
    public func next() throws(GenomicsError) -> Record? {
        switch form {
        case .fasta: try nextFASTA()
        case .table(let table, let sequence, let name): try next(of: table, sequence, name)
        }
    }

    private func table(_ table: TableFile, _ column: String?) throws(GenomicsError) -> Form {
        let names = table.columns
        let wanted = column.map { [$0] } ?? Self.sequenceColumns
        if let found = wanted.first(where: names.contains) {
            columns = names
            return .table(
                table, sequence: try table.place(of: found),
                name: Self.nameColumns.lazy.compactMap { names.firstIndex(of: $0) }.first)
        }
        if let column { _ = try table.place(of: column) }
        // Without a header the last field is the sequence, if it looks like one.
        let last = Array((names.last ?? "").utf8)
        guard !last.isEmpty, last.allSatisfy({ BaseCode.code(ofASCII: $0) != nil }) else {
            throw GenomicsError(
                .malformed,
                "is neither FASTA nor a table with a column \(wanted.joined(separator: ", ")), nor lines that end in a sequence",
                file: path)
        }
        table.withoutHeader()
        return .table(table, sequence: names.count - 1, name: names.count > 2 ? names.count - 2 : nil)
    }

    private func next(of table: TableFile, _ sequence: Int, _ name: Int?) throws(GenomicsError) -> Record? {
        guard let record = try table.next() else { return nil }
        let fields = record.fields
        return Record(
            number: record.number, name: name.flatMap { $0 < fields.count ? fields[$0] : nil } ?? "",
            letters: sequence < fields.count ? Array(fields[sequence].utf8) : [], fields: fields)
    }

    private func nextFASTA() throws(GenomicsError) -> Record? {
        guard let header = try take() else { return nil }
        var letters: [UInt8] = []
        while let line = try take() {
            if line.first == UInt8(ascii: ">") {
                ahead = line
                break
            }
            letters.append(contentsOf: line.lazy.filter { $0 > 0x20 })
            guard letters.count <= Self.longest else {
                throw GenomicsError(
                    .malformed, "a record of more than \(Self.longest) bases; scan whole chromosomes instead",
                    file: path,
                    record: number + 1)
            }
        }
        defer { number += 1 }
        let text = String(decoding: header.dropFirst(), as: UTF8.self)
        let name = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        return Record(number: number, name: name, letters: letters, fields: [text])
    }

    private func take() throws(GenomicsError) -> ArraySlice<UInt8>? {
        if let line = ahead {
            ahead = nil
            return line
        }
        guard var open = lines.take() else { return nil }
        let line = try Self.nextLine(of: &open)
        lines = consume open
        return line
    }

    private static func nextLine(of lines: inout BGZFLines) throws(GenomicsError) -> ArraySlice<UInt8>? {
        guard var line = try lines.next() else { return nil }
        while let last = line.last, last == 0x0d || last == 0x20 { line.removeLast() }
        return line
    }
}
