import Events
import Foundation
import Genomics
import Messaging
import TestSupport
import Testing

/// Events from and to bytes.
struct EventCodingTests {
    private let run = "0192f3a4-5b6c-7d8e-9f01-23456789abcd"

    private func problem<Event: Decodable>(_ type: Event.Type, _ json: String) -> String? {
        do {
            _ = try EventCoding.decode(type, from: Array(json.utf8))
            return nil
        } catch {
            return (error as? EventError)?.description ?? "another error: \(error)"
        }
    }

    @Test("Keys that this version does not know are ignored at every depth")
    func unknownKeysAreIgnored() throws {
        let newer = """
            {"run":"\(run)","sample":"NA12878","state":"sealed","priority":"urgent",
             "counts":{"reads":4,"bases":600,"batches":1,"problems":0,"duplicates":{"optical":[1,null]}}}
            """
        let event = try EventCoding.decode(RunEvent.self, from: Array(newer.utf8))
        let identifier = try #require(Identifier(run))
        #expect(
            event
                == RunEvent(
                    run: identifier, sample: "NA12878", state: .sealed,
                    counts: RunCounts(reads: 4, bases: 600, batches: 1)))
    }

    @Test("A missing required key is named by its path", arguments: try GoldenRecord.all())
    func missingKeysAreNamed(record: GoldenRecord) throws {
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(record.bytes)) as? [String: Any])
        for key in try EventSchema.of(event: record.event.type.folder).required {
            var shorter = object
            shorter[key] = nil
            let bytes = try Array(JSONSerialization.data(withJSONObject: shorter))
            let error = #expect(throws: EventError.self) { try EventCoding.decode(record.event, from: bytes) }
            #expect(error?.description == "a value that is no \(record.event): \(key) is missing")
        }
    }

    @Test("An error says where in the value it is")
    func errorsSayWhere() throws {
        #expect(
            problem(RunEvent.self, #"{"run":"\#(run)","sample":"A","state":"sealed","counts":{"reads":1}}"#)
                == "a value that is no RunEvent: counts.bases is missing")
        #expect(
            problem(PredictionBatch.self, #"{"run":"\#(run)","unit":"0.0/0","scored":[{"probabilities":[1,0,0]}]}"#)
                == "a value that is no PredictionBatch: scored.0.candidate is missing")
        #expect(problem(ReadsSeal.self, #"{"run":"7","batches":1}"#) == "a value that is no ReadsSeal: run: is no UUID")
        #expect(
            problem(ReadsSeal.self, #"{"run":"\#(run)","batches":"1"}"#)?.hasPrefix(
                "a value that is no ReadsSeal: batches: ") == true)
        #expect(
            problem(RunEvent.self, #"{"run":"\#(run)","sample":"A","state":"paused"}"#)?.hasPrefix(
                "a value that is no RunEvent: state: ") == true)
    }

    @Test(
        "What is no JSON, or JSON of something else, is an event error",
        arguments: ["", "null", "[]", "\"run\"", "{", "{\"run\":", "\u{1}", "{}", "{\"run\":null}", "é{}"])
    func strangeBytesAreErrors(text: String) {
        #expect(problem(RunEvent.self, text)?.hasPrefix("a value that is no RunEvent: ") == true)
        #expect(throws: EventError.self) {
            try EventCoding.decode(RunEvent.self, from: Array(text.utf8.dropLast()) + [0xff])
        }
    }

    @Test("Equal events have equal bytes: sorted keys, plain slashes, no keys of nil, dates in ISO 8601")
    func bytesAreFixed() throws {
        let identifier = try #require(Identifier(run))
        let seal = ShardSeal(run: identifier, shard: "0.3", batches: 2)
        #expect(
            String(decoding: try EventCoding.encode(seal), as: UTF8.self)
                == #"{"batches":2,"run":"\#(run)","shard":"0.3"}"#)
        let job = JobEvent(job: identifier, state: .failed, message: "/data/a.fq: \"cut\"")
        #expect(
            String(decoding: try EventCoding.encode(job), as: UTF8.self)
                == #"{"job":"\#(run)","message":"/data/a.fq: \"cut\"","state":"failed"}"#)
        #expect(
            String(decoding: try EventCoding.encode([Date(timeIntervalSince1970: 1_700_000_000)]), as: UTF8.self)
                == #"["2023-11-14T22:13:20Z"]"#)
    }

    @Test("A record of an event carries its type, its media type and its key")
    func recordsOfEvents() throws {
        let identifier = try #require(Identifier(run))
        let record = try LaneSeal(run: identifier, lane: 7, batches: 0).record(source: "align")
        #expect(record.topic == Topics.alignments)
        #expect(record.key == Array("\(run)/7".utf8))
        let expected = [
            ("ce_specversion", "1.0"), ("ce_id", "\(run)/alignments/7/seal"),
            ("ce_type", "org.helicase.lane-sealed.v1"), ("ce_source", "/helicase/align"), ("ce_lane", "7"),
            ("ce_run", run), ("content-type", "application/json"),
        ]
        #expect(record.headers.map(\.name) == expected.map(\.0))
        #expect(record.headers.map(\.value) == expected.map(\.1))
    }

    @Test("An identifier reads any case and writes lower case")
    func identifiers() throws {
        let identifier = try #require(Identifier(run.uppercased()))
        #expect(identifier.description == run)
        #expect(identifier == Identifier(run))
        #expect(Identifier(identifier.uuid) == identifier)
        #expect(Identifier() != Identifier())
        #expect(Identifier(run + "\u{0}") == nil)
        #expect(String(decoding: try EventCoding.encode([identifier]), as: UTF8.self) == "[\"\(run)\"]")
        #expect(try EventCoding.decode([Identifier].self, from: Array("[\"\(run)\"]".utf8)) == [identifier])
    }

    @Test(
        "Other text is no identifier",
        arguments: [
            "", "0192f3a4", "0192f3a45b6c7d8e9f0123456789abcd", "{0192f3a4-5b6c-7d8e-9f01-23456789abcd}",
            "0192f3a4-5b6c-7d8e-9f01-23456789abcg", "0192f3a4-5b6c-7d8e-9f01-23456789abcd ",
            "0192f3a4-5b6c-7d8e-9f01-23456789abcd\n",
            "0192f3a4-5b6c-7d8e-9f01-23456789abcde", "٠192f3a4-5b6c-7d8e-9f01-23456789abcd",
        ])
    func otherTextIsNoIdentifier(text: String) throws {
        #expect(Identifier(text) == nil)
        let json = try JSONEncoder().encode([text])
        #expect(throws: EventError.self) { try EventCoding.decode([Identifier].self, from: Array(json)) }
    }
}
