import CLibPQ

extension Session {
    /// Starts `COPY … FROM STDIN`.
    func beginCopyIn(_ sql: String) async throws {
        guard PQsendQuery(pointer, sql) == 1 else { throw refused("COPY") }
        try await flush()
        guard let raw = try await nextResult() else { throw lost() }
        guard PQresultStatus(raw) == PGRES_COPY_IN else {
            defer { updateStatus() }
            let failure: StorageError
            do {
                _ = try result(raw, of: sql)
                failure = StorageError(.invalidStatement, "the server did not start to copy: \(sql)")
            } catch {
                failure = error
            }
            _ = try await onlyFailure(of: sql)
            throw failure
        }
        PQclear(raw)
    }

    /// Sends a piece of the data and waits until it is gone, so that no more than a piece is in memory.
    func copyIn(_ bytes: [UInt8]) async throws {
        try bytes.withUnsafeBytes { buffer in
            let address = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            guard PQputCopyData(pointer, address, Int32(buffer.count)) == 1 else { throw refused("data of COPY") }
        }
        try await flush()
    }

    /// Ends the data, and returns how many rows the table took.
    func endCopyIn(_ sql: String) async throws -> Int {
        defer { updateStatus() }
        guard PQputCopyEnd(pointer, nil) == 1 else { throw refused("the end of COPY") }
        return try await onlyResult(of: sql).affected
    }

    /// Ends the data with an error, so that the server forgets all of it.
    func failCopyIn(_ sql: String) async throws {
        defer { updateStatus() }
        guard PQputCopyEnd(pointer, "the sender failed") == 1 else { throw refused("the end of COPY") }
        try await flush()
        _ = try await onlyFailure(of: sql)
    }

    /// Starts a statement whose rows are fetched one by one.
    func beginStream(_ statement: EncodedStatement) async throws {
        guard send(statement, nil), PQsetSingleRowMode(pointer) == 1 else { throw refused("the statement") }
        try await flush()
    }

    /// The rows that have arrived, at least one and at most `limit`; `nil` after the last.
    func nextRows(of statement: String, columns: ResultColumns?, limit: Int) async throws -> [QueryResult]? {
        var rows: [QueryResult] = []
        while rows.count < limit, rows.isEmpty || PQisBusy(pointer) == 0 {
            guard let raw = try await nextResult() else {
                updateStatus()
                return rows.isEmpty ? nil : rows
            }
            if PQresultStatus(raw) == PGRES_SINGLE_TUPLE {
                rows.append(QueryResult(raw, columns: columns ?? rows.first?.columns))
                continue
            }
            // The end of the rows, or an error: both are followed by nil.
            do {
                _ = try result(raw, of: statement)
            } catch {
                _ = try await onlyFailure(of: statement)
                updateStatus()
                throw error
            }
        }
        return rows
    }

    /// Ends a stream whose remaining rows nobody wants.
    func endStream(of statement: String) async throws {
        defer { updateStatus() }
        await cancelStatement()
        _ = try await onlyFailure(of: statement)
    }

    /// Reads results to the end, and returns the first error among them.
    private func onlyFailure(of statement: String) async throws -> StorageError? {
        var failure: StorageError?
        while let raw = try await nextResult() {
            do {
                _ = try result(raw, of: statement)
            } catch {
                failure = failure ?? error
                if watch.interruption != nil { throw error }
            }
        }
        return failure
    }
}
