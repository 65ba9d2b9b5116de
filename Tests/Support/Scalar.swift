import Storage

extension Database {
    /// The first column of a statement's first row.
    public func scalar<T: DatabaseValue>(_ statement: Statement, as: T.Type = T.self) async throws -> T {
        try await query(statement)[0].decode(0)
    }
}

extension Connection {
    /// The first column of a statement's first row.
    public func scalar<T: DatabaseValue>(_ statement: Statement, as: T.Type = T.self) async throws -> T {
        try await query(statement)[0].decode(0)
    }
}
