/// Brings a database's schema to this program's version, and refuses what it does not know.
///
/// What was applied is in the table `schema_migrations`, each script with its checksum.
public struct Migrator: Sendable {
    private let database: Database
    private let migrations: [Migration]

    /// The advisory lock that migrators of one database take in turn: "helicase" in ASCII.
    private static let lock: Int64 = 0x6865_6c69_6361_7365

    /// Makes a migrator for migrations in their order, as ``load(folder:)-(URL)`` returns them.
    public init(_ database: Database, migrations: [Migration]) {
        self.database = database
        self.migrations = migrations
    }

    /// Applies what is missing, each migration in a transaction of its own, and returns what this call applied.
    ///
    /// Any number of processes may do this at once. A database that is newer than this program, or in which an applied
    /// script was another one, is refused before anything is changed.
    public func migrate() async throws -> [Migration] {
        try Self.validate(migrations)
        var applied: [Migration] = []
        while let migration = try await database.transaction(applyNext) { applied.append(migration) }
        return applied
    }

    /// Throws if the database lacks a migration, is newer than this program, or was made by other scripts.
    public func check() async throws {
        try Self.validate(migrations)
        let applied = try await database.withConnection { connection in
            let table: String? = try await connection.query("SELECT to_regclass('schema_migrations')::text")[0].decode(
                0)
            return table == nil ? [] : try await self.applied(connection)
        }
        try verify(applied)
        if applied.count < migrations.count {
            throw StorageError(
                .migrationsMissing,
                "the database lacks \(migrations.count - applied.count) migrations, the first of them "
                    + "\(migrations[applied.count]): run `helicase database migrate`")
        }
    }

    @Sendable private func applyNext(_ connection: Connection) async throws -> Migration? {
        try await connection.execute("SELECT pg_advisory_xact_lock(\(Self.lock))")
        try await connection.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now())
            """)
        let applied = try await applied(connection)
        try verify(applied)
        guard applied.count < migrations.count else { return nil }
        let migration = migrations[applied.count]
        do {
            try await connection.run(script: migration.sql)
        } catch var error as StorageError {
            error.message = "migration \(migration) failed and nothing of it was kept: \(error.message)"
            error.statement = nil
            throw error
        }
        guard connection.session.transactionStatus == .open else {
            throw StorageError(
                .invalidMigrations, "migration \(migration) ends its transaction: it must have no COMMIT or ROLLBACK")
        }
        try await connection.execute(
            """
            INSERT INTO schema_migrations (number, name, checksum)
            VALUES (\(migration.number), \(migration.name), \(migration.checksum))
            """)
        return migration
    }

    private struct Applied: Sendable {
        let number: Int
        let name: String
        let checksum: String
    }

    private func applied(_ connection: Connection) async throws -> [Applied] {
        try await connection.query("SELECT number, name, checksum FROM schema_migrations ORDER BY number").map { row in
            Applied(
                number: try row.decode("number"), name: try row.decode("name"), checksum: try row.decode("checksum"))
        }
    }

    /// Compares what was applied with what this program knows.
    private func verify(_ applied: [Applied]) throws {
        if let last = applied.last, last.number > migrations.count {
            throw StorageError(
                .databaseNewer,
                "the database has migration \(last.number) (\(last.name)) and this program knows \(migrations.count): "
                    + "use a newer version of the program")
        }
        for (migration, applied) in zip(migrations, applied)
        where applied.number != migration.number || applied.checksum != migration.checksum {
            throw StorageError(
                .migrationChanged,
                "migration \(migration) is not the script that the database was made with (number \(applied.number), "
                    + "checksum \(applied.checksum), now \(migration.checksum)): restore it, and write a new migration")
        }
    }
}
