import Foundation
import Storage

/// The contracts that travel with the programs: migrations, JSON Schemas and the AsyncAPI document.
public enum SchemaFiles {
    /// The database migrations in their order.
    ///
    /// Throws `StorageError` when the resource folder beside the executable is missing or incomplete.
    public static func migrations() throws -> [Migration] {
        try Migrator.load(folder: folder.appendingPathComponent("Database").path)
    }

    /// The folder that holds `Database`, `Documents`, `Events` and `asyncapi.json`.
    public static var folder: URL { Bundle.module.bundleURL }
}
