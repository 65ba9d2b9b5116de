import Delivery
import Events
import Foundation
import Genomics
import Messaging
import Storage
import TestSupport
import Testing

@testable import Runs
@testable import helicase_align
@testable import helicase_report

/// Takes every record and does nothing.
struct PassingHandler: RecordHandler {
    func handle(_ record: IncomingRecord) async throws -> Effects { Effects() }

    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects { Effects() }
}

/// What the stages of a run make of records that cannot be used, and of reports that cannot be made.
@Suite("Rejected units and their runs", .serialized)
struct RejectionTests {
    private let suite: SuiteStage

    init() async throws { suite = try await SuiteStage() }

    private func expectFinished(_ group: String, _ topic: String) async throws {
        let isFinished = try await eventually {
            try await Admin.groupLag(groups: [(group: group, topic: topic)], suite.broker.configuration)
                .allSatisfy { $0.committed ?? 0 >= $0.high }
        }
        #expect(isFinished, "records are left in \(topic)")
    }

    private func reads(
        _ run: UUID, _ type: EventType, unit: String?, value: [UInt8] = [1, 2, 3], key: String? = nil
    ) -> OutgoingRecord {
        let id = Identifier(run).description
        var extensions = [EventExtension.run: id]
        extensions[EventExtension.unit] = unit
        return EventCoding.record(
            value, type: type, contentType: ContentType.bam, topic: Topics.reads, key: key ?? "\(id)/0", id: "\(id)/x",
            source: Stage.ingest, extensions: extensions)
    }

    @Test("A seal that cannot be read, a unit without a name, and a record without headers end their runs with a word")
    func uncountable() async throws {
        let runs = [try await suite.sealedRun(), try await suite.sealedRun(), try await suite.sealedRun()]
        let whole = try await suite.sealedRun()
        var bare = reads(runs[2], .reads, unit: "0")
        bare.headers = []
        try await suite.send([
            reads(runs[0], .readsSealed, unit: nil), reads(runs[1], .reads, unit: nil), bare,
            reads(whole, .reads, unit: "0"),
        ])
        try await suite.run(
            ReadsHandler(services: suite.services, logger: suite.context.logger), group: Topics.Group.align,
            topic: Topics.reads
        ) { try await expectFinished(Topics.Group.align, Topics.reads) }
        for run in runs {
            let (state, failure) = try await suite.state(of: run)
            #expect(state == "failed" && failure?.hasPrefix("align: ") == true, "\(failure ?? "")")
            #expect(try await suite.events(of: run).map(\.state) == [.failed])
        }
        // A batch that cannot be read, but can be counted, leaves its run open and is named.
        #expect(try await suite.state(of: whole).state == "sealed")
        let problem: String = try await suite.database.scalar(
            "SELECT problem FROM ledger WHERE run_id = \(whole) AND stage = 'align' AND unit = '0'")
        #expect(!problem.isEmpty)
        #expect(try await suite.records(Topics.deadLetters).count == 4)
    }

    /// The unit that closes a run, and the stage that takes it.
    private func close(_ run: UUID, while body: () async throws -> Void) async throws {
        try await suite.database.transaction { connection in
            _ = try await Ledger.expect(run: run, stage: Stage.report, units: 1, unit: Stage.infer, on: connection)
        }
        let id = Identifier(run)
        try await suite.send([
            try EventCoding.record(
                PredictionBatch(run: id, unit: "0.0/0", model: nil, scored: []), topic: Topics.predictions,
                key: "\(id)/0.0", id: "\(id)/predictions/0.0/0", source: Stage.infer,
                extensions: [EventExtension.run: id.description, EventExtension.unit: "0.0/0"])
        ])
        try await suite.run(
            PredictionsHandler(services: suite.services), group: Topics.Group.report, topic: Topics.predictions,
            while: body)
    }

    private func raise(_ code: String, on table: String) async throws {
        try await suite.database.execute(
            """
            CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'trouble with the report' USING ERRCODE = TG_ARGV[0]; END $$
            """)
        let create: String =
            "CREATE TRIGGER trouble BEFORE INSERT ON \(table) FOR EACH ROW EXECUTE FUNCTION trouble('\(code)')"
        try await suite.database.execute(Statement(create))
    }

    @Test(
        "A report that cannot be written for now is waited for, and comes whole",
        arguments: ["53100", "25006", "57014"])
    func reportWaits(_ code: String) async throws {
        let run = try await suite.sealedRun()
        try await raise(code, on: "reports")
        try await close(run) {
            let waits = await eventually {
                suite.context.metrics.render().contains(/helicase_batch_retries_total [1-9]/)
            }
            #expect(waits)
            #expect(try await suite.state(of: run).state == "sealed")
            try await suite.database.execute("DROP TRIGGER trouble ON reports")
            try await expectFinished(Topics.Group.report, Topics.predictions)
        }
        #expect(try await suite.state(of: run).state == "completed")
        #expect(try await suite.records(Topics.reports).count == 1)
        #expect(try await suite.records(Topics.deadLetters).isEmpty)
    }

    @Test("A report that can never be made fails its run with the reason; there is no report without the calls")
    func reportFails() async throws {
        let run = try await suite.sealedRun()
        try await raise("22P05", on: "reports")
        try await close(run) { try await expectFinished(Topics.Group.report, Topics.predictions) }
        let (state, failure) = try await suite.state(of: run)
        #expect(state == "failed" && failure?.contains("the report cannot be made") == true, "\(failure ?? "")")
        #expect(try await suite.records(Topics.reports).isEmpty)
        #expect(try await suite.events(of: run).map(\.state) == [.failed])
    }

    @Test("A unit that comes again must feed what was counted; one that was rejected feeds nothing")
    func changedUnits() async throws {
        let run = try await suite.sealedRun()
        try await suite.database.transaction { (connection: Connection) async throws -> Void in
            func record(_ outputs: [String], problem: String? = nil) async throws -> Ledger.Entry {
                try await Ledger.record(
                    run: run, stage: Stage.encode, unit: "0.0", fed: outputs.count, outputs: outputs, problem: problem,
                    on: connection)
            }
            #expect(try await record(["0.0/0", "0.0/1"]).isNew)
            #expect(try await !record(["0.0/0", "0.0/1"]).isNew)
            await #expect(throws: AbandonedUnit.self) { _ = try await record(["0.0/0"]) }
            await #expect(throws: AbandonedUnit.self) { _ = try await record([], problem: "damaged") }
            let rejected = try await Ledger.record(
                run: run, stage: Stage.encode, unit: "0.1", fed: 0, problem: "damaged", on: connection)
            let again = try await Ledger.record(
                run: run, stage: Stage.encode, unit: "0.1", fed: 2, outputs: ["a", "b"], on: connection)
            #expect(!rejected.wasRejected && again.wasRejected && !again.isNew)
        }
    }
}
