import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite struct CopyTests {
    private struct Stop: Error {}

    @Test func `A hundred thousand rows go in and come out`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.execute("CREATE SCHEMA lab")
        try await database.execute(
            "CREATE TABLE lab.calls (n int4, score real, name varchar(20), seen date, spare float8)")
        try await database.withConnection { connection in
            let rows = (0..<100_000).lazy.map { n -> [any DatabaseValue] in
                [n, Float(n) / 4, "call \(n)", Date(timeIntervalSince1970: 86400 * 3), n % 2 == 0 ? Double?.none : 0.5]
            }
            let count = try await connection.copyIn(
                into: "lab.calls", columns: ["n", "score", "name", "seen", "spare"], rows: rows)
            #expect(count == 100_000)
            var (next, sum) = (0, 0.0)
            try await connection.copyOut("SELECT * FROM lab.calls WHERE n >= \(0) ORDER BY n") { row in
                #expect(try row.decode("n", as: Int.self) == next)
                #expect(try row.decode("spare", as: Double?.self) == (next % 2 == 0 ? nil : 0.5))
                sum += Double(try row.decode("score", as: Float.self))
                next += 1
            }
            #expect(next == 100_000)
            #expect(sum == 1_249_987_500)
        }
        #expect(
            try await database.scalar("SELECT seen::text FROM lab.calls WHERE n = 99999")
                == "1970-01-04")
    }

    @Test func `An error of the rows is the caller's own, and nothing stays`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.execute("CREATE TABLE t (a int4 NOT NULL)")
        try await database.withConnection { connection in
            let failing = (0..<50_000).map { [$0 == 40_000 ? 1 << 40 : $0] as [any DatabaseValue] }
            let wide = await #expect(throws: StorageError.self) {
                try await connection.copyIn(into: "t", columns: ["a"], rows: failing)
            }
            #expect(wide?.message.hasPrefix("row 40001 for t, column \"a\" (integer): ") == true)
            let short = await #expect(throws: StorageError.self) {
                try await connection.copyIn(into: "t", columns: ["a"], rows: [[1], []])
            }
            #expect(short?.message == "row 2 for t has 0 values for 1 columns")
            let null = await #expect(throws: StorageError.self) {
                try await connection.copyIn(into: "t", columns: ["a"], rows: [[1], [Int?.none]])
            }
            #expect(null?.code == .notNullViolation)
            let text = await #expect(throws: StorageError.self) {
                try await connection.copyIn(into: "t", columns: ["a"], rows: [["1"]])
            }
            #expect(text?.message.contains("a String is no integer") == true)
            let absent = await #expect(throws: StorageError.self) {
                try await connection.copyIn(into: "nowhere", columns: ["a"], rows: [[1]])
            }
            #expect(absent?.code == .undefinedTable)
            let count: Int = try await connection.scalar("SELECT count(*) FROM t")
            #expect(count == 0)
            #expect(try await connection.copyIn(into: "t", columns: ["a"], rows: []) == 0)
        }
    }

    @Test func `A view that takes no rows is the server's error, and the connection goes on`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.execute("CREATE VIEW v AS SELECT 1 AS a")
        try await database.withConnection { connection in
            await #expect(throws: StorageError.self) {
                try await connection.copyIn(into: "v", columns: ["a"], rows: [[1]])
            }
            let one: Int = try await connection.scalar("SELECT 1")
            #expect(one == 1)
        }
    }

    @Test func `An error of the reader is the caller's own, ends the statement, and the connection goes on`()
        async throws
    {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.transaction { connection in
            var seen = 0
            let start = ContinuousClock.now
            await #expect(throws: Stop.self) {
                try await connection.copyOut("SELECT generate_series(1, 1000000000)") { _ in
                    seen += 1
                    if seen == 1000 { throw Stop() }
                }
            }
            #expect(seen == 1000)
            #expect(.now - start < .seconds(10))
            #expect(connection.session.transactionStatus == .failed)
            try await connection.execute("ROLLBACK")
            try await connection.execute("BEGIN")
        }
    }

    @Test func `An error after some rows reaches the reader`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.withConnection { connection in
            let error = await #expect(throws: StorageError.self) {
                try await connection.copyOut("SELECT 10 / (500 - n) FROM generate_series(1, 1000) AS n") { _ in }
            }
            #expect(error?.sqlState == "22012")
            let one: Int = try await connection.scalar("SELECT 1")
            #expect(one == 1)
        }
    }
}
