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
