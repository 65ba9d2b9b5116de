import Delivery
import Messaging
import Storage
import TestSupport
import Testing

/// What a stage's loop holds at once, and which rows its processes wait for.
@Suite("The loop of a stage in bounds", .serialized)
struct BoundedProcessorTests {
    /// Transactions that left rows in the table.
    private func transactions(_ stage: ToyStage) async throws -> Int {
        try await stage.database.scalar("SELECT count(DISTINCT xmin::text) FROM effects")
    }

    @Test("A batch ends where much has come of it, however much more was read")
    func produced() async throws {
        let texts = (0..<24).map { "good\($0)" }
        for (limits, most) in [
            (Processor<ToyHandler>.Limits(linger: .milliseconds(500)), 4),
            (.init(linger: .milliseconds(500), atOnce: 2, outputs: 2), 24),
        ] {
            let stage = try await ToyStage()
            try await stage.send(texts)
            try await stage.run(limits: limits) { try await stage.expectFinished() }
            #expect(try await stage.rows() == texts.sorted())
            #expect(try await stage.texts(of: "out") == (texts + texts.map { "stored \($0)" }).sorted())
            let count = try await transactions(stage)
            #expect(most == 4 ? count <= 4 : count >= 12, "\(count) transactions")
        }
    }

    @Test("What comes of a record in parts is applied in several transactions, once each, before the record itself")
    func parts() async throws {
        let stage = try await ToyStage()
        try await stage.send(["good1", "parts", "good2"])
        try await stage.run(limits: .init(outputs: 2)) { try await stage.expectFinished() }
        let parts = (0..<5).map { "part \($0)" }
        #expect(try await stage.rows() == ["good1", "good2"] + parts + ["parts"])
        let sent = try await stage.texts(of: "out")
        let whole = ["good1", "good2", "parts"]
        #expect(Set(sent) == Set(whole + whole.map { "stored \($0)" } + parts))
        #expect(sent.count == Set(sent).count, "each once, though one failed in between")
        #expect(try await transactions(stage) >= 5)
        let values = try await stage.records(of: "out").filter { $0.key == Array("parts".utf8) }
            .map { String(decoding: $0.value ?? [], as: UTF8.self) }
        #expect(values == parts + ["parts", "stored parts"])
        #expect(try await stage.records(of: "dead-letters").isEmpty)
    }

    @Test("Two processes that count in the same rows do not wait for each other in a circle")
    func order() async throws {
        let stage = try await ToyStage()
        let other = try stage.restarted()
        let texts = (0..<600).map { number in
            "\(["a", "b", "c", "d", "e", "f", "g", "h"][(number * 5 + number / 64) % 8]) count \(number)"
        }
        try await stage.send(texts)
        let limits = Processor<ToyHandler>.Limits(linger: .milliseconds(100))
        try await stage.run(limits: limits) {
            try await other.run(limits: limits) { try await stage.expectFinished() }
        }
        #expect(try await stage.database.scalar("SELECT sum(value)::bigint FROM counters") >= 600)
        #expect(
            try await stage.database.scalar(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0)
    }
}
