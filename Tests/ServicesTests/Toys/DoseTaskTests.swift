import Delivery
import Events
import Foundation
import Messaging
import NeuralNetwork
import Observability
import Runs
import Storage
import TaskCatalog
import Tasks
import TestSupport
import Testing

@testable import ModelRegistry
@testable import helicase_encode
@testable import helicase_infer
@testable import helicase_ingest
@testable import helicase_report

/// Adding a task is adding one folder and one line.
@Suite("A task that is added")
struct DoseTaskTests {
    /// The line.
    private static let catalog = TaskCatalog(TaskCatalog.suite.all + [DoseTask()])

    /// A network that was fitted to three times the dose and one more.
    private func package() throws -> ModelPackage {
        let network = try Network(Architecture(input: [1], layers: [.linear(outputs: 1)]), seed: 1)
        var options = TrainingOptions()
        (options.loss, options.epochs, options.batchSize) = (.meanSquaredError, 200, 8)
        (options.shardSize, options.learningRate) = (8, 0.05)
        let doses = (0..<64).map { Float($0) / 32 - 1 }
        _ = try Trainer(network, options: options).fit(
            InMemoryExamples(inputs: doses, targets: doses.map { 3 * $0 + 1 }, count: doses.count))
        var package = ModelPackage(network, featureVersion: DoseTask.featureVersion, labels: ["response"])
        package.lineage.options = options
        return package
    }

    @Test("A toy task streams through all stages, and leaves the table that its model says")
    func streams() async throws {
        let suite = try await SuiteStage()
        let path = FileManager.default.temporaryDirectory.appending(path: "doses-\(UUID()).csv").path
        let rows = (0..<500).map { $0 == 7 ? "r7,much" : $0 == 9 ? "r9" : "r\($0),\(Float($0) / 250 - 1)" }
        try ("id,mg\n" + rows.joined(separator: "\r\n")).write(toFile: path, atomically: true, encoding: .utf8)
        let package = try package()
        let registry = ModelRegistry(suite.database)
        _ = try await registry.register(package, name: "response", actor: "a", reason: "new")
        let request = IngestRequest(
            sample: "S", inputs: [.init(format: .items, path: path)], reference: "", referenceDigest: "", preset: "",
            task: TaskRequest(name: "dose", model: "response", version: 1, options: ["column": "mg"]))
        let run = Identifier()
        try await stages(suite) {
            let producer = try await Producer(suite.broker.configuration, topics: suite.services.topics)
            try await Ingestor(
                run: run, request: request, sender: BatchSender(producer: producer, database: suite.database),
                context: suite.context, services: suite.services, batchBytes: 1000, traceparent: nil,
                catalog: Self.catalog
            ).run()
            await producer.close()
            let isOver = try await eventually { try await suite.state(of: run.uuid).state == "completed" }
            let state = try await suite.state(of: run.uuid)
            #expect(isOver, "\(state)")
        }
        let published = try #require(try await suite.records(Topics.reports).first)
        let report = try EventCoding.decode(TaskReport.self, from: published.value ?? [])
        #expect(report.task == "dose" && report.records == 500 && report.scored == 498 && report.problemCount == 2)
        #expect(published.header("ce_task") == "dose")

        let folder = FileManager.default.temporaryDirectory.appending(path: "doses-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await Artifacts.fetch("S.tsv", run: run, to: "\(folder)/S.tsv", from: suite.database)
        let lines = try String(contentsOfFile: "\(folder)/S.tsv", encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "\t").map(String.init) }
        #expect(lines.count == 501 && lines[0] == ["record", "prediction", "name"])
        #expect(lines[8] == ["7", "NA", "r7"] && lines[10] == ["9", "NA", "r9"])
        for record in [0, 250, 499] {
            let said = try #require(Float(lines[record + 1][1]))
            #expect(abs(said - (3 * (Float(record) / 250 - 1) + 1)) < 0.05)
        }
    }

    /// Doses in batches of a few records, and a model of theirs.
    private func doses(_ suite: SuiteStage) async throws -> IngestRequest {
        let path = FileManager.default.temporaryDirectory.appending(path: "doses-\(UUID()).csv").path
        try ("id,mg\n" + (0..<100).map { "r\($0),0.5" }.joined(separator: "\n")).write(
            toFile: path, atomically: true, encoding: .utf8)
        _ = try await ModelRegistry(suite.database).register(package(), name: "response", actor: "a", reason: "new")
        return IngestRequest(
            sample: "S", inputs: [.init(format: .items, path: path)], reference: "", referenceDigest: "", preset: "",
            task: TaskRequest(name: "dose", model: "response", version: 1, options: ["column": "mg"]))
    }

    @Test("A run ends though every batch that was sent was scored before its reader knew how many there are")
    func late() async throws {
        let suite = try await SuiteStage()
        let (request, run) = (try await doses(suite), Identifier())
        try await stages(suite) {
            let producer = try await Producer(suite.broker.configuration, topics: suite.services.topics)
            let database = suite.database
            var ingestor = Ingestor(
                run: run, request: request, sender: BatchSender(producer: producer, database: database),
                context: suite.context, services: suite.services, batchBytes: 200, traceparent: nil,
                catalog: Self.catalog)
            // As if the reader had been killed there and was away until the others had done all they could.
            ingestor.confirmEnd = {
                let isIdle = try await eventually {
                    let sent: Int = try await database.scalar(
                        "SELECT batches_sent FROM runs WHERE run_id = \(run.uuid)")
                    let done: Int = try await database.scalar(
                        "SELECT count(*) FROM ledger WHERE run_id = \(run.uuid) AND stage = 'report'")
                    // The first record says that the run is opened.
                    return sent > 3 && done == sent - 1
                }
                #expect(isIdle)
            }
            try await ingestor.run()
            await producer.close()
            let isOver = try await eventually { try await suite.state(of: run.uuid).state == "completed" }
            let state = try await suite.state(of: run.uuid)
            #expect(isOver, "\(state)")
        }
    }

    @Test("A run ends though its last batch cannot be read and all others were scored before")
    func lastRejected() async throws {
        let suite = try await SuiteStage()
        let run = try await newRun(in: suite.database, request: doses(suite))
        func batch(_ unit: Int, _ value: [UInt8]) -> OutgoingRecord {
            EventCoding.record(
                value, type: .items, contentType: ContentType.table, topic: Topics.items, key: "\(run)/\(unit)",
                id: "\(Identifier(run))/items/\(unit)", source: Stage.ingest,
                extensions: [
                    EventExtension.run: Identifier(run).description, EventExtension.unit: String(unit),
                    EventExtension.task: "dose", EventExtension.records: "1",
                ])
        }
        try await suite.database.transaction {
            try await $0.execute(
                """
                UPDATE runs SET state = 'sealed', sealed_at = now(), batches_sent = 2,
                    counts = '{"reads": 2, "bases": 0, "batches": 2, "problems": 0}' WHERE run_id = \(run)
                """)
            _ = try await Ledger.expect(run: run, stage: Stage.encode, units: 2, unit: Stage.ingest, on: $0)
        }
        let item = Item(record: 0, name: "r0", fields: [Array("0.5".utf8)])
        try await stages(suite) {
            try await suite.send([batch(0, ItemBatch(columns: ["dose"], items: [item]).encode())])
            let isScored = try await eventually {
                try await suite.database.scalar(
                    "SELECT count(*) FROM ledger WHERE run_id = \(run) AND stage = 'report'", as: Int.self) == 1
            }
            #expect(isScored)
            try await suite.send([batch(1, Array("no table".utf8))])
            let isOver = try await eventually { try await suite.state(of: run).state == "completed" }
            let state = try await suite.state(of: run)
            #expect(isOver, "\(state)")
        }
        let published = try #require(try await suite.records(Topics.reports).first)
        let report = try EventCoding.decode(TaskReport.self, from: published.value ?? [])
        #expect(report.status == .incomplete && report.scored == 1 && report.records == 2)
    }

    @Test("A process that does not know the task fails the run and says which tasks there are")
    func unknown() async throws {
        let suite = try await SuiteStage()
        let request = IngestRequest(
            sample: "S", inputs: [.init(format: .items, path: "/none.csv")], reference: "", referenceDigest: "",
            preset: "", task: TaskRequest(name: "dose", model: "response"))
        let run = Identifier()
        let producer = try await Producer(suite.broker.configuration, topics: suite.services.topics)
        try await Ingestor(
            run: run, request: request, sender: BatchSender(producer: producer, database: suite.database),
            context: suite.context, services: suite.services, batchBytes: 1000, traceparent: nil
        ).run()
        await producer.close()
        let state = try await suite.state(of: run.uuid)
        #expect(state.state == "failed" && state.failure?.contains("no task \"dose\"") == true, "\(state)")
    }

    /// The handlers of all stages behind `ingest`, at work while `body` runs.
    private func stages(_ suite: SuiteStage, while body: () async throws -> Void) async throws {
        let follower = ModelFollower(
            name: "none", task: TaskCatalog.unnamed, context: suite.context, services: suite.services)
        let encode = ItemsHandler(services: suite.services, catalog: Self.catalog)
        let infer = ExamplesHandler(
            services: suite.services, follower: follower, metrics: ScoringMetrics(suite.context.metrics) { _ in nil },
            catalog: Self.catalog)
        let report = PredictionsHandler(services: suite.services, catalog: Self.catalog)
        try await suite.run(report, group: Topics.Group.report, topic: Topics.predictions) {
            try await suite.run(infer, group: Topics.Group.infer, topic: Topics.examples) {
                try await suite.run(encode, group: Topics.Group.encode, topic: Topics.items, while: body)
            }
        }
    }
}
