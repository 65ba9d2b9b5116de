import Events
import Messaging
import Testing

/// Headers of records that may come from anywhere.
struct EventEnvelopeTests {
    private let run = "0192f3a4-5b6c-7d8e-9f01-23456789abcd"

    private func headers(_ changes: [String: String?] = [:]) -> [(name: String, value: String)] {
        var headers = [
            "ce_specversion": "1.0", "ce_id": "a/1", "ce_type": "org.helicase.reads.v1",
            "ce_source": "/helicase/ingest", "ce_run": run, "ce_unit": "7", "content-type": "application/vnd.ga4gh.bam",
        ]
        for (name, value) in changes { headers[name] = value }
        return headers.map { (name: $0.key, value: $0.value) }
    }

    private func envelope(_ headers: [(name: String, value: String)]) throws -> EventEnvelope {
        try EventEnvelope(
            IncomingRecord(topic: "reads", partition: 0, offset: 0, key: nil, value: nil, headers: headers))
    }

    private func problem(_ body: () throws -> Any) -> String? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? EventError)?.description ?? "another error: \(error)"
        }
    }

    @Test("The attributes of a record are read")
    func attributes() throws {
        let envelope = try envelope(headers(["other": "x", "traceparent": "00-ab-cd-01"]))
        #expect(envelope.type == .reads)
        #expect(try envelope.run() == Identifier(run))
        #expect(try envelope.integer(EventExtension.unit) == 7)
        #expect(envelope.headers.traceparent == "00-ab-cd-01")
        #expect(envelope.headers.extensions == ["run": run, "unit": "7"])
    }

    @Test("Every event type's own name is read back", arguments: EventType.allCases)
    func everyType(type: EventType) throws {
        #expect(try envelope(headers(["ce_type": type.rawValue])).type == type)
    }

    @Test(
        "A record without one of CloudEvents' attributes is refused",
        arguments: ["specversion", "id", "type", "source"])
    func missingAttributes(name: String) {
        let expected = "no CloudEvents headers"
        #expect(problem { try envelope(headers(["ce_\(name)": nil])) }?.hasPrefix(expected) == true)
        #expect(problem { try envelope(headers(["ce_\(name)": ""])) }?.hasPrefix(expected) == true)
        #expect(problem { try envelope([]) }?.hasPrefix(expected) == true)
    }

    @Test("Another version of CloudEvents is refused")
    func otherSpecification() {
        #expect(problem { try envelope(headers(["ce_specversion": "0.3"])) }?.contains("0.3") == true)
    }

    @Test(
        "A type or a major version that is not known is refused by its name",
        arguments: ["org.helicase.reads.v2", "org.helicase.reads", "ORG.HELICASE.READS.V1", "com.example.order.v1"])
    func unknownTypes(type: String) {
        #expect(
            problem { try envelope(headers(["ce_type": type])) }
                == "ce_type \(type) is not known to this version of the suite")
    }

    @Test("Of a header that comes twice the last one counts, as in Kafka's own clients")
    func repeatedHeaders() throws {
        let repeated = try envelope(headers() + [(name: "ce_unit", value: "8")])
        #expect(try repeated.integer(EventExtension.unit) == 8)
    }

    @Test("Extensions that are missing or senseless are named")
    func extensions() throws {
        let bare = try envelope(headers(["ce_run": nil, "ce_unit": nil]))
        #expect(problem { try bare.run() } == "the header ce_run is missing")
        #expect(problem { try bare.integer("unit") } == "the header ce_unit is missing")
        #expect(problem { try bare.text("shard") } == "the header ce_shard is missing")
        for text in ["", "-1", "1.0", "1e3", "0x10", " 7", "seven", "99999999999999999999"] {
            let strange = try envelope(headers(["ce_unit": text, "ce_run": "run \(text)"]))
            #expect(problem { try strange.integer("unit") } == "ce_unit is no whole number", "\(text)")
            #expect(problem { try strange.run() } == "ce_run is no UUID")
        }
    }
}
