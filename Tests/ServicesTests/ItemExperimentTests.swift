import Delivery
import Events
import Foundation
import Messaging
import ModelRegistry
import NeuralNetwork
import Schemas
import SequenceAnalysis
import Storage
import Tasks
import TestSupport
import Testing
import VariantCalling

@testable import helicase_infer

/// Trials of models of other tasks than calling, and what `infer` scores while no calling network is there.
@Suite("Scoring runs that name a model")
struct ItemExperimentTests {
    private let stage: ToyStage
    private let services: StageServices
    private let follower: ModelFollower
    private let handler: ExamplesHandler

    /// No calling network; of "sites" version 1 is in production, and version 2 says the same.
    init() async throws {
        stage = try await ToyStage()
        services = try await StageServices(
            stage.context, topics: ToyStage.topics, migrations: SchemaFiles.migrations())
        let registry = ModelRegistry(services.database)
        let network = try Network(
            Architecture(bases: 4, layers: [.oneHot, .flatten, .linear(outputs: 2)]), seed: 1)
        for command in ["first", "second"] {
            let package = ModelPackage(
                network, featureVersion: SequenceTask.featureVersion, labels: ["none", "site"],
                lineage: Lineage(command: command, seed: 1))
            _ = try await registry.register(package, name: "sites", actor: "a", reason: "new")
        }
        _ = try await registry.promote(name: "sites", version: 1, actor: "a", reason: "first")
        follower = ModelFollower(
            name: CallingModel.name, task: VariantTask(), context: stage.context, services: services)
        handler = ExamplesHandler(
            services: services, follower: follower, metrics: ScoringMetrics(stage.context.metrics) { _ in nil })
    }

    private func begin(_ mode: Experiment.Mode) async throws {
        let package = try await ModelRegistry(services.database).package("sites", version: 2)
        _ = try await Experiments(services.database).begin(
            mode, name: "sites", challenger: 2, share: mode == .canary ? 1 : 0, answers: Answers(.init(package)),
            thresholds: Thresholds(), automatic: false, actor: "a", reason: "a test")
    }

    private func run(opened: String = "0 seconds", version: Int? = nil) async throws -> UUID {
        let run = try await newRun(
            in: services.database,
            request: IngestRequest(
                sample: "S", inputs: [], reference: "", referenceDigest: "", preset: "",
                task: TaskRequest(name: "sequence", model: "sites", version: version)))
        try await services.database.execute(
            "UPDATE runs SET opened_at = opened_at + (\(opened)::text)::interval WHERE run_id = \(run)")
        return run
    }

    /// Three records, one of which is no sequence of the model's length.
    private func deliver(_ run: UUID) async throws -> ScoreBatch {
        let task = SequenceTask()
        let batch = ItemBatch(
            columns: ["sequence"],
            items: ["ACGT", "ACGTA", "GGGG"].enumerated().map {
                Item(record: $0, name: "r\($0)", fields: [Array($1.utf8)])
            })
        let id = Identifier(run)
        let sent = try EventCoding.record(
            task.examples(of: batch).encode(), type: .examples, contentType: ContentType.safetensors,
            topic: Topics.examples, key: "\(id)/0", id: "\(id)/0/0", source: Stage.encode,
            extensions: [
                EventExtension.run: id.description, EventExtension.unit: "0/0", EventExtension.task: task.name,
            ])
        let effects = try await handler.handle(
            IncomingRecord(
                topic: sent.topic, partition: 0, offset: 0, key: sent.key, value: sent.value, headers: sent.headers))
        _ = try await services.database.transaction { try await effects.rows(on: $0) }
        return try EventCoding.decode(ScoreBatch.self, from: try #require(effects.outputs.first?.value))
    }

    private var pairs: Int {
        get async throws {
            try await services.database.scalar("SELECT coalesce(sum(pairs), 0)::bigint FROM experiment_units")
        }
    }

    @Test("Runs that name a model are scored while no calling network is there")
    func withoutCalling() async throws {
        let batch = try await deliver(run())
        #expect(batch.model?.name == "sites" && batch.model?.version == 1)
        #expect(batch.rows.map(\.scores.count) == [2, 0, 2])
        #expect(batch.rows[1].problem?.contains("5") == true)
        #expect(follower.current == nil)
        await services.database.close()
    }

    @Test("A shadow of a model of sequences is compared on what can be scored, and its verdict is of its classes")
    func shadow() async throws {
        try await begin(.shadow)
        #expect(try await deliver(run()).model?.version == 1)
        #expect(try await pairs == 2)
        let experiments = Experiments(services.database)
        let experiment = try #require(try await experiments.current(of: "sites"))
        #expect(experiment.answers.names == ["none", "site"])
        let verdict = try #require(try await experiments.preview(of: experiment))
        #expect(verdict.figures.agreement == 1 && verdict.figures.table.joined().reduce(0, +) == 2)
        #expect(verdict.figures.table.count == 2)
        await services.database.close()
    }

    @Test("A canary scores whole runs that name the model and no version of it")
    func canary() async throws {
        try await begin(.canary)
        #expect(try await deliver(run()).model?.version == 1)
        #expect(try await deliver(run(opened: "6 seconds")).model?.version == 2)
        #expect(try await deliver(run(opened: "6 seconds", version: 1)).model?.version == 1)
        #expect(try await pairs == 4, "a run that is opened before the notice is not compared")
        await services.database.close()
    }
}
