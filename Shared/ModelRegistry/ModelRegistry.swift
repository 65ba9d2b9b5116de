import Events
import Foundation
import Messaging
import NeuralNetwork
import Storage

/// The versions of every model in PostgreSQL: the one place where a version's state changes.
///
/// Every change is a row of `model_events` and a `ModelEvent` that the caller publishes to the topic `models`; a version
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

    let database: Database

    /// Opens the registry.
    public init(_ database: Database) { self.database = database }

    /// Registers a package as a candidate; a package that is registered already keeps its version.
    ///
    /// `job` is the training job that made it: a job that is delivered twice registers one version, the first, even where
    /// another kind of processor has made other bytes the second time. A name that could not be said again is refused.
    public func register(
        _ package: ModelPackage, name: String, job: UUID? = nil, actor: String, reason: String
    ) async throws -> (version: Version, event: ModelEvent) {
        try ModelName.check(name)
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
            if isNew {
                let now = try await Self.timeOfChange(name, on: connection)
                try await Self.note(.register, version, at: now, actor: actor, reason: reason, on: connection)
            }
            return version
        }
        return (version, Self.event(version, state: version.state, actor: actor, reason: reason))
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

    /// The package of a version.
    public func package(_ name: String, version: Int) async throws -> ModelPackage {
        try await database.withConnection { try await Self.package(name, version: version, on: $0) }
    }

    /// The package of a version, in a transaction of the caller's.
    public static func package(
        _ name: String, version: Int, on connection: Connection
    ) async throws -> ModelPackage {
        let rows = try await connection.query(
            "SELECT package FROM model_versions WHERE name = \(name) AND version = \(version)")
        guard let row = rows.first else { throw missing(name, version) }
        return try ModelPackage(decoding: row.decode("package", as: [UInt8].self))
    }

    /// One change at a time: versions have no gaps, and of two promotions the second retires the first.
    ///
    /// Readers go on.
    static func lock(_ connection: Connection) async throws {
        try await connection.execute("LOCK TABLE model_versions IN SHARE ROW EXCLUSIVE MODE")
    }

    static func version(_ row: Row) throws -> Version {
        Version(
            name: try row.decode("name"), version: try row.decode("version"),
            state: ModelEvent.State(rawValue: try row.decode("state")) ?? .retired, digest: try row.decode("digest"),
            featureVersion: try row.decode("feature_version"), createdAt: try row.decode("created_at"))
    }

    static func event(_ version: Version, state: ModelEvent.State, actor: String, reason: String) -> ModelEvent {
        ModelEvent(
            name: version.name, version: version.version, state: state, digest: version.digest,
            featureVersion: version.featureVersion, actor: actor, reason: reason)
    }

    static func missing(_ name: String, _ version: Int) -> RegistryError {
        RegistryError("there is no \(name)@\(version); `helicase models list` shows what there is")
    }
}

extension ModelEvent {
    /// The record that announces the change.
    public func record(source: String) throws -> OutgoingRecord {
        try EventCoding.record(
            self, topic: Topics.models, key: name, id: "\(name)/\(version)/\(state.rawValue)/\(digest)", source: source,
            subject: "\(name)@\(version)")
    }
}
