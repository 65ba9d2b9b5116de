import Events
import Foundation
import ModelRegistry
import Storage
import Testing

/// Who changed what, when and why, and what was live at a time.
@Suite("The history of models")
struct ModelHistoryTests {
    @Test("Which version was live at a time is known across promotions and rollbacks")
    func live() async throws {
        let fixture = try await RegistryFixture()
        let registry = fixture.registry
        #expect(try await registry.live("m", at: .now) == nil)
        try await fixture.promote(1)
        try await fixture.promote(2)
        _ = try await registry.rollback(name: "m", from: 2, actor: "b", reason: "worse")
        let changes = try await registry.history(of: "m").filter { $0.change.state == .production }
        #expect(changes.map(\.version) == [1, 2, 1])
        for (change, next) in zip(changes, changes.dropFirst()) {
            #expect(try await registry.live("m", at: change.change.at) == change)
            // A microsecond, PostgreSQL's resolution, before the next change.
            #expect(try await registry.live("m", at: next.change.at - 1e-6) == change)
        }
        let last = try #require(try await registry.live("m", at: .now))
        #expect(last.change.action == .rollback && last.change.actor == "b" && last.change.reason == "worse")
        #expect(try await registry.live("m", at: changes[0].change.at - 1e-6) == nil)
        #expect(try await registry.live("other", at: .now) == nil)
        await fixture.database.close()
    }

    @Test("Changes that many make at once have times in the order in which they took effect")
    func times() async throws {
        let fixture = try await RegistryFixture(versions: 6)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for version in 1...6 { group.addTask { try await fixture.promote(version) } }
            try await group.waitForAll()
        }
        let promotions = try await fixture.registry.history(of: "m").filter { $0.change.action == .promote }
        for (earlier, later) in zip(promotions, promotions.dropFirst()) { #expect(earlier.change.at < later.change.at) }
        #expect(
            try await fixture.registry.live("m", at: .now)?.version == fixture.registry.production(of: "m")?.version)
        await fixture.database.close()
    }

    @Test("Of two operators who roll back the same version, the second is told and nothing is done")
    func rollbackTwice() async throws {
        let fixture = try await RegistryFixture()
        for version in 1...3 { try await fixture.promote(version) }
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    let events = try? await fixture.registry.rollback(name: "m", from: 3, actor: "a", reason: "bad")
                    return events?.map(\.state) == [.retired, .production]
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { $0 } == 1)
        #expect(try await fixture.registry.production(of: "m")?.version == 2)
        await fixture.database.close()
    }

    @Test("What happened cannot be changed or deleted")
    func kept() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.addSet()
        try await fixture.evaluate(1)
        let statements: [Statement] = [
            "DELETE FROM model_events", "UPDATE model_events SET actor = 'nobody'", "DELETE FROM evaluations",
            "UPDATE evaluation_sets SET description = 'better'", "DELETE FROM evaluation_set_files",
        ]
        for statement in statements {
            await #expect(throws: StorageError.self) { try await fixture.database.execute(statement) }
        }
        await fixture.database.close()
    }
}
