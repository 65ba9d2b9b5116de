import Audit
import Foundation
import Storage

/// The knowledge bases of an installation, in PostgreSQL: versions are added and stay.
public struct KnowledgeRegistry: Sendable {
    private let database: Database

    /// Opens the registry of a database.
    public init(_ database: Database) { self.database = database }

    /// Adds a version, with an entry of the audit chain; returns false where the same file is that version already.
    ///
    /// Of one that is there already another place is kept, and a licence where none was said, each with an entry. Throws where the version
    /// has another content or licence: versions never change.
    @discardableResult
    public func add(_ base: KnowledgeBase) async throws -> Bool {
        try await database.transaction { connection in
            let known = try await connection.query(
                "SELECT * FROM knowledge WHERE name = \(base.name) AND version = \(base.version)"
            ).first.map(KnowledgeBase.init)
            if let known {
                guard known.digest == base.digest, known.kind == base.kind else {
                    throw KnowledgeError(
                        "\(base.label) is there with another content (SHA-256 \(known.digest.prefix(12))…, added "
                            + "\(known.addedAt.formatted(.iso8601)) by \(known.actor)): give this file a version of its own"
                    )
                }
                guard known.licence == nil || base.licence == nil || known.licence == base.licence else {
                    throw KnowledgeError("\(base.label) is there with another licence: \(known.licence ?? "")")
                }
                var changed: [String: String] = [:]
                if known.path != base.path { changed["path"] = base.path }
                if known.licence == nil, let licence = base.licence { changed["licence"] = licence }
                if changed.isEmpty { return false }
                try await connection.execute(
                    """
                    UPDATE knowledge SET path = \(base.path), licence = coalesce(licence, \(base.licence))
                    WHERE name = \(base.name) AND version = \(base.version)
                    """)
                try await AuditChain.append(
                    act: "knowledge.describe", subject: base.label, details: changed, actor: base.actor, on: connection)
                return false
            }
            try await connection.execute(
                """
                INSERT INTO knowledge (name, version, kind, path, bytes, digest, licence, records, contigs, actor, added_at)
                VALUES (\(base.name), \(base.version), \(base.kind.rawValue), \(base.path), \(base.bytes), \(base.digest),
                    \(base.licence), \(base.records), \(try JSON(encoding: base.contigs)), \(base.actor), \(base.addedAt))
                """)
            try await AuditChain.append(
                act: "knowledge.add", subject: base.label,
                details: ["kind": base.kind.rawValue, "sha256": base.digest],
                actor: base.actor, on: connection)
            return true
        }
    }

    /// All versions, by name, the newest of each first.
    public func all() async throws -> [KnowledgeBase] {
        try await database.query("SELECT * FROM knowledge ORDER BY name, added_at DESC, version").map(
            KnowledgeBase.init)
    }

    /// A version, or the newest of a name; throws where there is none.
    public func find(_ name: String, version: String? = nil) async throws -> KnowledgeBase {
        let rows = try await database.query(
            """
            SELECT * FROM knowledge WHERE name = \(name) AND (\(version)::text IS NULL OR version = \(version))
            ORDER BY added_at DESC LIMIT 1
            """)
        guard let row = rows.first else {
            throw KnowledgeError(
                "there is no knowledge base \(name)\(version.map { "@\($0)" } ?? ""): `helicase knowledge add` adds one"
            )
        }
        return try KnowledgeBase(row)
    }
}
