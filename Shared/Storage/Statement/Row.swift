import CLibPQ

/// One row of a result; it keeps the whole result it came with in memory.
public struct Row: Sendable {
    private let result: QueryResult
    private let index: Int32

    init(_ result: QueryResult, _ index: Int32) {
        self.result = result
        self.index = index
    }

    /// The names of the columns, in order.
    public var columns: [String] { result.columns.names }

    /// The value of a column; a wrong type, a NULL for a type that is not optional, and an unknown name are errors.
    ///
    /// Of several columns with one name, the first is meant.
    public func decode<T: DatabaseValue>(_ column: String, as: T.Type = T.self) throws(StorageError) -> T {
        guard let index = result.columns.index[column] else {
            throw StorageError(
                .noSuchColumn, "the row has no column \"\(column)\"; it has \(columns.joined(separator: ", "))")
        }
        return try decode(index)
    }

    /// The value of a column by its position, counted from 0.
    public func decode<T: DatabaseValue>(_ column: Int, as: T.Type = T.self) throws(StorageError) -> T {
        guard columns.indices.contains(column) else {
            throw StorageError(.noSuchColumn, "the row has no column \(column); it has \(columns.count)")
        }
        do throws(ConversionError) {
            guard let bytes = result.bytes(row: index, column: Int32(column)) else {
                guard let null = T.null else { throw .unexpectedNull(swift: "\(T.self)") }
                return null
            }
            return try T.decode(bytes, as: result.columns.types[column])
        } catch {
            throw StorageError(.invalidValue, "column \"\(columns[column])\" cannot be read: \(error)")
        }
    }
}

/// The columns of a result, shared by its rows.
final class ResultColumns: Sendable {
    let names: [String]
    let types: [DatabaseType]
    let index: [String: Int]

    init(_ result: OpaquePointer) {
        let columns = 0..<PQnfields(result)
        names = columns.map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
        types = columns.map { DatabaseType(rawValue: PQftype(result, $0)) }
        index = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }
}

/// A result of libpq in binary format, which is read-only once it exists: any thread may read it (manual 34.20).
final class QueryResult: Sendable {
    nonisolated(unsafe) private let raw: OpaquePointer
    let columns: ResultColumns

    /// Takes ownership; results of one stream share their columns.
    init(_ raw: OpaquePointer, columns: ResultColumns? = nil) {
        self.raw = raw
        self.columns = columns ?? ResultColumns(raw)
    }

    deinit { PQclear(raw) }

    var rows: [Row] { (0..<PQntuples(raw)).map { Row(self, $0) } }

    /// The rows that the statement inserted, changed, deleted, selected or copied.
    var affected: Int { Int(String(cString: PQcmdTuples(raw))) ?? 0 }

    /// The tag of the command, such as `COMMIT` or `INSERT 0 1`.
    var command: String { String(cString: PQcmdStatus(raw)) }

    /// The bytes of a field, valid while the result lives; `nil` is NULL.
    func bytes(row: Int32, column: Int32) -> UnsafeRawBufferPointer? {
        guard PQgetisnull(raw, row, column) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(raw, row, column), count: Int(PQgetlength(raw, row, column)))
    }
}
