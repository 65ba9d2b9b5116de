import Synchronization

/// A PostgreSQL database: a pool of connections that are opened as they are needed and replaced when they break.
///
/// Who asks first for a connection gets it first. A body that has one must not ask for a second: with all connections
/// in such bodies nobody would ever get one.
public final class Database: Sendable {
    /// Which database it is.
    public let configuration: DatabaseConfiguration
    private let slots: FairSemaphore
    private let pool = Mutex(Pool())
    private let counters = Counters()

    private struct Pool {
        var idle: [Session] = []
        var open = 0
    }

    /// Makes a pool; nothing is connected yet.
    public init(_ configuration: DatabaseConfiguration) {
        self.configuration = configuration
        slots = FairSemaphore(permits: configuration.maximumConnections)
    }

    /// Lends a connection to `body`; a transaction that `body` leaves open is rolled back.
    @discardableResult
    public func withConnection<R: Sendable>(
        _ body: @Sendable (Connection) async throws -> R
    ) async throws -> R {
        try await slots.acquire()
        defer { slots.release() }
        let connection = Connection(try await session(), counters)
        do {
            let result = try await body(connection)
            await takeBack(connection)
            return result
        } catch {
            await takeBack(connection)
            throw error
        }
    }

    /// Runs one statement, and returns its rows.
    ///
    /// A connection that was lost while it was idle is replaced before the statement is sent; a statement that was
    /// sent is never repeated, for nobody knows whether it took effect:
    /// ``transaction(isolation:deadline:_:)`` is for that.
    public func query(_ statement: Statement) async throws -> [Row] {
        try await withConnection { try await $0.query(statement) }
    }

    /// Runs one statement, and returns how many rows it inserted, changed, deleted or selected; see ``query(_:)``.
    @discardableResult
    public func execute(_ statement: Statement) async throws -> Int {
        try await withConnection { try await $0.execute(statement) }
    }

    /// Returns when the database answers; after `deadline`, or at once for trouble that waiting does not mend (such as
    /// a wrong password), throws the reason.
    public func waitUntilReachable(deadline: Duration) async throws {
        try await Retries(deadline: deadline)(while: \.isRetriable) { try await query("SELECT 1") }
    }

    /// Refuses new work, waits for the work that has a connection, and closes all connections.
    public func close() async {
        slots.close(StorageError(.closed, "the database pool is closed"))
        for _ in 0..<configuration.maximumConnections { await slots.acquireUnconditionally() }
        let idle = pool.withLock { pool in
            defer { pool = Pool() }
            return pool.idle
        }
        // Closing again finds all permits free again.
        for _ in 0..<configuration.maximumConnections { slots.release() }
        withExtendedLifetime(idle) {}
    }

    /// What the pool does and did.
    public var statistics: Statistics {
        let (open, idle) = pool.withLock { ($0.open, $0.idle.count) }
        return Statistics(
            open: open, idle: idle, waiting: slots.waiting,
            statements: counters.statements.load(ordering: .relaxed),
            retries: counters.retries.load(ordering: .relaxed))
    }

    /// Counts a repeated transaction.
    func countRetry() { counters.retries.add(1, ordering: .relaxed) }

    /// A connection that nobody uses, or a new one.
    private func session() async throws -> Session {
        while let session = pool.withLock({ $0.idle.popLast() }) {
            if session.isReusable { return session }
            pool.withLock { $0.open -= 1 }
        }
        let session = try await Session.open(configuration)
        pool.withLock { $0.open += 1 }
        return session
    }

    private func takeBack(_ connection: Connection) async {
        let isReusable = await connection.giveBack()
        pool.withLock { pool in
            if isReusable { pool.idle.append(connection.session) } else { pool.open -= 1 }
        }
    }
}

/// What a pool of connections does and did.
public struct Statistics: Sendable, Hashable {
    /// Connections to the server, in use or idle.
    public var open: Int
    /// Connections that nobody uses.
    public var idle: Int
    /// Tasks that wait for a connection.
    public var waiting: Int
    /// Statements sent since the start.
    public var statements: Int
    /// Transactions that were repeated since the start.
    public var retries: Int
}

/// What connections count for their pool.
final class Counters: Sendable {
    let statements = Atomic(0)
    let retries = Atomic(0)
}
