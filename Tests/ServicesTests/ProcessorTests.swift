import Delivery
import Messaging
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

    @Test("Any trouble that is not known to be the record's own is waited for, and said, until it passes")
    func failures() async throws {
        let stage = try await ToyStage()
        let handler = ToyHandler()
        try await stage.send(["flaky", "broken", "good"])
        try await stage.run(handler) {
            #expect(await eventually { handler.attempts(of: "broken") > 5 })
            #expect(stage.ready.contains("waits and is tried again") && stage.ready.contains("Trouble()"))
            #expect(try await stage.lag() > 0)
            handler.open()
            try await stage.expectFinished()
            #expect(!stage.ready.contains("waits"))
        }
        #expect(handler.attempts(of: "flaky") == 3)
        #expect(try await stage.rows() == ["broken", "flaky", "good"])
        #expect(try await stage.records(of: "dead-letters").isEmpty)
    }

    @Test(
        "What the database cannot do now is waited for, listed or not: no record is to blame for a full disk",
        arguments: ["53100", "53200", "25006", "57014", "55P03", "42501", "58030", "XX000"])
    func passingStates(_ code: String) async throws {
        let stage = try await ToyStage()
        try await stage.database.execute("INSERT INTO trouble VALUES ('good2', \(code))")
        try await stage.send(["good1", "good2", "good3"])
        try await stage.run {
            #expect(await eventually { stage.ready.contains(code) })
            #expect(stage.metric("helicase_batch_retries_total") > 0)
            #expect(await eventually { stage.metric("helicase_oldest_unfinished_seconds") > 0 })
            #expect(try await stage.lag() > 0)
            try await stage.database.execute("DELETE FROM trouble")
            try await stage.expectFinished()
            #expect(stage.ready.contains("\"ready\":true"))
        }
        #expect(try await stage.rows() == ["good1", "good2", "good3"])
        #expect(try await stage.records(of: "dead-letters").isEmpty)
    }

    @Test("Values that do not fit are the record's own fault", arguments: ["22003", "22P05", "23505", "23514"])
    func ownStates(_ code: String) async throws {
        let stage = try await ToyStage()
        try await stage.send(["good1", "bad", "good2"])
        // The rejection's row has another name.
        try await stage.database.execute("INSERT INTO trouble VALUES ('bad', \(code))")
        try await stage.run {
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == ["given up: bad", "good1", "good2"])
        #expect(try await stage.texts(of: "dead-letters") == [""])
    }

    @Test("An output that no topic takes rejects its record before any row counts it")
    func largeOutput() async throws {
        let stage = try await ToyStage()
        try await stage.send(["good1", "large", "good2"])
        try await stage.run {
            try await stage.expectFinished()
        }
        let value: String = try await stage.database.scalar("SELECT value FROM effects WHERE id = 'large'")
        #expect(value == "rejected")
        #expect(try await stage.texts(of: "dead-letters") == ["large"])
        #expect(try await stage.texts(of: "out") == ["good1", "good2", "stored good1", "stored good2"])
    }

    @Test("What a record belongs to is given up where its effects can never be, and nothing of it is counted")
    func abandoned() async throws {
        let stage = try await ToyStage()
        try await stage.send(["good", "hopeless"])
        try await stage.run {
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == ["given up: hopeless", "good"])
        let letter = try #require(try await stage.records(of: "dead-letters").first)
        #expect(letter.header(DeadLetter.reasonHeader) == "its report cannot be made")
    }

    @Test("What is long is done when the rows are there for all to see, is tried again, and comes before the offsets")
    func long() async throws {
        let stage = try await ToyStage()
        let handler = ToyHandler()
        try await stage.send(["good", "long"])
        try await stage.run(handler) {
            #expect(try await eventually { try await stage.rows() == ["good", "long"] })
            #expect(try await stage.texts(of: "out").allSatisfy { !$0.contains("long") })
            #expect(try await stage.lag() > 0)
            handler.open()
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == ["good", "long"])
        #expect(try await stage.texts(of: "out") == ["finished long", "good", "long", "stored good", "stored long"])
    }

    @Test("What a record belongs to is given up where what is long can never be done; the others of its batch go on")
    func doomed() async throws {
        let stage = try await ToyStage()
        try await stage.send(["good", "doomed"])
        try await stage.run {
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == ["doomed", "given up: doomed", "good"])
        let letter = try #require(try await stage.records(of: "dead-letters").first)
        #expect(letter.header(DeadLetter.reasonHeader) == "its report can never be made")
    }

    @Test("Where neither a rejection nor the end of its run can be stored, the offset does not move")
    func refusedRejection() async throws {
        let stage = try await ToyStage()
        try await stage.send(["refused-twice"])
        try await stage.run {
            #expect(await eventually { stage.ready.contains("waits and is tried again") })
            #expect(try await stage.lag() > 0)
            #expect(try await stage.records(of: "dead-letters").isEmpty)
            try await stage.database.execute("ALTER TABLE effects DROP CONSTRAINT effects_value_check")
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == ["given up: refused-twice"])
        #expect(try await stage.records(of: "dead-letters").count == 1)
    }

    @Test("A database that lost its newest rows gets them again: what they came of is read once more")
    func lostRows() async throws {
        let stage = try await ToyStage()
        try await stage.send(Array(Self.good.prefix(20)))
        let before = try await stage.run {
            try await stage.expectFinished()
            return try await stage.positions()
        }
        try await stage.send(Array(Self.good.suffix(20)))
        try await stage.restarted().run {
            try await stage.expectFinished()
            // As after a standby took over that had not got the last transactions; first unnoticed, with nothing to do.
            try await stage.lose(to: before, keeping: Array(Self.good.prefix(20)))
            try await stage.send(["good40"])
            let isWhole = try await eventually { try await stage.rows().count == 41 }
            #expect(isWhole)
        }
        #expect(try await stage.rows() == (Self.good + ["good40"]).sorted())
        try await stage.lose(to: before, keeping: Array(Self.good.prefix(20)))
        try await stage.restarted().run {
            let isWhole = try await eventually { try await stage.rows().count == 41 }
            #expect(isWhole)
        }
        #expect(stage.logged("pipeline.rows.lost"))
        #expect(try await stage.records(of: "dead-letters").isEmpty)
    }

    @Test("A record whose row the database refuses is found among the others of its batch")
    func refusedRow() async throws {
        let stage = try await ToyStage()
        try await stage.send(Self.good + ["refused"])
        try await stage.run {
            try await stage.expectFinished()
        }
        #expect(try await stage.rows() == (Self.good + ["refused"]).sorted())
        #expect(try await stage.texts(of: "out") == Self.outputs)
        let letters = try await stage.records(of: "dead-letters")
        #expect(letters.compactMap(\.value).map { String(decoding: $0, as: UTF8.self) } == ["refused"])
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
