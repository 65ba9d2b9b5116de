import TestSupport
import Testing

@testable import Storage

@Suite struct PoolTests {
    @Test func `Permits go to those who wait in their order, and a cancelled one leaves the queue`() async throws {
        let semaphore = FairSemaphore(permits: 1)
        try await semaphore.acquire()
        let (order, report) = AsyncStream.makeStream(of: Int.self)
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<5 {
            tasks.append(
                Task {
                    try await semaphore.acquire()
                    report.yield(number)
                    semaphore.release()
                })
            #expect(await eventually { semaphore.waiting == number + 1 })
        }
        tasks[2].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[2].value }
        semaphore.release()
        for task in tasks { _ = await task.result }
        report.finish()
        #expect(await order.reduce(into: []) { $0.append($1) } == [0, 1, 3, 4])
    }

    @Test func `A cancelled task never queues, and a closed semaphore turns everyone away`() async throws {
        let semaphore = FairSemaphore(permits: 0)
        let cancelled = Task {
            _ = await eventually { Task.isCancelled }
            try await semaphore.acquire()
        }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let waiting = Task { try await semaphore.acquire() }
        #expect(await eventually { semaphore.waiting == 1 })
        semaphore.close(StorageError(.closed, "closed"))
        await #expect(throws: StorageError.self) { try await waiting.value }
        await #expect(throws: StorageError.self) { try await semaphore.acquire() }
    }

    @Test func `More tasks than connections wait for their turn`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 3)
        let (busy, most) = (Tally(), Tally())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try await database.withConnection { connection in
                        most.raise(to: busy.add())
                        let answer: Int = try await connection.scalar("SELECT \(number)")
                        #expect(answer == number)
                        busy.subtract()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect((1...3).contains(most.count))
        let statistics = database.statistics
        #expect(statistics.open <= 3 && statistics.idle == statistics.open && statistics.waiting == 0)
        #expect(statistics.statements == 100)
    }

    @Test func `A connection that breaks is replaced, and a failed attempt gives its place back`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        let error = await #expect(throws: StorageError.self) {
            try await database.query("SELECT pg_terminate_backend(pg_backend_pid())")
        }
        #expect(error?.isConnectionLost == true)
        #expect(try await database.scalar("SELECT 1") == 1)
        let absent = Database(DatabaseConfiguration(url: "postgresql://127.0.0.1:1/x", maximumConnections: 1))
        for _ in 0..<3 { await #expect(throws: StorageError.self) { try await absent.query("SELECT 1") } }
        #expect(absent.statistics == Statistics(open: 0, idle: 0, waiting: 0, statements: 0, retries: 0))
    }

    @Test func `Closing waits for work and refuses more`() async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 2)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            try await database.withConnection { connection in
                start.finish()
                for await _ in ended {}
                return try await connection.query("SELECT 1").count
            }
        }
        for await _ in started {}
        async let closed: Void = database.close()
        #expect(
            await eventually {
                do { _ = try await database.query("SELECT 1") } catch StorageError.Code.closed { return true } catch {}
                return false
            })
        end.finish()
        #expect(try await work.value == 1)
        await closed
        await database.close()
        #expect(database.statistics.open == 0)
    }
}
