import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite struct ConnectionTests {
    @Test func `An error carries what the server says, and the statement without its values`() async throws {
        let database = try await TestDatabase.fresh()
        try await database.execute("CREATE TABLE runs (id text CONSTRAINT one_of_a_kind PRIMARY KEY)")
        #expect(try await database.execute("INSERT INTO runs VALUES ('a'), ('b')") == 2)
        do {
            try await database.execute("INSERT INTO runs VALUES (\("a"))")
            Issue.record("a duplicate was accepted")
        } catch StorageError.Code.uniqueViolation {
            // The pattern is what this tests.
        }
        let error = await #expect(throws: StorageError.self) {
            try await database.execute("INSERT INTO runs VALUES (\("a"))")
        }
        #expect(error?.sqlState == "23505")
        #expect(error?.constraint == "one_of_a_kind")
        #expect(error?.detail == "Key (id)=(a) already exists.")
        #expect(error?.statement == "INSERT INTO runs VALUES ($1)")
        #expect(error?.isRetriable == false)
    }

    @Test func `A pipeline answers every statement, and after an error none of it stays`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.execute("CREATE TABLE t (a bigint PRIMARY KEY)")
        try await database.withConnection { connection in
            let inserts = (0..<300).map { "INSERT INTO t VALUES (\($0)) RETURNING a" as Statement }
            let rows = try await connection.pipeline(inserts)
            let numbers = try rows.map { try $0[0].decode("a", as: Int.self) }
            #expect(numbers == Array(0..<300))
            #expect(try await connection.pipeline([]).isEmpty)

            let error = await #expect(throws: StorageError.self) {
                try await connection.pipeline([
                    "INSERT INTO t VALUES (1000)", "INSERT INTO t VALUES (7)", "SELECT nonsense",
                    "INSERT INTO t VALUES (1001)",
                ])
            }
            #expect(error?.code == .uniqueViolation, "the first error is the one that is thrown")
            #expect(try await connection.scalar("SELECT count(*) FROM t") == 300)
        }
    }

    @Test func `A pipeline whose answers fill every buffer does not lock up`() async throws {
        let database = try await TestDatabase.fresh()
        let big = String(repeating: "g", count: 100_000)
        let rows = try await database.withConnection { connection in
            try await connection.pipeline((0..<200).map { _ in "SELECT \(big) AS text" as Statement })
        }
        let lengths = try rows.map { try $0[0].decode("text", as: String.self).utf8.count }
        #expect(lengths == [Int](repeating: 100_000, count: 200))
    }

    @Test func `A prepared statement survives a change of its table`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.execute("CREATE TABLE t (a bigint)")
        try await database.execute("INSERT INTO t VALUES (1)")
        for _ in 0..<10 { _ = try await database.query("SELECT * FROM t") }
        #expect(
            try await database.scalar("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM t'") == 1
        )
        try await database.execute("ALTER TABLE t ADD b text DEFAULT 'x'")
        #expect(try await database.query("SELECT * FROM t")[0].columns == ["a", "b"])
        for _ in 0..<10 { _ = try await database.query("SELECT * FROM t") }
        try await database.execute("ALTER TABLE t ADD c text")
        let columns = try await database.transaction { try await $0.query("SELECT * FROM t")[0].columns }
        #expect(columns == ["a", "b", "c"])
        for _ in 0..<10 { _ = try await database.query("SELECT * FROM t") }
        try await database.execute("DEALLOCATE ALL")
        #expect(try await database.query("SELECT * FROM t").count == 1)
    }

    @Test func `Two hundred different statements share a hundred prepared ones`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        for number in 0..<120 {
            for _ in 0..<7 { _ = try await database.query(Statement("SELECT \(number)", [])) }
        }
        #expect(try await database.scalar("SELECT count(*) FROM pg_prepared_statements") == 100)
    }

    @Test func `Concurrent statements on one connection run one after the other`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        let sum = try await database.withConnection { connection in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<50 {
                    group.addTask { try await connection.scalar("SELECT \(number) AS n") }
                }
                return try await group.reduce(0, +)
            }
        }
        #expect(sum == 49 * 50 / 2)
    }

    @Test func `A connection that was given back is refused`() async throws {
        let database = try await TestDatabase.fresh()
        let leaked = try await database.withConnection { $0 }
        let error = await #expect(throws: StorageError.self) { try await leaked.query("SELECT 1") }
        #expect(error?.code == .closed)
    }

    @Test func `Cancelling the task ends the statement on the server and spares the pool`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 2)
        let task = Task { try await database.query("SELECT pg_sleep(1000)") }
        func sleepers() async throws -> Int {
            try await database.scalar(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'
                """
            )
        }
        #expect(try await eventually { try await sleepers() == 1 })
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(.now - start < .seconds(2))
        #expect(try await eventually { try await sleepers() == 0 })
        #expect(database.statistics.open == 1)
    }

    @Test func `COPY as a plain statement is an error, and the pool goes on`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.execute("CREATE TABLE t (a bigint)")
        for sql in ["COPY t FROM STDIN", "COPY t TO STDOUT", "SELECT 1; SELECT 2", ""] {
            _ = try? await database.query(Statement(sql))
        }
        let error = await #expect(throws: StorageError.self) { try await database.execute("COPY t FROM STDIN") }
        #expect(error?.message.contains("copyIn") == true)
        #expect(try await database.scalar("SELECT 1") == 1)
    }
}
