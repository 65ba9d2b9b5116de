import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite struct MigrationTests {
    private let migrations = [
        Migration(number: 1, name: "runs", sql: "CREATE TABLE runs (id text PRIMARY KEY);\nCREATE INDEX ON runs (id);"),
        Migration(number: 2, name: "seed", sql: "INSERT INTO runs VALUES ('first'); -- 'quoted; \n"),
    ]

    @Test func `Migrations run once, however often they are asked for`() async throws {
        let database = try await TestDatabase.fresh()
        let migrator = Migrator(database, migrations: migrations)
        let missing = await #expect(throws: StorageError.self) { try await migrator.check() }
        #expect(missing?.code == .migrationsMissing)
        #expect(missing?.message.contains("helicase database migrate") == true)
        #expect(try await migrator.migrate() == migrations)
        #expect(try await migrator.migrate() == [])
        try await migrator.check()
        #expect(try await database.scalar("SELECT count(*) FROM runs") == 1)
    }

    @Test func `Migrators that start together apply each migration once`() async throws {
        let url = try await TestDatabase.shared().freshURL()
        let migrations = migrations
        let applied = try await withThrowingTaskGroup(of: [Migration].self) { group in
            for _ in 0..<6 {
                group.addTask {
                    try await Migrator(Database(DatabaseConfiguration(url: url)), migrations: migrations).migrate()
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.map(\.number).sorted() == [1, 2])
    }

    @Test func `A migration that fails or commits by itself leaves nothing`() async throws {
        let database = try await TestDatabase.fresh()
        let broken = Migration(number: 3, name: "broken", sql: "CREATE TABLE extra (a int); SELECT nonsense;")
        let error = await #expect(throws: StorageError.self) {
            try await Migrator(database, migrations: migrations + [broken]).migrate()
        }
        #expect(error?.message.hasPrefix("migration 0003_broken failed and nothing of it was kept") == true)
        #expect(error?.sqlState == "42703")
        try await Migrator(database, migrations: migrations).check()
        let committing = Migration(number: 3, name: "commit", sql: "COMMIT;")
        let ended = await #expect(throws: StorageError.self) {
            try await Migrator(database, migrations: migrations + [committing]).migrate()
        }
        #expect(ended?.code == .invalidMigrations)
        #expect(try await database.scalar("SELECT to_regclass('extra')::text", as: String?.self) == nil)
    }

    @Test func `A changed script and a newer database are refused`() async throws {
        let database = try await TestDatabase.fresh()
        _ = try await Migrator(database, migrations: migrations).migrate()
        var changed = migrations
        changed[0] = Migration(number: 1, name: "runs", sql: "CREATE TABLE runs (id uuid PRIMARY KEY)")
        do {
            let migrator = Migrator(database, migrations: changed)
            let error = await #expect(throws: StorageError.self) { try await migrator.migrate() }
            #expect(error?.code == .migrationChanged)
            await #expect(throws: StorageError.self) { try await migrator.check() }
        }
        let older = Migrator(database, migrations: [migrations[0]])
        let error = await #expect(throws: StorageError.self) { try await older.check() }
        #expect(error?.code == .databaseNewer)
        await #expect(throws: StorageError.self) { try await older.migrate() }
    }

    @Test func `A folder is read in order, and gaps, duplicates and odd names are errors`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ name: String) throws {
            try "SELECT 1".write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        for name in ["0002_calls.sql", "0001_runs.sql", "README.md"] { try write(name) }
        #expect(try Migrator.load(folder: folder.path).map(\.description) == ["0001_runs", "0002_calls"])
        for name in ["0004_gap.sql", "0002_again.sql", "3_short.sql", "0003.sql"] {
            try write(name)
            let error = #expect(throws: StorageError.self) { try Migrator.load(folder: folder) }
            #expect(error?.code == .invalidMigrations)
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
        #expect(throws: StorageError.self) { try Migrator.load(folder: "nowhere") }
    }

    @Test func `The checksum is FNV-1a of the script`() {
        #expect(Migration(number: 1, name: "x", sql: "").checksum == "cbf29ce484222325")
        #expect(Migration(number: 1, name: "x", sql: "a").checksum == "af63dc4c8601ec8c")
    }
}
