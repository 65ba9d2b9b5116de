import Events
import Foundation
import Storage
import TestSupport
import Testing

@testable import ModelRegistry

/// Leases, and what the holder of one may write.
@Suite("Leases on training jobs")
struct JobTableTests {
    private let table: JobTable

    init() async throws { table = JobTable(try await migratedDatabase()) }

    private func enqueue(shards: Int = 0) async throws -> Identifier {
        let job = Identifier()
        let request = TrainingRequest(
            task: "network", dataset: job.description, shards: shards, seed: 1, epochs: 1, dataDigests: [:],
            command: "a test")
        let document = try JSON(encoding: request)
        try await table.database.execute(
            "INSERT INTO jobs (job_id, kind, state, request) VALUES (\(job.uuid), 'train', 'queued', \(document))")
        return job
    }

    private func claim(_ leader: String, _ duration: Duration = .seconds(60)) async throws -> Lease? {
        try await table.claim(by: leader, for: duration, except: [])?.running.lease
    }

    @Test("One process leads a job; another may when the lease has run out, and the first one itself after a restart")
    func leases() async throws {
        let job = try await enqueue()
        #expect(try await claim("a") == Lease(job: job, term: 1))
        #expect(try await claim("b") == nil)
        #expect(try await table.led(byOthersThan: "b", except: []).map(\.lease.job) == [job])
        #expect(try await table.led(byOthersThan: "a", except: []).isEmpty)
        let again = try #require(try await claim("a", .zero))
        #expect(again.term == 2)
        #expect(try await table.isLeaderWanted(except: []))
        #expect(try await claim("b")?.term == 3)
        #expect(try await !table.renew(again, for: .seconds(60)))
    }

    @Test("A request that nobody can read fails its job, and the jobs behind it go on")
    func unreadable() async throws {
        let broken = try await enqueue()
        try await table.database.execute(
            """
            UPDATE jobs SET request = request || '{"epochs": "many"}', created_at = created_at - interval '1 hour'
            WHERE job_id = \(broken.uuid)
            """)
        let next = try await enqueue()
        #expect(try await claim("a") == nil)
        #expect(try await claim("a")?.job == next)
        let ended = try #require(try await table.unannounced(by: "a").first)
        #expect(ended.job == broken && ended.state == .failed)
        #expect(
            try ended.outcome?.decode([String: String].self)["message"]?.contains("cannot read the request") == true)
    }

    @Test("What a leader writes after its term is refused")
    func fencing() async throws {
        _ = try await enqueue()
        let old = try #require(try await claim("a", .zero))
        let new = try #require(try await claim("b"))
        await #expect(throws: LeadershipLost.self) { try await table.save([1], step: 1, of: old) }
        try await table.save([UInt8](repeating: 7, count: 9 << 20), step: 5, of: new)
        #expect(try await table.checkpoint(of: new.job) == [UInt8](repeating: 7, count: 9 << 20))
        try await table.save([1, 2], step: 6, of: new)
        #expect(try await table.checkpoint(of: new.job) == [1, 2])
        try await table.fail(old, reason: "late")
        #expect(try await table.isCurrent(new))
        try await table.fail(new, reason: "over")
        #expect(try await table.checkpoint(of: new.job) == nil)
        #expect(try await !table.isOpen(new))
    }

    @Test("A job whose data set lacks a shard has no leader")
    func incomplete() async throws {
        let job = try await enqueue(shards: 2)
        for shard in [0, 7] {
            try await table.database.execute(
                "INSERT INTO dataset_shards VALUES (\(job.description), \(shard), 1, 0, \(shard))")
        }
        #expect(try await claim("a") == nil)
        try await table.database.execute("INSERT INTO dataset_shards VALUES (\(job.description), 1, 1, 0, 1)")
        #expect(try await claim("a")?.job == job)
    }

    @Test("Leaders that are lost are counted until there is a checkpoint")
    func attempts() async throws {
        _ = try await enqueue()
        for attempt in 1...3 { #expect(try await table.claim(by: "a", for: .zero, except: [])?.attempts == attempt) }
        let lease = try #require(try await claim("a"))
        try await table.save([1], step: 1, of: lease)
        #expect(try await table.claim(by: "a", for: .zero, except: [])?.attempts == 1)
    }

    @Test("The curve behind the checkpoint is drawn again")
    func rewinding() async throws {
        let job = try await enqueue()
        let lease = try #require(try await claim("a"))
        for step in [1, 2, 3] {
            try await table.note(
                JobProgress(
                    epoch: 1, step: step, steps: 9, loss: 1, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 1,
                    members: 1), of: lease)
        }
        try await table.rewind(lease, to: 2)
        let steps = try await table.database.query(
            "SELECT step FROM job_progress WHERE job_id = \(job.uuid) ORDER BY 1")
        #expect(try steps.map { try $0.decode("step", as: Int.self) } == [1, 2])
    }
}
