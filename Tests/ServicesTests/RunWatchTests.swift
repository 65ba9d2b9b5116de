import Events
import Foundation
import Messaging
import Storage
import TestSupport
import Testing

@testable import Runs

/// Runs that stand still, and runs that are lost.
@Suite("The watch over open runs", .serialized)
struct RunWatchTests {
    private let suite: SuiteStage
    private let watch: RunWatch

    init() async throws {
        suite = try await SuiteStage()
        watch = RunWatch(suite.context, services: suite.services, stallAfter: .zero)
    }

    /// Looks often enough for every search to end.
    private func look() async throws {
        var searches: [Identifier: LossSearch] = [:]
        for _ in 0..<3 { try await watch.look(&searches) }
    }

    private func record(_ run: UUID, unit: Int) -> OutgoingRecord {
        EventCoding.record(
            [1, 2, 3], type: .reads, contentType: ContentType.bam, topic: Topics.reads,
            key: "\(Identifier(run))/\(unit)",
            id: "\(Identifier(run))/reads/\(unit)", source: Stage.ingest,
            extensions: [EventExtension.run: Identifier(run).description, EventExtension.unit: String(unit)])
    }

    /// A run of three batches, of which these are done.
    private func run(done: [String]) async throws -> UUID {
        let run = try await suite.sealedRun()
        try await suite.database.transaction { connection in
            for unit in done {
                _ = try await Ledger.record(run: run, stage: Stage.align, unit: unit, fed: 0, on: connection)
            }
            _ = try await Ledger.expect(run: run, stage: Stage.align, units: 3, unit: "seal", on: connection)
        }
        return run
    }

    @Test("A run whose request never came is given up, and the topic `runs` is told")
    func requestLost() async throws {
        let run = try await newRun(in: suite.database)
        try await look()
        let (state, failure) = try await suite.state(of: run)
        #expect(state == "failed" && failure?.contains("its request is not in the topic jobs") == true)
        let events = try await suite.events(of: run)
        #expect(events.last?.state == .failed && events.last?.message == failure)
    }

    @Test("A run that is read from a stream is never called lost while it is read")
    func stream() async throws {
        let request = IngestRequest(
            sample: "S", inputs: [.init(format: .fastq, path: "-")], reference: "r.fa", referenceDigest: "0",
            preset: "sr")
        let run = try await newRun(in: suite.database, request: request)
        try await look()
        #expect(try await suite.state(of: run).state == "opened")
        #expect(try await suite.events(of: run).map(\.state) == [.stalled])
    }

    @Test("A run whose unit lies unread is stalled with stage and unit, told once, and goes on when it is read")
    func stalled() async throws {
        let run = try await run(done: ["0", "2"])
        try await suite.send([record(run, unit: 1)])
        try await look()
        try await look()
        #expect(try await suite.state(of: run).state == "sealed")
        let status = try #require(try await RunStatus.load([run], in: suite.database).first)
        #expect(status.word == "stalled" && status.stalledBecause == "align: 1 of 3 units is missing, 1")
        #expect(suite.context.metrics.render().contains("helicase_stalled_runs{stage=\"align\"} 1"))
        let events = try await suite.events(of: run)
        #expect(events.map(\.state) == [.stalled] && events.first?.stage == Stage.align)
        let patient = RunWatch(suite.context, services: suite.services, stallAfter: .seconds(600))
        var searches: [Identifier: LossSearch] = [:]
        try await patient.look(&searches)
        #expect(try await RunStatus.load([run], in: suite.database).first?.word == "sealed")
        #expect(try await suite.events(of: run).map(\.state) == [.stalled, .sealed])
        #expect(suite.context.metrics.render().contains("helicase_stalled_runs{stage=\"align\"} 0"))
    }

    @Test("Lost records fail the run that they belonged to, with their unit, and no other")
    func lost() async throws {
        let (lost, whole) = (try await run(done: ["0", "1"]), try await run(done: ["0", "1"]))
        try await suite.send([record(whole, unit: 2)])
        try await RunFailure.suspectOpenRuns(reason: "records 5 to 7 of topic reads are gone", in: suite.database)
        try await look()
        // What is unread before the mark might be either's.
        #expect(try await suite.state(of: lost).state == "sealed")
        try await suite.run(PassingHandler(), group: Topics.Group.align, topic: Topics.reads) {
            let isRead = try await eventually {
                try await Admin.groupLag(groups: LossSearch.path, suite.broker.configuration)
                    .allSatisfy { max($0.committed ?? 0, $0.low) >= $0.high }
            }
            #expect(isRead)
        }
        try await suite.database.transaction {
            _ = try await Ledger.record(run: whole, stage: Stage.align, unit: "2", fed: 0, on: $0)
        }
        // The other run's next stage has something to do, too.
        try await suite.database.execute(
            "UPDATE run_stages SET progressed_at = now() + interval '1 hour' WHERE run_id = \(whole)")
        try await look()
        let (state, failure) = try await suite.state(of: lost)
        #expect(state == "failed")
        #expect(failure?.hasPrefix("align: 1 of 3 units is missing, 2") == true)
        #expect(failure?.contains("records 5 to 7 of topic reads are gone") == true)
        #expect(try await suite.state(of: whole).state == "sealed")
        #expect(suite.context.metrics.render().contains("helicase_lost_runs_total 1"))
    }
}
