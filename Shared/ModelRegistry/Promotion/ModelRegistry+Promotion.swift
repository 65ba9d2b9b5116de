import Events
import Foundation
import Storage

extension ModelRegistry {
    /// Makes a version the production one and retires the one before it; returns what is to be announced.
    ///
    /// Where the model has a policy, the version must meet it, or ``PromotionRefused`` is thrown; `override` promotes it all
    /// the same, and the history says so. The figures are those of the moment of the change: policy, evaluations, the
    /// version in production and the change itself are one transaction, and changes come one after the other.
    public func promote(
        name: String, version: Int, actor: String, reason: String, override: Bool = false
    ) async throws -> [ModelEvent] {
        try await database.transaction { connection in
            try await Self.promote(
                name: name, version: version, actor: actor, reason: reason, override: override, on: connection)
        }
    }

    /// Promotes a version in the caller's transaction; a refusal is thrown before anything is changed.
    ///
    /// Where `champion` is given, it must be in production still: the promotion was decided by a comparison with it.
    static func promote(
        name: String, version: Int, inPlaceOf champion: Int? = nil, actor: String, reason: String,
        override: Bool = false,
        on connection: Connection
    ) async throws -> [ModelEvent] {
        try await lock(connection)
        let (chosen, production) = try await versions(name, version, on: connection)
        if let champion, production?.version != champion {
            throw RegistryError("\(name)@\(champion) is no longer in production")
        }
        if chosen == production { return [] }
        let verdict = try await verdict(on: chosen, production: production, connection)
        let isMet = verdict?.isMet ?? true
        guard isMet || override else { throw PromotionRefused(version: chosen.label, verdict: verdict) }
        return try await exchange(
            production, for: chosen, isMet ? .promote : .override, actor: actor, reason: reason, verdict: verdict,
            on: connection)
    }

    /// Puts the version that was in production before back in its place, whatever the policy says; returns what is to be
    /// announced.
    ///
    /// `version` is the one that is in production as far as the caller knows: where another operator was faster, nothing
    /// is done and ``RegistryError`` thrown, so that two who roll back one bad version do not go back by two.
    public func rollback(
        name: String, from version: Int, actor: String, reason: String
    ) async throws -> [ModelEvent] {
        try await database.transaction { connection in
            try await Self.lock(connection)
            guard let number = try await Self.predecessor(of: name, on: connection) else {
                throw RegistryError("\(name) has no version that was in production before")
            }
            let (chosen, production) = try await Self.versions(name, number, on: connection)
            guard let production, production.version == version else {
                throw RegistryError(
                    "\(name)@\(version) is not in production any more, \(production?.label ?? "no version") is: look at "
                        + "`helicase models history \(name)` and decide again")
            }
            return try await Self.exchange(
                production, for: chosen, .rollback, actor: actor, reason: reason, on: connection)
        }
    }

    /// The version that was in production before the present one first was; nil when there is none.
    ///
    /// So one rollback after another goes ever further back.
    public func predecessor(of name: String) async throws -> Int? {
        try await database.withConnection { try await Self.predecessor(of: name, on: $0) }
    }

    private static func predecessor(of name: String, on connection: Connection) async throws -> Int? {
        let rows = try await connection.query(
            """
            SELECT version FROM model_events WHERE name = \(name) AND state = 'production' AND event_id < (
                SELECT min(e.event_id) FROM model_events e JOIN model_versions v USING (name, version)
                WHERE name = \(name) AND e.state = 'production' AND v.state = 'production')
            ORDER BY event_id DESC LIMIT 1
            """)
        return try rows.first?.decode("version", as: Int.self)
    }

    private static func versions(
        _ name: String, _ version: Int, on connection: Connection
    ) async throws -> (chosen: Version, production: Version?) {
        let rows = try await connection.query(
            """
            SELECT name, version, state, digest, feature_version, created_at FROM model_versions
            WHERE name = \(name) AND (version = \(version) OR state = 'production')
            """)
        let found = try rows.map(Self.version)
        guard let chosen = found.first(where: { $0.version == version }) else { throw missing(name, version) }
        return (chosen, found.first { $0.state == .production })
    }

    /// Retires one version and brings the other into production at the same moment.
    private static func exchange(
        _ old: Version?, for new: Version, _ action: Change.Action, actor: String, reason: String,
        verdict: PromotionVerdict? = nil, on connection: Connection
    ) async throws -> [ModelEvent] {
        let now = try await timeOfChange(new.name, on: connection)
        var events: [ModelEvent] = []
        func move(_ version: Version, _ action: Change.Action, _ verdict: PromotionVerdict? = nil) async throws {
            try await connection.execute(
                """
                UPDATE model_versions SET state = \(action.state.rawValue)
                WHERE name = \(version.name) AND version = \(version.version)
                """)
            try await note(
                action, version, at: now, actor: actor, reason: reason, verdict: verdict, on: connection)
            events.append(event(version, state: action.state, actor: actor, reason: reason))
        }
        if let old { try await move(old, .retire) }
        try await move(new, action, verdict)
        return events
    }
}
