import Schemas
import Storage
import Testing

/// The numbered SQL that comes with the programs.
struct MigrationFilesTests {
    @Test("Migrations load and are numbered from 1 without gaps")
    func numbers() throws {
        let migrations = try SchemaFiles.migrations()
        #expect(!migrations.isEmpty)
        #expect(migrations.map(\.number) == Array(1...migrations.count))
        #expect(Set(migrations.map(\.name)).count == migrations.count)
    }

    @Test("Every table is made once, and only tables that are there are referred to")
    func tables() throws {
        var made: Set<String> = []
        for migration in try SchemaFiles.migrations() {
            for match in migration.sql.matches(of: /(?:CREATE TABLE|REFERENCES|\bON) ([a-z_]+)/) {
                let name = String(match.1)
                if match.0.hasPrefix("CREATE") {
                    #expect(made.insert(name).inserted, "\(name) is made twice, again in \(migration)")
                } else {
                    #expect(made.contains(name), "\(migration) refers to \(name) before it is made")
                }
            }
        }
        #expect(made.contains("runs") && made.contains("model_versions"))
    }

    @Test("No migration ends its transaction")
    func transactions() throws {
        for migration in try SchemaFiles.migrations() {
            // Statements begin a line, or follow another; a value may well be called 'rollback'.
            #expect(!migration.sql.contains(/(?im)(^|;)\s*(COMMIT|ROLLBACK)\b/), "\(migration)")
        }
    }
}
