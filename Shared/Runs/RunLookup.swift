import Events
import Storage
import Synchronization

/// The requests of open runs, looked up in PostgreSQL once each.
public struct RunLookup: Sendable {
    private final class Cache: Sendable {
        let requests = Mutex<[Identifier: IngestRequest]>([:])
    }

    private let database: Database
    private let cache = Cache()
    private static let kept = 64

    /// Looks runs up in a database.
    public init(_ database: Database) { self.database = database }

    /// The request of an open run; nil when the run is over or unknown.
    public func request(of run: Identifier) async throws -> IngestRequest? {
        if let known = cache.requests.withLock({ $0[run] }) { return known }
        let rows = try await database.query(
            "SELECT request FROM runs WHERE run_id = \(run.uuid) AND state IN ('opened', 'sealed')")
        guard let row = rows.first else { return nil }
        let request = try row.decode("request", as: JSON.self).decode(IngestRequest.self)
        cache.requests.withLock { requests in
            if requests.count >= Self.kept { requests.removeAll() }
            requests[run] = request
        }
        return request
    }
}
