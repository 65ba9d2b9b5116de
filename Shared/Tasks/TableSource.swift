import Genomics

/// The rows of a table as items: the fields of some of its columns, chosen by their names.
///
/// A row of other fields than the header names, or with a tab or a line end in one that is wanted, is an item with its problem. What a
/// field has to be, such as a number, is the task's to check.
public final class TableSource: ItemSource {
    /// The names of the wanted columns.
    public let columns: [String]
    private let table: TableFile
    private let places: [Int]
    private let name: Int?

    private static let nameColumns = ["name", "id"]

    /// Opens a table; its rows are called by the column `name`, else by `name` or `id` where it has one.
    ///
    /// Throws `GenomicsError` where it lacks a wanted column.
    public init(path: String, columns: [String], name: String? = nil) throws(GenomicsError) {
        self.columns = columns
        let table = try TableFile(path: path)
        var places: [Int] = []
        for column in columns { places.append(try table.place(of: column)) }
        let called = name ?? Self.nameColumns.first(where: table.columns.contains)
        var place: Int?
        if let called { place = try table.place(of: called) }
        (self.table, self.places, self.name) = (table, places, place)
    }

    /// Bytes of the file that were read.
    public var bytesRead: Int64 { table.bytesRead }
    /// The file's size; nil for a pipe.
    public var totalBytes: Int64? { table.totalBytes }

    /// The next row.
    public func next() throws -> Item? {
        guard let record = try table.next() else { return nil }
        let name = name.flatMap { $0 < record.fields.count ? record.fields[$0] : nil } ?? ""
        if let flaw = table.flaw(of: record) { return Item(record: record.number, name: name, problem: flaw) }
        let fields = places.map { Array(record.fields[$0].utf8) }
        if let place = fields.firstIndex(where: { $0.contains { [0x09, 0x0a, 0x0d].contains($0) } }) {
            return Item(
                record: record.number, name: name,
                problem: "the field of \(columns[place]) has a tab or a line end in it")
        }
        return Item(record: record.number, name: name, fields: fields)
    }
}
