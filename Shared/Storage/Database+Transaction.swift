/// What concurrent transactions may see of each other (PostgreSQL manual, chapter 13.2).
public enum IsolationLevel: String, Sendable {
    /// Each statement sees what was committed before it.
    case readCommitted = "READ COMMITTED"
    /// All statements see what was committed before the first.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other.
    case serializable = "SERIALIZABLE"
}

extension Database {
    /// Runs `body` in a transaction, which commits when `body` returns and rolls back when it throws.
    ///
    /// After a serialization failure, a deadlock or a lost connection, also one that cannot be made because the server
    /// restarts, the whole of `body` runs again, with growing pauses, until `deadline` has passed; then the last error
    /// is thrown. **So `body` must be repeatable**: it may run more often than once, and even after it has taken effect,
    /// when the connection broke between COMMIT and its answer. Inserts keyed by an event's identifier with
    /// `ON CONFLICT DO NOTHING` are; `counter = counter + 1` is not.
    @discardableResult
    public func transaction<R: Sendable>(
        isolation: IsolationLevel = .readCommitted, deadline: Duration = .seconds(60),
        _ body: @Sendable (Connection) async throws -> R
    ) async throws -> R {
        try await Retries(deadline: deadline, onRetry: countRetry)(while: \.isRetriable) {
            try await withConnection { connection in
                try await connection.begin(isolation)
                do {
                    let result = try await body(connection)
                    try await connection.commit()
                    return result
                } catch {
                    // A body may have wrapped the database's error in its own: the database's decides.
                    if let cause = connection.failureOfTransaction, cause.isRetriable { throw cause }
                    throw error
                }
            }
        }
    }
}
