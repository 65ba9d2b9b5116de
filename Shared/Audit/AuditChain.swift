import Foundation
import Storage

/// The table of acts that change what reports say.
///
/// Entries are added in the transaction of the act itself: there is no act without its entry, and none without its act.
public enum AuditChain {
    /// A number that nothing else locks.
    private static let lock = 7_104_880_117

    /// Adds an entry at the end of the chain, in the transaction of `connection`.
    ///
    /// Until that ends no other act can be added. `details` must not name a patient.
    @discardableResult
    public static func append(
        act: String, subject: String, details: [String: String] = [:], actor: String, on connection: Connection
    ) async throws -> AuditEntry {
        try await connection.execute("SELECT pg_advisory_xact_lock(\(lock))")
        let rows = try await connection.query(
            """
            SELECT coalesce(last.number, 0) + 1 AS number, last.hash, greatest(clock_timestamp(), last.at) AS at
            FROM (SELECT 1) AS one LEFT JOIN (
                SELECT number, hash, at FROM audit ORDER BY number DESC LIMIT 1
            ) AS last ON true
            """)
        let entry = AuditEntry(
            number: try rows[0].decode("number"), at: try rows[0].decode("at"), actor: actor, act: act,
            subject: subject, details: String(decoding: try JSON(encoding: details).bytes, as: UTF8.self),
            previous: try rows[0].decode("hash", as: String?.self) ?? AuditEntry.none)
        try await connection.execute(
            """
            INSERT INTO audit (number, at, actor, act, subject, details, previous, hash)
            VALUES (\(entry.number), \(entry.at), \(entry.actor), \(entry.act), \(entry.subject), \(entry.details),
                \(entry.previous), \(entry.hash))
            """)
        return entry
    }

    /// Calls `body` with every entry, oldest first, a page of them in memory.
    public static func forEach(in database: Database, _ body: (AuditEntry) throws -> Void) async throws {
        var last: Int64 = 0
        while true {
            let page = try await database.query(
                """
                SELECT number, at, actor, act, subject, details, previous, hash FROM audit
                WHERE number > \(last) ORDER BY number LIMIT 1000
                """)
            for row in page { try body(entry(row)) }
            guard let end = page.last else { return }
            last = try end.decode("number")
        }
    }

    /// Computes every hash again.
    public static func verify(in database: Database) async throws -> AuditVerification {
        var verification = AuditVerification()
        try await forEach(in: database) { verification.add($0) }
        return verification
    }

    private static func entry(_ row: Row) throws -> AuditEntry {
        AuditEntry(
            try row.decode("number"), try row.decode("at"),
            (try row.decode("actor"), try row.decode("act"), try row.decode("subject"), try row.decode("details")),
            previous: try row.decode("previous"), hash: try row.decode("hash"))
    }
}
