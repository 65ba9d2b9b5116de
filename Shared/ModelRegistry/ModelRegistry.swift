import Events
import Foundation
import Messaging
import NeuralNetwork
import Storage

/// The versions of every model in PostgreSQL: the one place where a version's state changes.
///
/// Every change is a row of `model_events` and a ``ModelEvent`` that the caller publishes to the topic `models`; a version
/// that is in the database but was not announced is found by `infer` all the same when it starts.
public struct ModelRegistry: Sendable {
    /// A version as it is registered.
    public struct Version: Sendable, Codable, Hashable {
        /// The model.
        public var name: String
        /// Counted from 1.
        public var version: Int
        /// Candidate, production or retired.
        public var state: ModelEvent.State
        /// SHA-256 of the package.
        public var digest: String
        /// The definition of the features that it reads.
        public var featureVersion: String
        /// When it was registered.
        public var createdAt: Date

        /// `name@version`, as the command line writes it.
        public var label: String { "\(name)@\(version)" }
    }

    /// A change of a version's state: who, when and why.
    public struct Change: Sendable, Codable, Hashable {
        /// The state from then on.
        public var state: ModelEvent.State
        /// Who changed it.
        public var actor: String
        /// Why.
        public var reason: String
        /// When.
        public var at: Date
    }

    private let database: Database

    /// Opens the registry.
    public init(_ database: Database) { self.database = database }

    /// Registers a package as a candidate; a package that is registered already keeps its version.
    ///
    /// `job` is the training job that made it: a job that is delivered twice registers one version, the first, even where
    /// another kind of processor has made other bytes the second time.
    public func register(
        _ package: ModelPackage, name: String, job: UUID? = nil, actor: String, reason: String
    ) async throws -> (version: Version, event: ModelEvent) {
        let bytes = try package.encode()
        let (digest, features) = (try package.digest(), package.featureVersion)
        let (architecture, lineage) = (try JSON(encoding: package.architecture), try JSON(encoding: package.lineage))
        let version = try await database.transaction { connection in
            try await Self.lock(connection)
            let isNew =
                try await connection.execute(
                    """
                    INSERT INTO model_versions
                        (name, version, state, digest, feature_version, architecture, lineage, package, job_id)
                    SELECT \(name), coalesce(max(version), 0) + 1, 'candidate', \(digest), \(features), \(architecture),
                        \(lineage), \(bytes), \(job) FROM model_versions WHERE name = \(name)
                    ON CONFLICT DO NOTHING
                    """) == 1
            let rows = try await connection.query(
                """
                SELECT name, version, state, digest, feature_version, created_at FROM model_versions
                WHERE name = \(name) AND (digest = \(digest) OR job_id = \(job)) ORDER BY version LIMIT 1
                """)
            guard let row = rows.first else { throw RegistryError("job and package belong to other models already") }
            let version = try Self.version(row)
            if isNew { try await Self.note(version, state: .candidate, actor: actor, reason: reason, on: connection) }
            return version
        }
        return (version, Self.event(version, state: version.state, actor: actor, reason: reason))
    }

    /// Makes a version the production one; the one before it is retired.
    public func promote(name: String, version: Int, actor: String, reason: String) async throws -> [ModelEvent] {
        try await database.transaction { connection in
            try await Self.promote(name: name, version: version, actor: actor, reason: reason, on: connection)
        }
    }

    /// Promotes a version in the caller's transaction; a refusal is thrown before anything is changed.
    ///
    /// Where `champion` is given, it must be in production still: the promotion was decided by a comparison with it.
    static func promote(
        name: String, version: Int, inPlaceOf champion: Int? = nil, actor: String, reason: String,
        on connection: Connection
    ) async throws -> [ModelEvent] {
        try await lock(connection)
        let rows = try await connection.query(
            """
            SELECT name, version, state, digest, feature_version, created_at FROM model_versions
            WHERE name = \(name) AND (version = \(version) OR state = 'production') ORDER BY version
            """)
        let found = try rows.map(Self.version)
        guard let chosen = found.first(where: { $0.version == version }) else {
            throw RegistryError("there is no \(name)@\(version); `helicase models list` shows what there is")
        }
        if let champion, !found.contains(where: { $0.version == champion && $0.state == .production }) {
            throw RegistryError("\(name)@\(champion) is no longer in production")
        }
        if chosen.state == .production { return [] }
        var events: [ModelEvent] = []
        for old in found where old.version != version {
            try await move(old, to: .retired, actor: actor, reason: reason, on: connection)
            events.append(event(old, state: .retired, actor: actor, reason: reason))
        }
        try await move(chosen, to: .production, actor: actor, reason: reason, on: connection)
        events.append(event(chosen, state: .production, actor: actor, reason: reason))
        return events
    }

    /// The version that was in production before the present one first was; nil when there is none.
    ///
    /// So one rollback after another goes ever further back.
    public func predecessor(of name: String) async throws -> Int? {
        let rows = try await database.query(
            """
            SELECT version FROM model_events WHERE name = \(name) AND state = 'production' AND event_id < (
                SELECT min(e.event_id) FROM model_events e JOIN model_versions v USING (name, version)
                WHERE name = \(name) AND e.state = 'production' AND v.state = 'production')
            ORDER BY event_id DESC LIMIT 1
            """)
        return try rows.first?.decode("version", as: Int.self)
    }

    /// All versions, or those of one model.
    public func versions(of name: String? = nil) async throws -> [Version] {
        try await database.query(
            """
            SELECT name, version, state, digest, feature_version, created_at FROM model_versions
            WHERE \(name)::text IS NULL OR name = \(name)::text ORDER BY name, version
            """
        ).map(Self.version)
    }

    /// The production version of a model; nil when none is promoted.
    public func production(of name: String) async throws -> Version? {
        try await versions(of: name).first { $0.state == .production }
    }

    /// What happened to a version, oldest first.
    public func history(of name: String, version: Int) async throws -> [Change] {
        try await database.query(
            """
            SELECT state, actor, reason, at FROM model_events
            WHERE name = \(name) AND version = \(version) ORDER BY event_id
            """
        ).map { row in
            Change(
                state: ModelEvent.State(rawValue: try row.decode("state")) ?? .retired, actor: try row.decode("actor"),
                reason: try row.decode("reason"), at: try row.decode("at"))
        }
    }

    /// The package of a version.
    public func package(_ name: String, version: Int) async throws -> ModelPackage {
        let rows = try await database.query(
            "SELECT package FROM model_versions WHERE name = \(name) AND version = \(version)")
        guard let row = rows.first else {
            throw RegistryError("there is no \(name)@\(version); `helicase models list` shows what there is")
        }
        return try ModelPackage(decoding: row.decode("package", as: [UInt8].self))
    }

    /// One change at a time: versions have no gaps, and of two promotions the second retires the first.
    ///
    /// Readers go on.
    private static func lock(_ connection: Connection) async throws {
        try await connection.execute("LOCK TABLE model_versions IN SHARE ROW EXCLUSIVE MODE")
    }

    private static func move(
        _ version: Version, to state: ModelEvent.State, actor: String, reason: String, on connection: Connection
    ) async throws {
        try await connection.execute(
            """
            UPDATE model_versions SET state = \(state.rawValue)
            WHERE name = \(version.name) AND version = \(version.version)
            """)
        try await note(version, state: state, actor: actor, reason: reason, on: connection)
    }

    private static func note(
        _ version: Version, state: ModelEvent.State, actor: String, reason: String, on connection: Connection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO model_events (name, version, state, actor, reason)
            VALUES (\(version.name), \(version.version), \(state.rawValue), \(actor), \(reason))
            """)
    }

    private static func event(
        _ version: Version, state: ModelEvent.State, actor: String, reason: String
    ) -> ModelEvent {
        ModelEvent(
            name: version.name, version: version.version, state: state, digest: version.digest,
            featureVersion: version.featureVersion, actor: actor, reason: reason)
    }

    private static func version(_ row: Row) throws -> Version {
        Version(
            name: try row.decode("name"), version: try row.decode("version"),
            state: ModelEvent.State(rawValue: try row.decode("state")) ?? .retired, digest: try row.decode("digest"),
            featureVersion: try row.decode("feature_version"), createdAt: try row.decode("created_at"))
    }
}

/// The registry cannot do what was asked; the message says why.
public struct RegistryError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}

extension ModelEvent {
    /// The record that announces the change.
    public func record(source: String) throws -> OutgoingRecord {
        try EventCoding.record(
            self, topic: Topics.models, key: name, id: "\(name)/\(version)/\(state.rawValue)/\(digest)", source: source,
            subject: "\(name)@\(version)")
    }
}
