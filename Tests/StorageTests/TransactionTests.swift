import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite struct TransactionTests {
    private struct Refusal: Error {}

    /// Lets a number of tasks pass together.
    private actor Barrier {
        private var missing: Int
        private var waiters: [CheckedContinuation<Void, Never>] = []

        init(_ count: Int) { missing = count }

        func arrive() async {
            missing -= 1
            if missing > 0 {
                await withCheckedContinuation { waiters.append($0) }
            } else {
                for waiter in waiters { waiter.resume() }
                waiters = []
            }
        }
    }

    @Test func `A body that throws leaves nothing, and its error is thrown`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.execute("CREATE TABLE t (a bigint)")
        await #expect(throws: Refusal.self) {
            try await database.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                throw Refusal()
            }
        }
        #expect(try await database.scalar("SELECT count(*) FROM t") == 0)
        #expect(database.statistics.open == 1, "the connection was rolled back, not dropped")
    }

    @Test func `A transaction left open by a body is rolled back before the next one has its connection`() async throws
    {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        try await database.execute("CREATE TABLE t (a bigint)")
        try await database.withConnection { connection in
            try await connection.execute("BEGIN")
            try await connection.execute("INSERT INTO t VALUES (1)")
        }
        _ = try? await database.withConnection { connection in
            try await connection.execute("BEGIN")
            try await connection.execute("nonsense")
        }
        #expect(try await database.scalar("SELECT count(*) FROM t") == 0)
    }

    @Test func `An error that the body swallows does not pass for a commit`() async throws {
        let database = try await TestDatabase.fresh()
        try await database.execute("CREATE TABLE t (a bigint PRIMARY KEY)")
        let error = await #expect(throws: StorageError.self) {
            try await database.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                _ = try? await connection.execute("INSERT INTO t VALUES (1)")
            }
        }
        #expect(error?.code == .uniqueViolation)
        #expect(try await database.scalar("SELECT count(*) FROM t") == 0)
    }

    @Test func `A constraint that is checked at COMMIT is an error`() async throws {
        let database = try await TestDatabase.fresh()
        try await database.execute("CREATE TABLE t (a bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        let error = await #expect(throws: StorageError.self) {
            try await database.transaction { try await $0.execute("INSERT INTO t VALUES (1), (1)") }
        }
        #expect(error?.code == .uniqueViolation)
    }

    @Test func `Competing serializable transactions both take effect, one of them repeated`() async throws {
        let database = try await TestDatabase.fresh()
        try await database.execute("CREATE TABLE counter (n bigint)")
        try await database.execute("INSERT INTO counter VALUES (0)")
        let barrier = Barrier(2)
        let attempts = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await database.transaction(isolation: .serializable) { connection in
                        let n: Int = try await connection.scalar("SELECT n FROM counter")
                        // Both have read before one writes; only the first attempts wait for each other.
                        if attempts.add() <= 2 { await barrier.arrive() }
                        do {
                            try await connection.execute("UPDATE counter SET n = \(n + 1)")
                        } catch {
                            // A body may give the error its own name: the transaction is repeated all the same.
                            throw Refusal()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.scalar("SELECT n FROM counter") == 2)
        #expect(attempts.count == 3)
        #expect(database.statistics.retries == 1)
    }

    @Test func `A deadlock is resolved by repeating one of the two`() async throws {
        let database = try await TestDatabase.fresh()
        try await database.execute("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)")
        try await database.execute("INSERT INTO t VALUES (1, 0), (2, 0)")
        let barrier = Barrier(2)
        let attempts = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (first, second) in [(1, 2), (2, 1)] {
                group.addTask {
                    try await database.transaction { connection in
                        try await connection.execute("UPDATE t SET n = n + 1 WHERE id = \(first)")
                        if attempts.add() <= 2 { await barrier.arrive() }
                        try await connection.execute("UPDATE t SET n = n + 1 WHERE id = \(second)")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.scalar("SELECT array_agg(n) FROM t") == [2, 2] as [Int])
        // On a slow machine the server may find the deadlock from both sides and end both.
        #expect((3...4).contains(attempts.count))
    }

    @Test func `A cancelled transaction is rolled back and not repeated`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 2)
        try await database.execute("CREATE TABLE t (a bigint)")
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await database.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                start.finish()
                try await connection.execute("SELECT pg_sleep(1000)")
            }
        }
        for await _ in started {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await database.scalar("SELECT count(*) FROM t") == 0)
        #expect(database.statistics.retries == 0)
    }

    @Test func `A crash of the server in a loop of transactions loses no row and doubles none`() async throws {
        let server = try await TestDatabase.start()
        let database = try await server.freshDatabase(maximumConnections: 4)
        try await database.execute("CREATE TABLE t (writer bigint, n bigint, PRIMARY KEY (writer, n))")
        let written = Tally()
        let restarts = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var n = 0
                    // Goes on for a while after the restart.
                    while n < 50 || restarts.count == 0 {
                        let row = n
                        try await database.transaction { connection in
                            try await connection.execute(
                                "INSERT INTO t VALUES (\(writer), \(row)) ON CONFLICT DO NOTHING")
                        }
                        n += 1
                        written.add()
                    }
                    for row in n..<(n + 50) {
                        try await database.transaction { connection in
                            try await connection.execute(
                                "INSERT INTO t VALUES (\(writer), \(row)) ON CONFLICT DO NOTHING")
                        }
                        written.add()
                    }
                }
            }
            group.addTask {
                _ = await eventually { written.count > 100 }
                try await server.restart(.immediate)
                restarts.add()
            }
            try await group.waitForAll()
        }
        let counts = try await database.query(
            "SELECT count(*) AS rows, count(DISTINCT (writer, n)) AS different FROM t")[0]
        #expect(try counts.decode("rows") == written.count)
        #expect(try counts.decode("different") == written.count)
        #expect(database.statistics.retries > 0)
    }

    @Test func `After a restart a plain query finds a new connection, and without a server it says so`() async throws {
        let server = try await TestDatabase.start()
        let database = try await server.freshDatabase(maximumConnections: 3)
        let barrier = Barrier(3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try await database.withConnection { connection in
                        await barrier.arrive()
                        try await connection.execute("SELECT 1")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(database.statistics.idle == 3)
        try await server.restart()
        #expect(try await database.scalar("SELECT 1") == 1)
        try await server.stop(.immediate)
        let error = await #expect(throws: StorageError.self) { try await database.query("SELECT 1") }
        #expect(error?.isConnectionLost == true)
        let late = await #expect(throws: StorageError.self) {
            try await database.transaction(deadline: .milliseconds(200)) { try await $0.execute("SELECT 1") }
        }
        #expect(late?.isConnectionLost == true)
        async let reachable: Void = database.waitUntilReachable(deadline: .seconds(30))
        try await server.resume()
        try await reachable
        #expect(database.statistics.open == 1)
    }
}
