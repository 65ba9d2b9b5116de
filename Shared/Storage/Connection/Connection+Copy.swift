extension Connection {
    /// Sends rows to a table with `COPY … (FORMAT binary)`, and returns how many it took: all of them, or none.
    ///
    /// The fastest way in. Values are encoded for the types of the table's columns, which are asked for once; a
    /// `table` with a dot is a schema and a table. What `rows` throws or a value that does not fit ends the copy, and
    /// that error is thrown. Memory is flat in the number of rows.
    @discardableResult
    public nonisolated(nonsending) func copyIn(
        into table: String, columns: [String], rows: some Sequence<[any DatabaseValue]>
    ) async throws -> Int {
        let target = table.split(separator: ".").map { Statement.quoted($0) }.joined(separator: ".")
        let names = columns.map { Statement.quoted($0) }.joined(separator: ", ")
        let sql = "COPY \(target) (\(names)) FROM STDIN (FORMAT binary)"
        let types = try await columnTypes("SELECT \(names) FROM \(target) LIMIT 0")
        return try await exclusively {
            try await session.beginCopyIn(sql)
            do {
                var chunk = CopyEncoder(table: table, columns: columns, types: types)
                for row in rows {
                    try chunk.append(row)
                    if chunk.bytes.count >= CopyEncoder.chunkSize {
                        try Task.checkCancellation()
                        try await session.copyIn(chunk.take())
                    }
                }
                try await session.copyIn(chunk.finish())
            } catch {
                // The caller learns what stopped the rows, not what the server says about a copy that stopped.
                try? await session.failCopyIn(sql)
                throw error
            }
            return try await session.endCopyIn(sql)
        }
    }

    /// Hands the rows of a statement to `body` one by one as they arrive; memory is flat in the number of rows.
    ///
    /// Unlike SQL's `COPY … TO`, whose binary form has no types and takes no values, this runs any statement in
    /// libpq's single-row mode. An error that `body` throws ends the statement and is thrown.
    public nonisolated(nonsending) func copyOut(_ statement: Statement, _ body: (Row) throws -> Void) async throws {
        let encoded = try EncodedStatement(statement)
        try await exclusively {
            try await session.beginStream(encoded)
            var columns: ResultColumns?
            while let results = try await session.nextRows(of: encoded.text, columns: columns, limit: 256) {
                columns = results.first?.columns
                do {
                    try Task.checkCancellation()
                    for result in results { for row in result.rows { try body(row) } }
                } catch {
                    try? await session.endStream(of: encoded.text)
                    throw error
                }
            }
        }
    }

    private nonisolated(nonsending) func columnTypes(_ sql: String) async throws -> [DatabaseType] {
        if let known = await session.copyTypes[sql] { return known }
        let types = try await run(Statement(sql)).columns.types
        await session.remember(types, for: sql)
        return types
    }
}

extension Session {
    /// Keeps the column types of a table for the connection's next copy.
    func remember(_ types: [DatabaseType], for sql: String) { copyTypes[sql] = types }
}

/// Writes rows in the binary form of COPY (PostgreSQL manual, COPY, "Binary Format"), a chunk at a time.
struct CopyEncoder {
    static let chunkSize = 64 * 1024

    let table: String
    let columns: [String]
    let types: [DatabaseType]
    private(set) var bytes: [UInt8]
    private var rowNumber = 0

    init(table: String, columns: [String], types: [DatabaseType]) {
        self.table = table
        self.columns = columns
        self.types = types
        // Signature, then no flags and no extension.
        bytes = [UInt8]("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
        bytes.reserveCapacity(Self.chunkSize + 4096)
    }

    mutating func append(_ row: [any DatabaseValue]) throws(StorageError) {
        rowNumber += 1
        guard row.count == types.count else {
            throw StorageError(
                .invalidValue, "row \(rowNumber) for \(table) has \(row.count) values for \(types.count) columns")
        }
        bytes.append(bigEndian: Int16(truncatingIfNeeded: row.count))
        for (index, value) in row.enumerated() {
            do throws(ConversionError) {
                try value.encode(withLengthAs: types[index], into: &bytes)
            } catch {
                throw StorageError(
                    .invalidValue,
                    "row \(rowNumber) for \(table), column \"\(columns[index])\" (\(types[index])): \(error)")
            }
        }
    }

    /// The bytes so far, of which the next chunk starts empty.
    mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// The bytes so far and the end of the data.
    mutating func finish() -> [UInt8] {
        bytes.append(bigEndian: Int16(-1))
        return take()
    }
}
