import Foundation
import Storage

extension PostgresCluster {
    /// Makes the services' role and their database, and gives them what an older state folder has in another's name.
    ///
    /// Whatever is there already stays, so an interrupted start is gone on with.
    func provision() async throws {
        try await withDatabase("template1") { database in
            let hasRole: Bool = try await exists("SELECT 1 AS one FROM pg_roles WHERE rolname = \(Self.role)", database)
            // The password's letters need no quoting, and a statement that makes a role takes no parameters.
            let verb = hasRole ? "ALTER" : "CREATE"
            try await database.execute(
                Statement("\(verb) ROLE \(Self.role) LOGIN NOSUPERUSER PASSWORD '\(settings.password)'", []))
            if try await exists("SELECT 1 AS one FROM pg_database WHERE datname = \(Self.database)", database) {
                return
            }
            if try await hasFirstLayout() {
                try await database.execute("ALTER DATABASE postgres RENAME TO \(identifier: Self.database)")
                try await database.execute("CREATE DATABASE postgres")
            } else {
                try await database.execute("CREATE DATABASE \(identifier: Self.database)")
            }
        }
        try await withDatabase(Self.database) { database in
            try await database.execute(
                "ALTER DATABASE \(identifier: Self.database) OWNER TO \(identifier: Self.role)")
            try await database.execute("REVOKE ALL ON DATABASE \(identifier: Self.database) FROM PUBLIC")
            try await database.execute(Statement(Self.handOver, []))
        }
    }

    /// Whether the suite's tables lie in the database `postgres`.
    private func hasFirstLayout() async throws -> Bool {
        try await withDatabase("postgres") { database in
            try await exists("SELECT 1 AS one FROM pg_tables WHERE tablename = 'schema_migrations'", database)
        }
    }

    private func exists(_ query: Statement, _ database: Database) async throws -> Bool {
        try await !database.query(query).isEmpty
    }

    /// One connection as the superuser, closed again: a database with connections cannot be renamed.
    private func withDatabase<Result: Sendable>(
        _ name: String, _ body: (Database) async throws -> Result
    ) async throws -> Result {
        let user = "\(administrator.name):\(administrator.password)"
        let database = Database(
            DatabaseConfiguration(
                url: "postgresql://\(user)@127.0.0.1:\(settings.port)/\(name)", maximumConnections: 1))
        do {
            try await database.waitUntilReachable(deadline: .seconds(60))
            let result = try await body(database)
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    /// Everything in the schema `public` becomes the services' own; sequences follow their tables.
    private static let handOver = """
        DO $$
        DECLARE thing record;
        BEGIN
            FOR thing IN SELECT c.oid::regclass AS name,
                    CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind
                FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
                    AND pg_get_userbyid(c.relowner) <> '\(role)'
            LOOP
                EXECUTE format('ALTER %s %s OWNER TO \(role)', thing.kind, thing.name);
            END LOOP;
            FOR thing IN SELECT p.oid::regprocedure AS name FROM pg_proc p
                WHERE p.pronamespace = 'public'::regnamespace AND pg_get_userbyid(p.proowner) <> '\(role)'
            LOOP
                EXECUTE format('ALTER ROUTINE %s OWNER TO \(role)', thing.name);
            END LOOP;
            GRANT ALL ON SCHEMA public TO \(role);
        END $$
        """
}
