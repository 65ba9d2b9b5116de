import Audit
import Events
import Foundation
import Storage

extension ModelRegistry {
    /// A change of a version's state: who, when and why.
    public struct Change: Sendable, Codable, Hashable {
        /// What was done.
        public enum Action: String, Sendable, Codable, CaseIterable {
            /// The version was registered as a candidate.
            case register
            /// It went into production, and the policy of the model, if it has one, was met.
            case promote
            /// It went into production although the policy was not met.
            case override
            /// It went back into production after a later version.
            case rollback
            /// Another version took its place.
            case retire

            var state: ModelEvent.State {
                switch self {
                case .register: .candidate
                case .promote, .override, .rollback: .production
                case .retire: .retired
                }
            }
        }

        /// What was done.
        public var action: Action
        /// The state from then on.
        public var state: ModelEvent.State
        /// Who changed it.
        public var actor: String
        /// Why.
        public var reason: String
        /// What the policy's figures were, where there was a policy.
        public var verdict: PromotionVerdict?
        /// When; of the changes of a model, each is later than the one before it.
        public var at: Date

        init(_ row: Row) throws {
            guard let action = Action(rawValue: try row.decode("action")),
                let state = ModelEvent.State(rawValue: try row.decode("state"))
            else { throw RegistryError("a change of a kind that this program does not know: use a newer one") }
            self.action = action
            self.state = state
            actor = try row.decode("actor")
            reason = try row.decode("reason")
            verdict = try row.decode("verdict", as: JSON?.self)?.decode()
            at = try row.decode("at")
        }
    }

    /// A change with the version that was changed.
    public struct Entry: Sendable, Codable, Hashable {
        /// The version's number.
        public var version: Int
        /// What happened to it.
        public var change: Change
    }

    /// What happened to the versions of a model, oldest first.
    public func history(of name: String) async throws -> [Entry] {
        try await database.query(
            """
            SELECT version, action, state, actor, reason, verdict, at FROM model_events
            WHERE name = \(name) ORDER BY event_id
            """
        ).map(Self.entry)
    }

    /// What happened to a version, oldest first.
    public func history(of name: String, version: Int) async throws -> [Change] {
        try await history(of: name).filter { $0.version == version }.map(\.change)
    }

    /// The change that put into production the version that was live at a time; nil where none was.
    ///
    /// It answers for the registry: `infer` follows a change within moments, and each prediction names the version that made it.
    public func live(_ name: String, at time: Date) async throws -> Entry? {
        let rows = try await database.query(
            """
            SELECT version, action, state, actor, reason, verdict, at FROM model_events
            WHERE name = \(name) AND at <= \(time) AND state <> 'candidate' ORDER BY event_id DESC LIMIT 1
            """)
        let last = try rows.first.map(Self.entry)
        return last?.change.state == .production ? last : nil
    }

    private static func entry(_ row: Row) throws -> Entry {
        Entry(version: try row.decode("version"), change: try Change(row))
    }

    /// The time of a change that is made now, under the lock: later than any other of the model, also where the clock was set back.
    static func timeOfChange(_ name: String, on connection: Connection) async throws -> Date {
        let rows = try await connection.query(
            """
            SELECT greatest(clock_timestamp(), max(at) + interval '1 microsecond') AS at
            FROM model_events WHERE name = \(name)
            """)
        return try rows[0].decode("at")
    }

    /// Adds a change to the history.
    static func note(
        _ action: Change.Action, _ version: Version, at time: Date, actor: String, reason: String,
        verdict: PromotionVerdict? = nil, on connection: Connection
    ) async throws {
        let verdict = try verdict.map { try JSON(encoding: $0) }
        try await connection.execute(
            """
            INSERT INTO model_events (name, version, action, state, actor, reason, verdict, at)
            VALUES (\(version.name), \(version.version), \(action.rawValue), \(action.state.rawValue), \(actor),
                \(reason), \(verdict), \(time))
            """)
        // A candidate says nothing in any report.
        guard action != .register else { return }
        try await AuditChain.append(
            act: "model.\(action.rawValue)", subject: version.label,
            details: ["reason": reason, "sha256": version.digest],
            actor: actor, on: connection)
    }
}
