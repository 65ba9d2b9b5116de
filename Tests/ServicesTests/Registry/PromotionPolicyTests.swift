import Events
import NeuralNetwork
import Storage
import Testing

@testable import ModelRegistry

/// What a version must show before it is promoted.
@Suite("Guarded promotion")
struct PromotionPolicyTests {
    private func refusal(_ body: () async throws -> Void) async throws -> PromotionRefused {
        let error = await #expect(throws: PromotionRefused.self) { try await body() }
        return try #require(error)
    }

    @Test("Without an evaluation that the policy asks for, nothing is promoted, and the message says what to do")
    func missing() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.addSet()
        try await fixture.promote(1)
        try await fixture.rule("accuracy", required: 0.5, margin: 0.1)
        let refused = try await refusal { try await fixture.promote(2) }
        #expect(refused.description.contains("helicase models evaluate m@2 --set held"))
        try await fixture.evaluate(2)
        let other = try await refusal { try await fixture.promote(2) }
        #expect(other.description.contains("helicase models evaluate m@1 --set held"), "production is compared with")
        try await fixture.evaluate(1)
        try await fixture.promote(2)
        #expect(try await fixture.registry.production(of: "m")?.version == 2)
        await fixture.database.close()
    }

    @Test("A figure below what is required refuses, says which, and leaves everything as it was")
    func required() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.addSet()
        try await fixture.rule("accuracy", required: 0.9)
        try await fixture.rule("cross-entropy", required: 0.9)
        try await fixture.evaluate(1, wrong: [0])
        let before = try await fixture.registry.history(of: "m")
        let refused = try await refusal { try await fixture.promote(1) }
        #expect(refused.verdict.failures == ["accuracy on held is 0.875, and at least 0.9 is required"])
        #expect(try await fixture.registry.history(of: "m") == before)
        #expect(try await fixture.registry.verdict(on: "m", version: 1) == refused.verdict)
        try await fixture.evaluate(1)
        try await fixture.promote(1)
        let change = try #require(try await fixture.registry.history(of: "m", version: 1).last)
        #expect(change.action == .promote && change.verdict?.checks.map(\.metric) == ["accuracy", "cross-entropy"])
        #expect(change.verdict?.checks.first?.figure?.value == 1)
        await fixture.database.close()
    }

    @Test("A lower figure is better where the metric says so")
    func lower() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.addSet()
        try await fixture.rule("cross-entropy", required: 0.2)
        try await fixture.evaluate(1, wrong: [1, 2])
        #expect(try await refusal { try await fixture.promote(1) }.verdict.failures[0].contains("at most 0.2"))
        try await fixture.evaluate(1)
        try await fixture.promote(1)
        try await fixture.rule("cross-entropy", margin: 0.01)
        try await fixture.evaluate(2, wrong: [1])
        let worse = try await refusal { try await fixture.promote(2) }
        let advantage = try #require(worse.verdict.checks[0].advantage)
        #expect(advantage.value < 0, "a greater loss is a disadvantage")
        await fixture.database.close()
    }

    @Test("A margin is judged by whole groups: what hits one locus may hit the next")
    func groupedMargin() async throws {
        var lows: [Double] = []
        for groups in [nil, [0, 1, 2, 2, 4, 5, 6, 7]] as [[Int64]?] {
            let fixture = try await RegistryFixture()
            try await fixture.addSet(groups: groups)
            for version in 1...2 { try await fixture.evaluate(version, wrong: version == 1 ? [] : [2, 3]) }
            try await fixture.promote(1)
            try await fixture.rule("accuracy", margin: 0.1)
            let refused = try await refusal { try await fixture.promote(2) }
            let advantage = try #require(refused.verdict.checks[0].advantage)
            #expect(advantage.value == -0.25)
            lows.append(advantage.low)
            await fixture.database.close()
        }
        // Two errors that always come together are as one: fewer draws, wider bounds.
        #expect(lows[1] < lows[0], "\(lows)")
    }

    @Test("Worse than production within the margin is promoted only where the paired interval excludes more")
    func margin() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.addSet()
        for version in 1...2 { try await fixture.evaluate(version, wrong: version == 1 ? [] : [3]) }
        try await fixture.promote(1)
        // One of eight examples is worse: 0.125 in the mean, and up to three of eight in a resample.
        try await fixture.rule("accuracy", margin: 0.2)
        let refused = try await refusal { try await fixture.promote(2) }
        #expect(refused.verdict.checks[0].advantage?.value == -0.125)
        #expect(refused.verdict.checks[0].advantage?.low == -0.375)
        try await fixture.rule("accuracy", margin: 0.4)
        try await fixture.promote(2)
        // The same predictions are not worse at all.
        try await fixture.evaluate(3, wrong: [3])
        try await fixture.rule("accuracy", margin: 0)
        try await fixture.promote(3)
        await fixture.database.close()
    }

    @Test("An override is recorded as such, with its reason and the figures that failed")
    func override() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.addSet()
        try await fixture.rule("accuracy", required: 0.9)
        try await fixture.evaluate(1, wrong: [0])
        try await fixture.promote(1, override: true, reason: "an outbreak")
        let change = try #require(try await fixture.registry.history(of: "m", version: 1).last)
        #expect(change.action == .override && change.reason == "an outbreak")
        #expect(change.verdict?.failures.count == 1)
        // Where the policy is met there is nothing to override.
        try await fixture.evaluate(2)
        try await fixture.promote(2, override: true)
        #expect(try await fixture.registry.history(of: "m", version: 2).last?.action == .promote)
        await fixture.database.close()
    }

    @Test("Rollback is allowed whatever the policy says")
    func rollback() async throws {
        let fixture = try await RegistryFixture()
        for version in 1...2 { try await fixture.promote(version) }
        try await fixture.addSet()
        try await fixture.rule("accuracy", required: 0.9)
        let events = try await fixture.registry.rollback(name: "m", from: 2, actor: "a", reason: "wrong calls")
        #expect(events.map { "\($0.version) \($0.state)" } == ["2 retired", "1 production"])
        #expect(try await fixture.registry.history(of: "m", version: 1).last?.action == .rollback)
        await fixture.database.close()
    }

    @Test("A rule replaces the one for its set and metric; removed, it guards no more, and the table keeps it")
    func rules() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.addSet()
        try await fixture.rule("accuracy", required: 0.9)
        try await fixture.rule("accuracy", required: 0.95)
        let rules = try await fixture.registry.policies(of: "m")
        #expect(rules.map(\.required) == [0.95] && rules[0].direction == .higher)
        try await fixture.registry.removePolicy(of: "m", set: "held", metric: "accuracy", actor: "b")
        #expect(try await fixture.registry.policies(of: "m").isEmpty)
        try await fixture.promote(1)
        let kept = try await fixture.database.query("SELECT removed_by FROM promotion_policies ORDER BY policy_id")
        #expect(try kept.map { try $0.decode("removed_by", as: String?.self) } == ["chief", "b"])
        await #expect(throws: RegistryError.self) {
            try await fixture.registry.removePolicy(of: "m", set: "held", metric: "accuracy", actor: "b")
        }
        await fixture.database.close()
    }

    @Test("A rule that says nothing, or names what is not there, is refused")
    func badRules() async throws {
        let fixture = try await RegistryFixture()
        await #expect(throws: RegistryError.self, "no set") { try await fixture.rule("accuracy", required: 1) }
        try await fixture.addSet()
        await #expect(throws: RegistryError.self) { try await fixture.rule("accuracy") }
        await #expect(throws: RegistryError.self) { try await fixture.rule("beauty", required: 1) }
        await #expect(throws: RegistryError.self) { try await fixture.rule("accuracy", margin: -1) }
        await #expect(throws: RegistryError.self) { try await fixture.rule("accuracy", required: .infinity) }
        await fixture.database.close()
    }

    @Test("A rule that is made while others promote holds for all that are promoted after it")
    func concurrent() async throws {
        let fixture = try await RegistryFixture(versions: 5)
        try await fixture.addSet()
        await withTaskGroup(of: Void.self) { group in
            for version in 1...5 { group.addTask { try? await fixture.promote(version) } }
            group.addTask { try? await fixture.rule("accuracy", required: 0.9) }
        }
        let rule = try #require(try await fixture.registry.policies(of: "m").first)
        for entry in try await fixture.registry.history(of: "m") where entry.change.action == .promote {
            // No version is evaluated: whatever was promoted was promoted before the rule.
            #expect(entry.change.verdict == nil)
        }
        _ = try await refusal {
            let candidate = try #require(try await fixture.registry.versions(of: "m").first { $0.state != .production })
            try await fixture.promote(candidate.version)
        }
        #expect(rule.actor == "chief")
        await fixture.database.close()
    }
}
