import Events
import ModelRegistry
import NeuralNetwork
import Storage
import TestSupport
import Testing

/// The versions of a model and the one in production.
@Suite("The model registry")
struct ModelRegistryTests {
    private static func package(seed: UInt64) throws -> ModelPackage {
        let architecture = Architecture(input: [2, 2], layers: [.flatten, .linear(outputs: 2)])
        return ModelPackage(
            try Network(architecture, seed: seed), featureVersion: "test-1", labels: ["no", "yes"],
            lineage: Lineage(command: "a test", seed: seed))
    }

    @Test("A package is registered once: the second time it keeps its version")
    func registersOnce() async throws {
        let database = try await migratedDatabase()
        let registry = ModelRegistry(database)
        let first = try await registry.register(Self.package(seed: 1), name: "m", actor: "a", reason: "new")
        let again = try await registry.register(Self.package(seed: 1), name: "m", actor: "b", reason: "again")
        let other = try await registry.register(Self.package(seed: 2), name: "m", actor: "a", reason: "new")
        #expect(first.version == again.version)
        #expect((first.version.version, other.version.version) == (1, 2))
        #expect(try await registry.versions(of: "m").map(\.state) == [.candidate, .candidate])
        #expect(try await registry.history(of: "m", version: 1).map(\.actor) == ["a"])
        #expect(try await registry.package("m", version: 1) == Self.package(seed: 1))
        await database.close()
    }

    @Test("Registered side by side, packages get versions without gaps")
    func concurrentRegistration() async throws {
        let database = try await migratedDatabase()
        let registry = ModelRegistry(database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<12 {
                group.addTask {
                    _ = try await registry.register(
                        Self.package(seed: UInt64(seed / 2)), name: "m", actor: "a", reason: "new")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await registry.versions(of: "m").map(\.version) == Array(1...6))
        await database.close()
    }

    @Test("Promotion retires the version before; rollback finds it again, and the history tells it all")
    func promotion() async throws {
        let database = try await migratedDatabase()
        let registry = ModelRegistry(database)
        for seed in 1...3 as ClosedRange<UInt64> {
            _ = try await registry.register(Self.package(seed: seed), name: "m", actor: "a", reason: "new")
        }
        #expect(try await registry.production(of: "m") == nil)
        #expect(try await registry.predecessor(of: "m") == nil)
        #expect(
            try await registry.promote(name: "m", version: 1, actor: "a", reason: "good").map(\.state) == [.production])
        #expect(
            try await registry.promote(name: "m", version: 3, actor: "b", reason: "better")
                .map { "\($0.version) \($0.state)" } == ["1 retired", "3 production"])
        #expect(try await registry.promote(name: "m", version: 3, actor: "b", reason: "again").isEmpty)
        #expect(try await registry.production(of: "m")?.version == 3)
        let before = try #require(try await registry.predecessor(of: "m"))
        #expect(before == 1)
        _ = try await registry.promote(name: "m", version: before, actor: "c", reason: "worse after all")
        #expect(try await registry.versions(of: "m").map(\.state) == [.production, .candidate, .retired])
        #expect(
            try await registry.history(of: "m", version: 1).map(\.state)
                == [.candidate, .production, .retired, .production])
        #expect(try await registry.history(of: "m", version: 3).map(\.reason).last == "worse after all")
        await #expect(throws: RegistryError.self) {
            try await registry.promote(name: "m", version: 9, actor: "a", reason: "none")
        }
        await #expect(throws: RegistryError.self) { try await registry.package("m", version: 9) }
        await database.close()
    }

    @Test("Promoted side by side, one version is in production in the end")
    func concurrentPromotion() async throws {
        let database = try await migratedDatabase()
        let registry = ModelRegistry(database)
        for seed in 1...6 as ClosedRange<UInt64> {
            _ = try await registry.register(Self.package(seed: seed), name: "m", actor: "a", reason: "new")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for version in 1...6 {
                group.addTask {
                    _ = try await registry.promote(name: "m", version: version, actor: "\(version)", reason: "mine")
                }
            }
            try await group.waitForAll()
        }
        let states = try await registry.versions(of: "m").map(\.state)
        #expect(states.count { $0 == .production } == 1)
        #expect(states.count { $0 == .retired } == 5, "each promotion succeeded in its turn")
        await database.close()
    }
}
