import Delivery
import Events
import Foundation
import Messaging
import Storage
import TestSupport
import Testing

@testable import Runs

/// Dead letters that are sent again.
@Suite("The replay of dead letters", .serialized)
struct DeadLetterReplayTests {
    private let suite: SuiteStage
    private let replay: DeadLetterReplay

    init() async throws {
        suite = try await SuiteStage()
        replay = DeadLetterReplay(
            messaging: suite.broker.configuration, topics: suite.services.topics, database: suite.database, actor: "A")
    }

    /// Dead letters of units of a run that a stage rejected, as it leaves them.
    private func letters(
        _ run: UUID, units: Range<Int>, of topic: String = Topics.reads, rejectedBy stage: String = Stage.align
    ) async throws -> [DeadLetterEntry] {
        let id = Identifier(run).description
        try await suite.database.transaction { connection in
            for unit in units {
                try await InputProblemRow.insert(
                    Identifier(run), stage: stage, unit: String(unit), message: "damaged", on: connection)
                _ = try await Ledger.record(
                    run: run, stage: stage, unit: String(unit), fed: 0, outputs: [], problem: "damaged",
                    on: connection)
            }
        }
        try await suite.send(
            units.map { unit in
                let record = EventCoding.record(
                    [UInt8(unit)], type: topic == Topics.items ? .items : .reads, contentType: ContentType.bam,
                    topic: topic,
                    key: "\(id)/\(unit)",
                    id: "\(id)/reads/\(unit)", source: Stage.ingest,
                    extensions: [EventExtension.run: id, EventExtension.unit: String(unit)])
                return DeadLetter.record(
                    topic: Topics.deadLetters, key: record.key, value: record.value, headers: record.headers,
                    reason: "damaged", origin: "\(topic)/1/\(unit)")
            })
        return try await suite.records(Topics.deadLetters).map { DeadLetterEntry($0) }
            .filter { $0.run == Identifier(run) }
    }

    private func send(_ letters: [DeadLetterEntry]) async throws -> [DeadLetterReplay.Outcome] {
        try await replay.run { producer in
            var outcomes: [DeadLetterReplay.Outcome] = []
            for letter in letters { outcomes.append(try await replay.replay(letter, with: producer)) }
            return outcomes
        }
    }

    @Test("A letter goes back as it was, its unit is open again, and who did it is noted")
    func sent() async throws {
        let run = try await suite.sealedRun()
        let letters = try await letters(run, units: 0..<2)
        #expect(try await replay.refusal(of: letters[0]) == nil)
        #expect(try await suite.database.scalar("SELECT count(*) FROM ledger") == 2, "a trial changes nothing")
        #expect(try await send(letters) == [.sent, .sent])
        #expect(try await send(letters) == [.known, .known])
        let records = try await suite.records(Topics.reads)
        #expect(records.compactMap(\.value?.first).sorted() == [0, 1])
        #expect(records.allSatisfy { $0.partition == 1 && $0.header(DeadLetter.reasonHeader) == nil })
        #expect(try records.map { try EventEnvelope($0).integer(EventExtension.unit) }.sorted() == [0, 1])
        #expect(try await suite.database.scalar("SELECT count(*) FROM ledger") == 0)
        #expect(try await suite.database.scalar("SELECT count(*) FROM input_problems") == 0)
        #expect(try await suite.database.scalar("SELECT done FROM run_stages WHERE stage = 'align'") == 0)
        #expect(try await suite.database.scalar("SELECT min(actor) FROM dead_letter_replays") == "A")
    }

    @Test("A batch of records of another task goes back too, and its unit of encode is open again")
    func items() async throws {
        let run = try await suite.sealedRun()
        let letters = try await letters(run, units: 0..<2, of: Topics.items, rejectedBy: Stage.encode)
        #expect(try await send(letters) == [.sent, .sent])
        #expect(try await suite.records(Topics.items).compactMap(\.value?.first).sorted() == [0, 1])
        #expect(try await suite.database.scalar("SELECT count(*) FROM ledger") == 0)
        #expect(try await suite.database.scalar("SELECT done FROM run_stages WHERE stage = 'encode'") == 0)
    }

    @Test("A replay that was killed before or after the record was in its topic sends it once")
    func killed() async throws {
        let run = try await suite.sealedRun()
        let letters = try await letters(run, units: 0..<2)
        #expect(try await send([letters[0]]) == [.sent])
        // Killed after the record of one, before that of the other.
        try await suite.database.execute("UPDATE dead_letter_replays SET sent_at = NULL")
        let place = letters[1].place
        try await suite.database.execute(
            """
            INSERT INTO dead_letter_replays (letter_partition, letter_offset, letter_time, origin, reason, actor, topic,
                topic_partition, topic_end)
            VALUES (\(Int(place.partition)), \(place.offset), \(place.time), 'reads/1/1', 'damaged', 'A', 'reads', 1, 1)
            """)
        #expect(try await send(letters) == [.sent, .sent])
        #expect(try await suite.records(Topics.reads).compactMap(\.value?.first).sorted() == [0, 1])
        #expect(try await suite.database.scalar("SELECT count(*) FROM dead_letter_replays WHERE sent_at IS NULL") == 0)
    }

    @Test(
        "What cannot be taken back is refused with a word: a run that is over, a stage that closed, a piece of a file")
    func refused() async throws {
        let over = try await suite.sealedRun()
        let ofOver = try await letters(over, units: 0..<1)
        try await suite.database.execute("UPDATE runs SET state = 'completed' WHERE run_id = \(over)")
        let closed = try await suite.sealedRun()
        let ofClosed = try await letters(closed, units: 0..<1)
        try await suite.database.transaction {
            _ = try await Ledger.expect(run: closed, stage: Stage.align, units: 1, unit: "seal", on: $0)
        }
        let piece = DeadLetterEntry(
            IncomingRecord(
                topic: Topics.deadLetters, partition: 0, offset: 99, key: nil, value: [1],
                headers: [(DeadLetter.originHeader, "R1.fastq record 7")]))
        let outcomes = try await send(ofOver + ofClosed + [piece])
        #expect(outcomes[0] == .refused("its run is completed; run the sample again"))
        #expect(outcomes[1] == .refused("the stage align of its run has closed without it; run the sample again"))
        #expect(outcomes[2] == .refused(DeadLetterReplay.notARecord))
        #expect(try await suite.records(Topics.reads).isEmpty)
        #expect(try await suite.database.scalar("SELECT count(*) FROM ledger") == 2)
    }

    @Test("Filters go by reason, origin and run")
    func filters() async throws {
        let run = try await suite.sealedRun()
        let letter = try #require(try await letters(run, units: 3..<4).first)
        #expect(DeadLetterFilter(reason: "amag", origin: "reads/1", run: Identifier(run)).includes(letter))
        #expect(!DeadLetterFilter(reason: "other").includes(letter))
        #expect(!DeadLetterFilter(origin: "examples").includes(letter))
        #expect(!DeadLetterFilter(run: Identifier()).includes(letter))
    }
}
