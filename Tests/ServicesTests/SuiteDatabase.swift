import Events
import Foundation
import Schemas
import Storage
import TestSupport

/// An empty database with the suite's tables.
func migratedDatabase(connections: Int = 6) async throws -> Database {
    let database = try await TestDatabase.fresh(maximumConnections: connections)
    _ = try await Migrator(database, migrations: SchemaFiles.migrations()).migrate()
    return database
}

/// A run that is open.
func newRun(in database: Database, request: IngestRequest? = nil) async throws -> UUID {
    let run = UUID()
    let request =
        request
        ?? IngestRequest(sample: "S", inputs: [], reference: "reference.fa", referenceDigest: "0", preset: "sr")
    let document = try JSON(encoding: request)
    try await database.execute(
        "INSERT INTO runs (run_id, sample, state, request) VALUES (\(run), 'S', 'opened', \(document))")
    return run
}
