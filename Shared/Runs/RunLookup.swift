import Events
import Foundation
import Storage
import Synchronization

/// Open runs, looked up in PostgreSQL; an answer is good for a few seconds, so that work for a run that was
/// given up meanwhile soon ends.
public struct RunLookup: Sendable {
    private struct Answer {
        var run: OpenRun
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
    public func request(of run: Identifier) async throws -> IngestRequest? { try await find(run)?.request }

    /// An open run; nil when the run is over or unknown.
    public func find(_ run: Identifier) async throws -> OpenRun? {
        let now = ContinuousClock.now
        if let known = cache.answers.withLock({ $0[run] }), now - known.at < Self.validity { return known.run }
        let rows = try await database.query(
            "SELECT request, opened_at, lanes::bigint AS lanes FROM runs WHERE run_id = \(run.uuid) AND state IN ('opened', 'sealed')"
        )
        guard let row = rows.first else {
            cache.answers.withLock { $0[run] = nil }
            return nil
        }
        let found = OpenRun(
            request: try row.decode("request", as: JSON.self).decode(), openedAt: try row.decode("opened_at"),
            lanes: try row.decode("lanes"))
        cache.answers.withLock { answers in
            if answers.count >= Self.kept { answers.removeAll() }
            answers[run] = Answer(run: found, at: now)
        }
        return found
    }
}

/// A run that is not over.
public struct OpenRun: Sendable {
    /// What was asked for.
    public var request: IngestRequest
    /// When the run began, by the database's clock.
    public var openedAt: Date
    /// How many lanes it is divided into.
    public var lanes: Int
}
