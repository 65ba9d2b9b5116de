import Messaging
import ServiceRuntime
import Storage
import TestSupport
import Testing

/// The loop of a stage against a real broker and a real database.
@Suite("The loop of a stage", .serialized)
struct ProcessorTests {
    private static let good = (0..<40).map { "good\($0)" }
    private static let outputs = (good + good.map { "stored \($0)" }).sorted()

    @Test("Every record leads to its row and its records once, and the offsets move past it")
    func goodRecords() async throws {
        let stage = try await ToyStage()
        try await stage.send(Self.good)
        try await stage.run {
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == Self.good.sorted())
        #expect(try await stage.texts(of: "out") == Self.outputs)
        #expect(try await stage.records(of: "dead-letters").isEmpty)
    }

    @Test("A rejected record goes to the dead letters as it was, with reason and origin; the others go on")
    func rejected() async throws {
        let stage = try await ToyStage()
        try await stage.send(["good1", "rejected", "good2"])
        try await stage.run {
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == ["good1", "good2", "rejected"])
        let letter = try #require(try await stage.records(of: "dead-letters").first)
        #expect(letter.value == Array("rejected".utf8) && letter.key == Array("rejected".utf8))
        #expect(letter.header(DeadLetter.reasonHeader) == "field 3 is not a number")
        #expect(letter.header(DeadLetter.originHeader)?.hasPrefix("in/") == true)
        #expect(try await stage.records(of: "dead-letters").count == 1)
    }

    @Test("Passing trouble is waited for; trouble that stays sends its record to the dead letters after three attempts")
    func failures() async throws {
        let stage = try await ToyStage()
        let handler = ToyHandler()
        try await stage.send(["flaky", "broken", "good"])
        try await stage.run(handler) {
            try await stage.expectFinished()
        }
        #expect((handler.attempts(of: "flaky"), handler.attempts(of: "broken")) == (3, 3))
        #expect(handler.attempts(of: "good") == 1)
        #expect(try await stage.rows() == ["broken", "flaky", "good"])
        #expect(try await stage.texts(of: "dead-letters") == ["broken"])
    }

    @Test("A record whose row the database refuses is found among the others of its batch")
    func refusedRow() async throws {
        let stage = try await ToyStage()
        try await stage.send(Self.good + ["refused", "refused-twice"])
        try await stage.run {
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == (Self.good + ["refused"]).sorted())
        #expect(try await stage.texts(of: "out") == Self.outputs)
        let letters = try await stage.records(of: "dead-letters")
        #expect(
            letters.compactMap(\.value).map { String(decoding: $0, as: UTF8.self) }.sorted() == [
                "refused", "refused-twice",
            ])
        #expect(letters.allSatisfy { $0.header(DeadLetter.reasonHeader)?.contains("its effects are refused") == true })
    }

    @Test("A database that is down is waited for, and nothing is lost or doubled")
    func databaseDown() async throws {
        let server = try await TestDatabase.start()
        let stage = try await ToyStage(server: server)
        try await stage.run(limits: .init(records: 4)) {
            try await stage.send(Array(Self.good.prefix(20)))
            try await stage.expectFinished()
            try await server.stop(.immediate)
            try await stage.send(Array(Self.good.suffix(20)))
            // The records have been taken and cannot be stored.
            #expect(await eventually { stage.context.metrics.render().contains("helicase_records_consumed_total 20") })
            try await server.resume()
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == Self.good.sorted())
        #expect(try await stage.texts(of: "out") == Self.outputs)
    }

    @Test("A stage that is stopped finishes the batch in hand and takes no other")
    func cancellation() async throws {
        let stage = try await ToyStage()
        let handler = ToyHandler()
        try await stage.send(["waits"])
        try await stage.run(handler) {
            #expect(await eventually { handler.attempts(of: "waits") == 1 })
            try await stage.send(["late"])
            // The gate opens while the stage is being stopped.
            Task {
                await stage.shutdown.wait()
                handler.open()
            }
        }
        #expect(try await stage.rows() == ["waits"])
        #expect(try await stage.texts(of: "out") == ["stored waits", "waits"])
        #expect(try await stage.lag() == 1)
    }
}
