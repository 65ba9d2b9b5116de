import Foundation

/// One step of the database's schema: a numbered SQL script that runs once, in a transaction.
public struct Migration: Sendable, Hashable {
    /// Its place in the sequence, from 1 without gaps.
    public let number: Int
    /// What it is about, as in the file's name.
    public let name: String
    /// The script.
    public let sql: String

    /// Makes a step.
    public init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// 64 bits of FNV-1a over the script, in hexadecimal: against accidents, not against forgers.
    public var checksum: String {
        let hash = sql.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// `0001_runs`.
    public var description: String {
        "\(String(repeating: "0", count: max(0, 4 - "\(number)".count)))\(number)_\(name)"
    }
}

extension Migration: CustomStringConvertible {}

extension Migrator {
    /// Reads a folder's `0001_name.sql`, `0002_name.sql`, …; other files than `.sql` are not looked at.
    ///
    /// Names of another form, gaps and duplicates are errors.
    public static func load(folder: URL) throws -> [Migration] {
        let files: [URL]
        do {
            files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        } catch {
            throw StorageError(
                .invalidMigrations,
                "the folder of migrations \(folder.path) cannot be read: \(error.localizedDescription)")
        }
        let migrations = try files.filter { $0.pathExtension == "sql" }.map(read).sorted { $0.number < $1.number }
        try validate(migrations)
        return migrations
    }

    /// Reads a folder's migrations.
    public static func load(folder: String) throws -> [Migration] {
        try load(folder: URL(fileURLWithPath: folder, isDirectory: true))
    }

    /// Checks that the numbers are 1, 2, 3, ….
    static func validate(_ migrations: [Migration]) throws(StorageError) {
        for (expected, migration) in zip(1..., migrations) where migration.number != expected {
            throw StorageError(
                .invalidMigrations,
                "migration \(migration) is where number \(expected) should be: numbers run from 1, each one once")
        }
    }

    private static func read(_ file: URL) throws -> Migration {
        let parts = file.deletingPathExtension().lastPathComponent.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].count == 4, let number = Int(parts[0]), number > 0 else {
            throw StorageError(
                .invalidMigrations, "\(file.lastPathComponent) is no migration: it should be like 0001_name.sql")
        }
        do {
            return Migration(
                number: number, name: String(parts[1]), sql: try String(contentsOf: file, encoding: .utf8))
        } catch {
            throw StorageError(
                .invalidMigrations, "\(file.path) cannot be read as UTF-8: \(error.localizedDescription)")
        }
    }
}
