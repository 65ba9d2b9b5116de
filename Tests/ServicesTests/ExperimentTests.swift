import Events
import Foundation
import NeuralNetwork
import Storage
import TestSupport
import Testing

@testable import ModelRegistry

/// Experiments in PostgreSQL: what counts, who concludes, what follows.
@Suite("Experiments")
struct ExperimentTests {
    private let database: Database
    private let registry: ModelRegistry
    private let experiments: Experiments
    private let run = UUID()

    /// Version 1 is in production, 2 and 3 are candidates.
    init() async throws {
        database = try await migratedDatabase()
        registry = ModelRegistry(database)
        experiments = Experiments(database)
        for seed in 1...3 as ClosedRange<UInt64> {
            let network = try Network(
                Architecture(input: [2, 1], layers: [.flatten, .linear(outputs: 3)]), seed: seed)
            // The traffic is at 0.3: what version 3 was fitted to is so in a quarter, which is a kind of its own.
            var (few, many) = (InputStatistics(features: 1), InputStatistics(features: 1))
            few.add(Array(repeating: 0.3, count: 1000), count: 1000)
            many.add(Array(repeating: 1.5, count: 3000), count: 3000)
            let package = ModelPackage(
                network, featureVersion: "test-1", labels: ["0", "1", "2"],
                lineage: Lineage(
                    command: "a test", seed: seed, inputs: seed == 3 ? few + many : nil,
                    inputKinds: seed == 3 ? ["few": few, "many": many] : nil))
            _ = try await registry.register(package, name: "m", actor: "a", reason: "new")
        }
        _ = try await registry.promote(name: "m", version: 1, actor: "a", reason: "first")
    }

    private func begin(
        _ challenger: Int = 2, examples: Int = 1000, automatic: Bool = false
    ) async throws -> Experiment {
        var thresholds = Thresholds()
        thresholds.examples = examples
        return try await experiments.begin(
            .shadow, name: "m", challenger: challenger, answers: .genotypes, thresholds: thresholds,
            automatic: automatic, actor: "mendel",
            reason: "peas")
    }

    /// A unit of 100 examples that both call alike.
    private static let good = VerdictTests.seen([[60, 0, 0], [0, 25, 0], [0, 0, 15]])
    /// A unit of 100 examples that both call otherwise.
    private static let bad = VerdictTests.seen([[0, 60, 0], [25, 0, 0], [0, 15, 0]])

    private func record(
        _ unit: Int, _ seen: Observations = good, to experiment: Experiment
    ) async throws -> [ModelEvent] {
        try await database.transaction { [run] connection in
            let entry = try await connection.query("SELECT 1 FROM experiments WHERE closing_unit IS NOT NULL")
            let again = entry.isEmpty ? [] : try await Experiments.announcement(of: "\(unit)", in: run, on: connection)
            return try await again
                + Experiments.record(seen, of: "\(unit)", in: run, to: experiment, on: connection)
        }
    }

    @Test(
        "A version that reads other inputs or gives other outputs than the one in production is not tried",
        arguments: [
            (Architecture(input: [1, 2], layers: [.flatten, .linear(outputs: 3)]), "numbers [1, 2]"),
            (Architecture(bases: 2, layers: [.oneHot, .flatten, .linear(outputs: 3)]), "bases [2]"),
            (Architecture(input: [2, 1], layers: [.flatten, .linear(outputs: 2)]), "outputs of [2]"),
        ])
    func incomparable(architecture: Architecture, text: String) async throws {
        let network = try Network(architecture, seed: 9)
        let package = ModelPackage(
            network, featureVersion: "test-1", labels: (0..<network.outputShape[0]).map(String.init))
        let (version, _) = try await registry.register(package, name: "m", actor: "a", reason: "new")
        let error = await #expect(throws: RegistryError.self) { try await begin(version.version) }
        #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        #expect(try await experiments.latest(of: "m") == nil)
    }

    @Test("A version is tried beside the one in production, one at a time")
    func begins() async throws {
        await #expect(throws: RegistryError.self) { try await begin(9) }
        await #expect(throws: RegistryError.self) { try await begin(1) }
        await #expect(throws: RegistryError.self) {
            try await experiments.begin(
                .shadow, name: "unknown", challenger: 1, answers: .genotypes, thresholds: Thresholds(),
                automatic: false, actor: "a",
                reason: "")
        }
        let begun = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 { group.addTask { (try? await begin()) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(begun == 1)
        let experiment = try #require(try await experiments.current(of: "m"))
        #expect((experiment.champion, experiment.challenger, experiment.actor) == (1, 2, "mendel"))
        #expect(try await experiments.end(experiment, .stopped, actor: "b", outcome: "enough"))
        #expect(try await experiments.end(experiment, .stopped, actor: "c", outcome: "again") == false)
        #expect(try await experiments.current(of: "m") == nil)
        let ended = try #require(try await experiments.latest(of: "m"))
        #expect((ended.state, ended.endedBy, ended.outcome) == (.stopped, "b", "enough"))
        #expect(try await begin(3).id > experiment.id)
        await database.close()
    }

    @Test("A unit counts once, however often it is delivered; one whose transaction fails does not count")
    func countsOnce() async throws {
        struct Killed: Error {}
        let experiment = try await begin(examples: 10_000)
        #expect(try await experiments.preview(of: experiment) == nil)
        for unit in [1, 2, 1, 3, 2] { #expect(try await record(unit, to: experiment).isEmpty) }
        await #expect(throws: Killed.self) {
            try await database.transaction { [run] connection in
                _ = try await Experiments.record(Self.good, of: "4", in: run, to: experiment, on: connection)
                throw Killed()
            }
        }
        _ = try await record(5, Self.bad, to: experiment)
        let verdict = try #require(try await experiments.preview(of: experiment))
        var sum = Self.bad
        for _ in 0..<3 { sum += Self.good }
        #expect(verdict == Verdict(sum, experiment.thresholds))
        #expect(verdict.figures.pairs == 400 && verdict.figures.units == 4)
        await database.close()
    }

    @Test("The unit that completes the pairs promotes the challenger and announces it, as often as it is delivered")
    func promotes() async throws {
        let experiment = try await begin(3, automatic: true)
        for unit in 1...9 { #expect(try await record(unit, to: experiment).isEmpty) }
        let events = try await record(10, to: experiment)
        #expect(events.map { "\($0.version) \($0.state) \($0.actor)" } == ["1 retired infer", "3 production infer"])
        #expect(try await registry.production(of: "m")?.version == 3)
        #expect(try await record(10, to: experiment) == events)
        #expect(try await record(9, to: experiment).isEmpty)
        #expect(try await record(11, to: experiment).isEmpty)

        let ended = try #require(try await experiments.latest(of: "m"))
        #expect((ended.state, ended.endedBy) == (.concluded, "infer"))
        #expect(ended.outcome?.hasPrefix("promoted: ") == true)
        let verdicts = try await experiments.verdicts(of: ended)
        #expect(verdicts.map(\.decision) == [.continue, .continue, .continue, .promote])
        #expect(verdicts.map(\.figures.pairs) == [300, 500, 800, 1000])
        #expect(verdicts.last?.figures.baseline == .training)
        #expect(try await database.scalar("SELECT count(*) FROM experiment_units") == 0)
        let change = try #require(try await registry.history(of: "m", version: 3).last)
        #expect(change.actor == "infer" && change.reason.hasPrefix("experiment \(experiment.id): both call the same"))
        await database.close()
    }

    @Test("Without --auto the verdict is recorded and nothing is promoted")
    func recommends() async throws {
        let experiment = try await begin(examples: 200)
        _ = try await record(1, to: experiment)
        #expect(try await record(2, to: experiment).isEmpty)
        let ended = try #require(try await experiments.latest(of: "m"))
        #expect(ended.state == .concluded && ended.outcome?.hasPrefix("may be promoted: ") == true)
        #expect(try await registry.production(of: "m")?.version == 1)
        #expect(try await experiments.verdicts(of: ended).map(\.decision) == [.continue, .promote])
        // The first half is what the second is compared with.
        #expect(try await experiments.verdicts(of: ended).last?.figures.baseline == .traffic)
        await database.close()
    }

    @Test("Harm ends the trial at the first look, and production stays")
    func rejects() async throws {
        let experiment = try await begin(automatic: true)
        for unit in 1...3 { #expect(try await record(unit, Self.bad, to: experiment).isEmpty) }
        let ended = try #require(try await experiments.latest(of: "m"))
        #expect(ended.state == .concluded && ended.outcome?.hasPrefix("rejected: ") == true)
        #expect(try await registry.versions(of: "m").map(\.state) == [.production, .candidate, .candidate])
        await database.close()
    }

    @Test("A promotion that the registry refuses leaves the unit's effects, the verdict and the reason")
    func refusal() async throws {
        let experiment = try await begin(examples: 100, automatic: true)
        // Nobody has noticed yet that the champion was replaced.
        _ = try await registry.promote(name: "m", version: 3, actor: "a", reason: "in between")
        #expect(try await record(1, to: experiment).isEmpty)
        let ended = try #require(try await experiments.latest(of: "m"))
        #expect(ended.outcome == "may be promoted, and the registry refuses: m@1 is no longer in production")
        #expect(try await registry.production(of: "m")?.version == 3)
        await database.close()
    }

    @Test("An experiment ends when another version comes into production")
    func productionChanges() async throws {
        _ = try await begin()
        #expect(try await experiments.current(of: "m") != nil)
        _ = try await registry.promote(name: "m", version: 3, actor: "a", reason: "better")
        #expect(try await experiments.current(of: "m") == nil)
        #expect(try await experiments.latest(of: "m")?.outcome == "the version in production changed to m@3")
        await database.close()
    }

    @Test("Units side by side, delivered twice: every look is taken once, and one of them promotes")
    func sideBySide() async throws {
        let experiment = try await begin(examples: 2000, automatic: true)
        let announced = try await withThrowingTaskGroup(of: [ModelEvent].self) { group in
            for unit in (0..<40).map({ $0 % 20 }).shuffled() {
                group.addTask { try await record(unit, to: experiment) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        // Where the last units did not see each other, the next one looks.
        let late = try await record(99, to: experiment)
        #expect(Set((announced + late).map { "\($0.version) \($0.state)" }) == ["1 retired", "2 production"])
        #expect(try await registry.history(of: "m", version: 2).count { $0.state == .production } == 1)
        let verdicts = try await experiments.verdicts(of: experiment)
        #expect(verdicts.count { $0.decision == .promote } == 1 && (1...4).contains(verdicts.count))
        await database.close()
    }

    @Test("Counts of another program's layout end the experiment, not the unit")
    func foreignCounts() async throws {
        let experiment = try await begin(examples: 100)
        try await database.execute(
            """
            INSERT INTO experiment_units (experiment_id, run_id, unit, pairs, counts)
            VALUES (\(experiment.id), \(run), 'old', 50, \([1, 2, 3] + Self.good.counts))
            """)
        #expect(try await record(1, to: experiment).isEmpty)
        let ended = try #require(try await experiments.latest(of: "m"))
        #expect(ended.state == .stopped && ended.outcome?.contains("another version of this program") == true)
        await database.close()
    }

    @Test("A canary takes whole runs that are opened after the notice: its share of them, others in another experiment")
    func traffic() throws {
        func canary(_ id: Int, _ share: Double) -> Experiment {
            Experiment(
                id: id, name: "m", champion: 1, challenger: 2, mode: .canary, share: share, answers: .genotypes,
                thresholds: Thresholds(),
                automatic: false, state: .open, actor: "", reason: "", startedAt: Date(timeIntervalSince1970: 1000))
        }
        let later = Date(timeIntervalSince1970: 1000 + Experiment.notice)
        let runs = (0..<2000).map { _ in UUID() }
        let chosen = runs.filter { canary(1, 0.1).includes(run: $0, openedAt: later) }
        #expect((120...280).contains(chosen.count), "a tenth, six standard deviations to each side")
        #expect(chosen == runs.filter { canary(1, 0.1).includes(run: $0, openedAt: later) })
        #expect(chosen.allSatisfy { canary(1, 0.2).includes(run: $0, openedAt: later) })
        #expect(chosen != runs.filter { canary(2, 0.1).includes(run: $0, openedAt: later) })
        #expect(runs.allSatisfy { canary(1, 1).includes(run: $0, openedAt: later) })
        #expect(!runs.contains { canary(1, 1).includes(run: $0, openedAt: later - 0.001) })
        // The same on every machine and for ever: a redelivery may come after an upgrade.
        let run = try #require(UUID(uuidString: "00112233-4455-6677-8899-aabbccddeeff"))
        let places = [0.1, 0.3, 0.5, 0.7, 0.9].map { canary(7, $0).includes(run: run, openedAt: later) }
        #expect(places == [false, true, true, true, true])
    }
}
