import Synchronization

/// A connection that is the caller's until the body it was given to returns.
///
/// Statements of concurrent tasks run one after the other. When the calling task is cancelled, the running statement
/// is cancelled on the server, the call throws `CancellationError`, and the connection is thrown away.
public final class Connection: Sendable {
    let session: Session
    private let counters: Counters
    private let turn = FairSemaphore(permits: 1)
    private let isReturned = Atomic(false)
    private let lastFailure = Mutex<StorageError?>(nil)

    init(_ session: Session, _ counters: Counters) {
        self.session = session
        self.counters = counters
    }

    /// Runs a statement, and returns its rows, all of them in memory.
    public func query(_ statement: Statement) async throws -> [Row] {
        try await run(statement).rows
    }

    /// Runs a statement, and returns how many rows it inserted, changed, deleted or selected.
    @discardableResult
    public func execute(_ statement: Statement) async throws -> Int {
        try await run(statement).affected
    }

    /// Sends all statements at once, and returns the rows of each: one round trip for any number of statements.
    ///
    /// The first error is thrown and the statements after it do not run. Outside a transaction the pipeline is one:
    /// an error undoes the statements before it too.
    @discardableResult
    public func pipeline(_ statements: [Statement]) async throws -> [[Row]] {
        if statements.isEmpty { return [] }
        let encoded = try statements.map { try EncodedStatement($0) }
        counters.statements.add(encoded.count, ordering: .relaxed)
        return try await exclusively { try await session.pipeline(encoded).map(\.rows) }
    }

    /// Sends a notification to everyone who listens on the channel, when the transaction commits.
    ///
    /// PostgreSQL takes payloads of less than 8000 bytes.
    public func notify(channel: String, payload: String) async throws {
        try await execute("SELECT pg_notify(\(channel), \(payload))")
    }

    /// Runs a script of several statements; it takes no values.
    func run(script: String) async throws {
        _ = try await exclusively { try await session.run(script: script) }
    }

    func run(_ statement: Statement) async throws -> QueryResult {
        let encoded = try EncodedStatement(statement)
        counters.statements.add(1, ordering: .relaxed)
        return try await exclusively { try await session.run(encoded) }
    }

    /// Runs an exchange with the server while no other task uses the connection.
    nonisolated(nonsending) func exclusively<R>(
        _ exchange: nonisolated(nonsending) () async throws -> R
    ) async throws -> R {
        try await turn.acquire()
        defer { turn.release() }
        guard !isReturned.load(ordering: .acquiring) else {
            throw StorageError(.closed, "the connection was used after the body that it was given to had returned")
        }
        try Task.checkCancellation()
        do {
            return try await withTaskCancellationHandler {
                try await exchange()
            } onCancel: {
                session.abandon()
            }
        } catch {
            // Cancelled while it ran: the server's "canceling statement" is only the echo.
            if Task.isCancelled, session.watch.interruption is CancellationError { throw CancellationError() }
            if let failure = error as? StorageError { lastFailure.withLock { $0 = failure } }
            throw error
        }
    }

    // MARK: - The transaction around a body, and the way back to the pool

    func begin(_ isolation: IsolationLevel) async throws {
        let begin: String = "BEGIN ISOLATION LEVEL \(isolation.rawValue)"
        try await execute(Statement(begin))
    }

    func commit() async throws {
        // A failed transaction answers COMMIT with ROLLBACK: without this check the loss would go unnoticed.
        guard session.transactionStatus != .failed, try await run("COMMIT").command == "COMMIT" else {
            throw lastFailure.withLock { $0 }
                ?? StorageError(.transactionAborted, "the transaction had failed before its end; nothing was kept")
        }
    }

    /// The database's own error, if it, and not what the body threw because of it, decides about a repetition.
    var failureOfTransaction: StorageError? {
        switch session.transactionStatus {
        case .failed, .unknown: lastFailure.withLock { $0 }
        case .idle, .active, .open: nil
        }
    }

    /// Ends the caller's use, and says whether the session may go to another caller.
    func giveBack() async -> Bool {
        isReturned.store(true, ordering: .releasing)
        await turn.acquireUnconditionally()
        defer { turn.release() }
        let status = session.transactionStatus
        guard status == .open || status == .failed, session.watch.interruption == nil else { return session.isReusable }
        // Also for a cancelled task, but not for ever.
        let timer = session.watch.interrupt(
            after: .seconds(5), StorageError(.connectionLost, "the server did not answer to ROLLBACK"))
        defer { timer.cancel() }
        _ = try? await session.run(script: "ROLLBACK")
        return session.isReusable
    }
}
