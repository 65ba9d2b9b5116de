import Events
import Storage
import Synchronization

/// The requests of open runs, looked up in PostgreSQL; an answer is good for a few seconds, so that work for a run that was
/// given up meanwhile soon ends.
public struct RunLookup: Sendable {
    private struct Answer {
        var request: IngestRequest
        var at: ContinuousClock.Instant
    }

    private final class Cache: Sendable {
        let answers = Mutex<[Identifier: Answer]>([:])
    }

    private let database: Database
    private let cache = Cache()
    private static let kept = 64
    private static let validity: Duration = .seconds(5)

    /// Looks runs up in a database.
    public init(_ database: Database) { self.database = database }

    /// The request of an open run; nil when the run is over or unknown.
    public func request(of run: Identifier) async throws -> IngestRequest? {
        let now = ContinuousClock.now
        if let known = cache.answers.withLock({ $0[run] }), now - known.at < Self.validity { return known.request }
        let rows = try await database.query(
            "SELECT request FROM runs WHERE run_id = \(run.uuid) AND state IN ('opened', 'sealed')")
        guard let row = rows.first else {
            cache.answers.withLock { $0[run] = nil }
            return nil
        }
        let request = try row.decode("request", as: JSON.self).decode(IngestRequest.self)
        cache.answers.withLock { answers in
            if answers.count >= Self.kept { answers.removeAll() }
            answers[run] = Answer(request: request, at: now)
        }
        return request
    }
}
