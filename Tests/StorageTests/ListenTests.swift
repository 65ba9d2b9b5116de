import TestSupport
import Testing

@testable import Storage

@Suite struct ListenTests {
    @Test func `Notifications arrive in order and soon`() async throws {
        let database = try await TestDatabase.fresh()
        let channel = "model \"releases\""
        let payloads = try await database.listen(on: channel) { notifications in
            for number in 0..<20 {
                try await database.withConnection { try await $0.notify(channel: channel, payload: "\(number)") }
            }
            return try await notifications.prefix(20).reduce(into: []) { $0.append($1.payload) }
        }
        #expect(payloads == (0..<20).map { "\($0)" })

        let latency = try await database.listen(on: channel) { notifications in
            var iterator = notifications.makeAsyncIterator()
            var best = Duration.seconds(1)
            for _ in 0..<20 {
                let start = ContinuousClock.now
                async let sent: Void = database.withConnection { try await $0.notify(channel: channel, payload: "now") }
                _ = try await iterator.next()
                best = min(best, .now - start)
                try await sent
            }
            return best
        }
        #expect(latency < .milliseconds(100))
    }

    @Test func `A lost connection is made again and says that something may be missing`() async throws {
        let database = try await TestDatabase.fresh()
        try await database.listen(on: "runs") { notifications in
            var iterator = notifications.makeAsyncIterator()
            try await database.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'LISTEN%'
                """)
            #expect(try await iterator.next() == Notification(channel: "runs", mayHaveMissed: true))
            try await database.execute("NOTIFY runs, 'again'")
            #expect(try await iterator.next() == Notification(channel: "runs", payload: "again"))
        }
    }

    @Test func `Cancelling the task ends the listening`() async throws {
        let database = try await TestDatabase.fresh()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await database.listen(on: "silence") { notifications in
                start.finish()
                for try await _ in notifications {}
            }
        }
        for await _ in started {}
        task.cancel()
        _ = await task.result
        #expect(
            try await eventually {
                try await database.scalar(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND query LIKE 'LISTEN%'
                    """) == 0
            })
    }
}
