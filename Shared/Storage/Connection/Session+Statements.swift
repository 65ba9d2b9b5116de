import CLibPQ

extension Session {
    /// Runs one statement, prepared if it is used often.
    func run(_ statement: EncodedStatement) async throws -> QueryResult {
        defer { updateStatus() }
        let name = try await prepareIfFrequent(statement)
        do {
            guard send(statement, name) else { throw refused("the statement") }
            return try await onlyResult(of: statement.text)
        } catch var error as StorageError where name != nil {
            error.statementWasPrepared = true
            guard error.isPlanOutdated else { throw error }
            // A table changed since. Outside a transaction nothing happened yet, so the statement runs afresh;
            // inside one the error is retriable, and the repetition finds the statement forgotten.
            statements.forget(statement.text, statement.types)
            guard PQtransactionStatus(pointer) == PQTRANS_IDLE else { throw error }
            guard send(statement, nil) else { throw refused("the statement") }
            return try await onlyResult(of: statement.text)
        }
    }

    /// Runs a script of any number of statements without values.
    func run(script: String) async throws -> QueryResult {
        defer { updateStatus() }
        guard PQsendQuery(pointer, script) == 1 else { throw refused("the script") }
        return try await onlyResult(of: script)
    }

    /// Runs statements without waiting for each other's results; the first error aborts the later ones.
    func pipeline(_ batch: [EncodedStatement]) async throws -> [QueryResult] {
        defer { updateStatus() }
        for statement in batch { _ = try await prepareIfFrequent(statement) }
        guard PQenterPipelineMode(pointer) == 1 else { throw refused("a pipeline") }
        for statement in batch {
            guard send(statement, statements.name(of: statement.text, statement.types)) else {
                watch.interrupt(refused("a statement of a pipeline"))
                throw lost()
            }
        }
        guard PQpipelineSync(pointer) == 1 else { throw refused("the end of a pipeline") }
        try await flush()
        var results: [QueryResult] = []
        var failure: StorageError?
        for statement in batch {
            // Each statement's result is followed by a nil; the synchronization point's is not.
            while let raw = try await nextResult() {
                do {
                    results.append(try result(raw, of: statement.text))
                } catch {
                    failure = failure ?? outdated(error, statement)
                }
            }
        }
        PQclear(try await nextResult())
        guard PQexitPipelineMode(pointer) == 1 else { throw refused("to leave a pipeline") }
        if let failure { throw failure }
        return results
    }

    /// Takes a result, or throws the error that it carries.
    func result(_ raw: OpaquePointer, of statement: String) throws(StorageError) -> QueryResult {
        switch PQresultStatus(raw) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY: return QueryResult(raw)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(raw)
            let error = StorageError(.invalidStatement, "COPY is not run as a statement: use copyIn or copyOut")
            // The server waits for data now; there is no short way back.
            watch.interrupt(error)
            throw error
        default:
            defer { PQclear(raw) }
            var error = StorageError(result: raw, statement: statement)
            // libpq reports its own findings without SQLSTATE.
            if error.sqlState == nil, PQstatus(pointer) != CONNECTION_BAD { error.code = .invalidStatement }
            throw error
        }
    }

    /// Sends a statement by its name or with its text.
    func send(_ statement: EncodedStatement, _ name: String?) -> Bool {
        statement.withParameters { count, types, addresses, lengths, formats in
            if let name {
                PQsendQueryPrepared(pointer, name, count, addresses, lengths, formats, 1) == 1
            } else {
                PQsendQueryParams(pointer, statement.text, count, types, addresses, lengths, formats, 1) == 1
            }
        }
    }

    /// Waits for the results of what was sent, and returns the last one or throws the first error.
    func onlyResult(of statement: String) async throws -> QueryResult {
        try await flush()
        var last: QueryResult?
        var failure: StorageError?
        while let raw = try await nextResult() {
            do {
                last = try result(raw, of: statement)
            } catch {
                failure = failure ?? error
                // A COPY that nobody feeds has no end to wait for.
                if watch.interruption != nil { break }
            }
        }
        if let failure { throw failure }
        guard let last else { throw lost() }
        return last
    }

    private func prepareIfFrequent(_ statement: EncodedStatement) async throws -> String? {
        let (text, types) = (statement.text, statement.types)
        switch statements.use(text, types) {
        case .runDirectly: return nil
        case .run(let name): return name
        case .prepare(let name, let dropped):
            do {
                if let dropped {
                    guard PQsendQuery(pointer, "DEALLOCATE \(dropped)") == 1 else { throw refused("DEALLOCATE") }
                    _ = try await onlyResult(of: "DEALLOCATE \(dropped)")
                }
                guard PQsendPrepare(pointer, name, text, Int32(types.count), types) == 1 else {
                    throw refused("to prepare the statement")
                }
                _ = try await onlyResult(of: text)
                return name
            } catch {
                statements.forget(text, types)
                throw error
            }
        }
    }

    private func outdated(_ error: StorageError, _ statement: EncodedStatement) -> StorageError {
        var error = error
        error.statementWasPrepared = statements.name(of: statement.text, statement.types) != nil
        if error.isPlanOutdated { statements.forget(statement.text, statement.types) }
        return error
    }
}

extension StorageError {
    /// What the server reported.
    init(result: OpaquePointer, statement: String) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        // The letters of the protocol's error fields (PostgreSQL manual 55.8), PG_DIAG_* in C.
        let sqlState = field("C")
        self.init(
            sqlState.map { Code(rawValue: $0) } ?? .connectionLost,
            field("M") ?? String(cString: PQresultErrorMessage(result)).oneLine)
        self.sqlState = sqlState
        detail = field("D")
        hint = field("H")
        constraint = field("n")
        self.statement = statement
    }
}

extension String {
    /// libpq's messages are several indented lines; errors are one.
    var oneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
