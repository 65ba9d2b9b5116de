import Audit
import Foundation
import ModelRegistry
import NeuralNetwork
import Storage
import TestSupport
import Testing

@Suite("The audit chain")
struct AuditTests {
    /// A chain of three entries.
    static let chain: [AuditEntry] = {
        var entries: [AuditEntry] = []
        for number in 1...3 {
            entries.append(
                AuditEntry(
                    number: Int64(number), at: Date(timeIntervalSince1970: 1_700_000_000 + Double(number)),
                    actor: "anna",
                    act: "model.promote", subject: "caller@\(number)", details: "{}",
                    previous: entries.last?.hash ?? AuditEntry.none))
        }
        return entries
    }()

    static func verified(_ entries: [AuditEntry]) -> AuditVerification {
        entries.reduce(into: AuditVerification()) { $0.add($1) }
    }

    @Test("A hash is of every field, as anybody can compute it")
    func hash() {
        // printf '1:1\n16:1700000001000000\n4:anna\n13:model.promote\n8:caller@1\n2:{}\n64:000…0\n' | sha256sum
        #expect(Self.chain[0].hash == "cc47729034fff3864bff6a6f031ecaedbea61491234a7cac0409cf55bb86b42b")
        #expect(Self.chain[1].previous == Self.chain[0].hash)
        let whole = Self.verified(Self.chain)
        #expect(whole.flaw == nil && whole.count == 3 && whole.head == Self.chain[2].hash)
    }

    @Test("A change of any field, a missing entry, and another order are found where they are")
    func flaws() {
        var chain = Self.chain
        chain[1].actor = "bert"
        #expect(Self.verified(chain).flaw?.contains("entry 2 was changed") == true)
        // Who computes the hash of the change again breaks the next link.
        chain[1].hash = chain[1].computedHash
        #expect(Self.verified(chain).flaw?.contains("entry 3 does not follow entry 2") == true)
        #expect(Self.verified([Self.chain[0], Self.chain[2]]).flaw?.contains("entry 2 is missing") == true)
        #expect(Self.verified(Array(Self.chain.dropFirst())).flaw?.contains("entry 1 is missing") == true)
        chain = Self.chain
        chain[2] = AuditEntry(
            number: 3, at: Date(timeIntervalSince1970: 0), actor: "anna", act: "model.promote", subject: "caller@3",
            details: "{}", previous: chain[1].hash)
        #expect(Self.verified(chain).flaw?.contains("dated before") == true)
        // PostgreSQL has times that are no number of microseconds.
        chain = Self.chain
        chain[1].at = Date(timeIntervalSince1970: 9.3e12)
        #expect(Self.verified(chain).flaw?.contains("entry 2 was changed") == true)
    }

    static func append(_ subject: String, to database: Database) async throws {
        try await database.transaction { connection in
            try await AuditChain.append(
                act: "test", subject: subject, details: ["b": "2", "a": "ü\n"], actor: "anna", on: connection)
        }
    }

    @Test("Acts add entries in their own transaction, one after the other also where many come at once")
    func appending() async throws {
        let database = try await migratedDatabase()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 { group.addTask { try await Self.append("s\(number)", to: database) } }
            try await group.waitForAll()
        }
        struct Undone: Error {}
        await #expect(throws: Undone.self) {
            try await database.transaction { connection in
                try await AuditChain.append(act: "test", subject: "undone", actor: "anna", on: connection)
                throw Undone()
            }
        }
        let verification = try await AuditChain.verify(in: database)
        #expect(verification.flaw == nil && verification.count == 12)
        await #expect(throws: StorageError.self) { try await database.execute("UPDATE audit SET actor = 'bert'") }
        await #expect(throws: StorageError.self) { try await database.execute("DELETE FROM audit WHERE number = 12") }
        await #expect(throws: StorageError.self) { try await database.execute("TRUNCATE audit") }
        // An owner who takes the guard away is found out.
        try await database.execute("ALTER TABLE audit DISABLE TRIGGER audit_is_kept")
        try await database.execute("UPDATE audit SET subject = 's99' WHERE number = 5")
        #expect(try await AuditChain.verify(in: database).flaw?.contains("entry 5 was changed") == true)
    }

    @Test("Promotions, roll-backs and changes of a policy are entries, candidates are none")
    func registry() async throws {
        let fixture = try await RegistryFixture(versions: 2)
        let (registry, database) = (fixture.registry, fixture.database)
        _ = try await registry.promote(name: "m", version: 1, actor: "anna", reason: "first")
        _ = try await registry.promote(name: "m", version: 2, actor: "bert", reason: "better")
        _ = try await registry.rollback(name: "m", from: 2, actor: "anna", reason: "worse")
        var acts: [String] = []
        try await AuditChain.forEach(in: database) { acts.append("\($0.actor) \($0.act) \($0.subject)") }
        #expect(
            acts == [
                "anna model.promote m@1", "bert model.retire m@1", "bert model.promote m@2", "anna model.retire m@2",
                "anna model.rollback m@1",
            ])
    }
}
