import Foundation
import Storage
import TestSupport
import Testing

@testable import helicase

/// The private PostgreSQL of a state folder.
@Suite("PostgreSQL of a stack", .serialized)
struct PostgresClusterTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "cluster-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Program.atExit(
            "kill -INT $(head -n 1 \"$0/postgres/data/postmaster.pid\"); sleep 1; rm -rf \"$0\"", [folder])
    }

    /// Runs a server of the folder while `body` works.
    private func withServer(_ body: (PostgresCluster) async throws -> Void) async throws {
        let cluster = try PostgresCluster(state: folder)
        let process = ManagedProcess(
            name: "postgres", log: folder + "/postgres.log",
            launch: cluster.launch(environment: ProcessInfo.processInfo.environment))
        try process.start { _ in }
        do {
            try await cluster.provision()
            try await body(cluster)
        } catch {
            await process.stop(signal: SIGINT, grace: .seconds(20))
            throw error
        }
        await process.stop(signal: SIGINT, grace: .seconds(20))
    }

    private func withDatabase(_ url: String, _ body: (Database) async throws -> Void) async throws {
        let database = Database(DatabaseConfiguration(url: url, maximumConnections: 1))
        try await database.waitUntilReachable(deadline: .seconds(30))
        try await body(database)
        await database.close()
    }

    private func administration(_ cluster: PostgresCluster, _ database: String) -> String {
        let (name, password) = (cluster.administrator.name, cluster.administrator.password)
        return "postgresql://\(name):\(password)@127.0.0.1:\(cluster.settings.port)/\(database)"
    }

    @Test("The services get a role and a database of their own; a folder of the first layout gives them what it has")
    func layouts() async throws {
        try await withServer { cluster in
            try await withDatabase(cluster.url) { database in
                #expect(try await database.scalar("SELECT current_user::text", as: String.self) == "helicase_services")
                #expect(try await database.scalar("SELECT current_database()::text", as: String.self) == "helicase")
                let rights: Bool = try await database.scalar(
                    "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
                #expect(!rights)
                // What the services do there: tables of their own.
                try await database.execute("CREATE TABLE mine (a integer)")
            }
            // Back to the first layout: a superuser `helicase`, whose tables lie in `postgres`.
            try await withDatabase(administration(cluster, "template1")) { database in
                try await database.execute("DROP DATABASE helicase")
                try await database.execute("DROP ROLE helicase_services")
                try await database.execute("CREATE ROLE helicase SUPERUSER LOGIN PASSWORD 'first'")
            }
            let first = "postgresql://helicase:first@127.0.0.1:\(cluster.settings.port)/postgres"
            try await withDatabase(first) { database in
                try await database.execute("CREATE TABLE schema_migrations (number integer)")
                try await database.execute("CREATE TABLE runs (id integer GENERATED ALWAYS AS IDENTITY, sample text)")
                try await database.execute("INSERT INTO runs (sample) VALUES ('OLD')")
                try await database.execute("CREATE VIEW samples AS SELECT sample FROM runs")
                try await database.execute("CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
            }
        }
        let file = URL(filePath: folder + "/postgres.json")
        var settings = try JSONDecoder().decode(PostgresCluster.Settings.self, from: Data(contentsOf: file))
        settings.administrator = nil
        settings.password = "first"
        try JSONEncoder().encode(settings).write(to: file)

        for _ in 0..<2 {
            try await withServer { cluster in
                try await withDatabase(cluster.url) { database in
                    #expect(try await database.scalar("SELECT sample FROM samples", as: String.self) == "OLD")
                    // It is the owner: it may change what it has.
                    try await database.execute("ALTER TABLE runs ADD COLUMN more integer")
                    try await database.execute("ALTER TABLE runs DROP COLUMN more")
                    try await database.execute(
                        "CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
                    let isSuper: Bool = try await database.scalar(
                        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                    #expect(!isSuper)
                }
            }
        }
    }
}
