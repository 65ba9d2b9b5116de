import Delivery
import Events
import Foundation
import Genomics
import Hashing
import Messaging
import Runs
import Schemas
import Storage
import TestSupport
import Testing
import VariantCalling

@testable import ModelRegistry
@testable import helicase_infer

/// What `infer` makes of a record while a version is tried.
@Suite("Scoring with two versions")
struct ExamplesHandlerTests {
    private let stage: ToyStage
    private let services: StageServices
    private let follower: ModelFollower
    private let handler: ExamplesHandler
    private let model = CallingModel.name

    /// Version 1 is in production; version 2 has its weights.
    init() async throws {
        stage = try await ToyStage()
        services = try await StageServices(
            stage.context, topics: ToyStage.topics, migrations: SchemaFiles.migrations())
        let registry = ModelRegistry(services.database)
        var package = try CallingModel.bundledPackage()
        _ = try await registry.register(package, name: model, actor: "a", reason: "new")
        package.lineage.command = "a twin"
        // Random pileups are nothing like the training data: without its statistics they are only compared with each other.
        package.lineage.inputs = nil
        _ = try await registry.register(package, name: model, actor: "a", reason: "new")
        _ = try await registry.promote(name: model, version: 1, actor: "a", reason: "first")
        follower = ModelFollower(name: model, task: VariantTask(), context: stage.context, services: services)
        handler = ExamplesHandler(
            services: services, follower: follower, metrics: ScoringMetrics(stage.context.metrics) { _ in nil })
    }

    private func begin(_ mode: Experiment.Mode, examples: Int = 1000) async throws {
        var thresholds = Thresholds()
        thresholds.examples = examples
        // Five examples show little.
        thresholds.agreement = 0.5
        _ = try await Experiments(services.database).begin(
            mode, name: model, challenger: 2, share: mode == .canary ? 1 : 0, answers: .genotypes,
            thresholds: thresholds, automatic: true, actor: "a", reason: "a test")
        try await follower.loadFirst()
    }

    /// Five candidates with pileups of random numbers.
    private func record(_ run: UUID, unit: String) throws -> IncomingRecord {
        var random = SplitMix64(seed: 1)
        let candidates = (0..<5).map { Candidate(contig: "1", position: 100 + $0, reference: "A", alternate: "C") }
        let batch = ExampleBatch(
            candidates: candidates,
            features: (0..<5 * CandidateEncoder.valuesPerCandidate).map { _ in Float(random.next() >> 40) * 0x1p-24 })
        let run = Identifier(run)
        let sent = try EventCoding.record(
            batch.encode(), type: .examples, contentType: ContentType.safetensors, topic: Topics.examples,
            key: "\(run)/0", id: "\(run)/\(unit)", source: Stage.encode,
            extensions: [EventExtension.run: run.description, EventExtension.unit: unit])
        return IncomingRecord(
            topic: sent.topic, partition: 0, offset: 0, key: sent.key, value: sent.value, headers: sent.headers)
    }

    /// Handles a record as the loop does, and returns its predictions and what follows from its rows.
    private func deliver(_ record: IncomingRecord) async throws -> (ScoreBatch?, [ModelEvent]) {
        let effects = try await handler.handle(record)
        let following = try await services.database.transaction { try await effects.rows(on: $0) }
        let violations = try EventSchema.violations(in: effects.outputs + following)
        #expect(violations.isEmpty, "\(violations)")
        return (
            try effects.outputs.first.map { try EventCoding.decode(ScoreBatch.self, from: $0.value ?? []) },
            try following.map { try EventCoding.decode(ModelEvent.self, from: $0.value ?? []) }
        )
    }

    private var pairs: Int {
        get async throws { try await services.database.scalar("SELECT sum(pairs)::bigint FROM experiment_units") }
    }

    @Test("Without a version that can score, /ready and the runs that wait say why, until one is there")
    func withoutModel() async throws {
        let registry = ModelRegistry(services.database)
        var foreign = try CallingModel.bundledPackage()
        foreign.featureVersion = "pileup-0"
        _ = try await registry.register(foreign, name: "foreign", actor: "a", reason: "new")
        _ = try await registry.promote(name: "foreign", version: 1, actor: "a", reason: "by mistake")
        _ = try await newRun(in: services.database)
        let follower = ModelFollower(name: "foreign", task: VariantTask(), context: stage.context, services: services)
        let loading = Task { try await follower.loadFirst() }
        defer { loading.cancel() }
        func waiting() async throws -> String? {
            try await services.database.scalar("SELECT waiting_for FROM runs", as: String?.self)
        }
        let isSaid = try await eventually { try await waiting() != nil }
        #expect(isSaid)
        #expect(try await waiting()?.hasPrefix("foreign@1 is in production and cannot score: the model reads") == true)
        #expect(try await waiting()?.hasSuffix("`helicase models rollback foreign`") == true)
        #expect(!stage.context.health.isReady)

        foreign.featureVersion = PileupEncoder.featureVersion
        _ = try await registry.register(foreign, name: "foreign", actor: "a", reason: "the right one")
        _ = try await registry.promote(name: "foreign", version: 2, actor: "a", reason: "back")
        try await loading.value
        #expect(follower.current?.reference.version == 2)
        #expect(try await waiting() == nil)
        await services.database.close()
    }

    @Test("A shadow leaves the predictions as they are and compares each example once")
    func shadow() async throws {
        try await follower.loadFirst()
        let run = try await newRun(in: services.database)
        let (alone, _) = try await deliver(record(run, unit: "0/0"))
        #expect(alone?.model?.version == 1 && alone?.rows.count == 5)
        // Who hears of nothing loads what there is when it starts.
        let other = ModelFollower(name: model, task: VariantTask(), context: stage.context, services: services)
        try await begin(.shadow)
        try await other.loadFirst()
        let shadowed = ExamplesHandler(
            services: services, follower: other, metrics: ScoringMetrics(stage.context.metrics) { _ in nil })
        for _ in 0..<2 {
            let effects = try await shadowed.handle(record(run, unit: "0/0"))
            #expect(try effects.outputs.first?.value == alone.map { try EventCoding.encode($0) })
            _ = try await services.database.transaction { try await effects.rows(on: $0) }
        }
        #expect(try await pairs == 5)
        await services.database.close()
    }

    @Test("A canary scores the runs that are opened after its notice, and no part of the others")
    func canary() async throws {
        try await begin(.canary)
        let before = try await newRun(in: services.database)
        let after = try await newRun(in: services.database)
        try await services.database.execute(
            "UPDATE runs SET opened_at = opened_at + interval '6 seconds' WHERE run_id = \(after)")
        for unit in ["0/0", "1/0"] {
            #expect(try await deliver(record(before, unit: unit)).0?.model?.version == 1)
            #expect(try await deliver(record(after, unit: unit)).0?.model?.version == 2)
        }
        #expect(try await pairs == 10)
        await services.database.close()
    }

    @Test("A run keeps the version of its first unit when another is promoted; the next run has the new one")
    func keptVersion() async throws {
        try await follower.loadFirst()
        let run = try await newRun(in: services.database)
        #expect(try await deliver(record(run, unit: "0/0")).0?.model?.version == 1)
        _ = try await ModelRegistry(services.database).promote(name: model, version: 2, actor: "a", reason: "better")
        let other = ModelFollower(name: model, task: VariantTask(), context: stage.context, services: services)
        try await other.loadFirst()
        #expect(other.current?.reference.version == 2)
        let restarted = ExamplesHandler(services: services, follower: other, metrics: handler.metrics)
        for (run, version) in [(run, 1), (try await newRun(in: services.database), 2)] {
            let output = try #require(try await restarted.handle(record(run, unit: "1/0")).outputs.first)
            #expect(try EventCoding.decode(ScoreBatch.self, from: output.value ?? []).model?.version == version)
        }
        await services.database.close()
    }

    @Test(
        "A run lets go of a version that cannot score as long as none of its units was scored by it, and has one at a time"
    )
    func letGo() async throws {
        try await follower.loadFirst()
        let run = try await newRun(in: services.database)
        let (id, task) = (Identifier(run), VariantTask())
        let models = RunModels(database: services.database, follower: follower)
        let open = try #require(try await RunLookup(services.database).find(id))
        let version = try await models.model(of: id, open, task: task).reference
        // Two units of one batch.
        for _ in 0..<2 { try await models.letGo(of: version, id, task: task.name, reason: "r") }
        #expect(try await services.database.scalar("SELECT count(*) FROM run_models") == 0)
        _ = try await deliver(record(run, unit: "0/0"))
        await #expect(throws: AbandonedUnit.self) {
            try await models.letGo(of: version, id, task: task.name, reason: "r")
        }
        var other = version
        other.version = 2
        let second = other
        await #expect(throws: LocalStateLost.self) {
            try await services.database.transaction {
                try await models.confirm(second, of: id, task: task.name, on: $0)
            }
        }
        await services.database.close()
    }

    @Test("A promotion is announced also when the process was killed before and the run is over since")
    func lateAnnouncement() async throws {
        try await begin(.shadow, examples: 5)
        let run = try await newRun(in: services.database)
        let (_, first) = try await deliver(record(run, unit: "0/0"))
        #expect(first.map(\.state) == [.retired, .production])
        #expect(try await deliver(record(run, unit: "0/0")).1 == first)
        try await services.database.execute("UPDATE runs SET state = 'completed' WHERE run_id = \(run)")
        // Another process, which has not seen the run while it was open.
        let restarted = ExamplesHandler(services: services, follower: follower, metrics: handler.metrics)
        let effects = try await restarted.handle(record(run, unit: "0/0"))
        #expect(effects.outputs.isEmpty)
        let late = try await services.database.transaction { try await effects.rows(on: $0) }
        #expect(try late.map { try EventCoding.decode(ModelEvent.self, from: $0.value ?? []) } == first)
        await services.database.close()
    }
}
