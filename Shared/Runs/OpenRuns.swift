import Events
import Foundation
import Storage

/// The runs that are not over.
public enum OpenRuns {
    /// Their ids.
    public static func all(in database: Database) async throws -> Set<Identifier> {
        let rows = try await database.query("SELECT run_id FROM runs WHERE state IN ('opened', 'sealed')")
        return Set(try rows.map { Identifier(try $0.decode("run_id", as: UUID.self)) })
    }
}
