import Testing

@testable import Messaging

@Suite struct EventHeadersTests {
    static let event = EventHeaders(
        id: "run7/3", type: "org.helicase.reads.v1", source: "/ingest", subject: "NA12878",
        time: "2026-01-02T03:04:05Z", contentType: "application/vnd.ga4gh.bam",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", extensions: ["run": "7", "bin": "12"])

    @Test("headers are written as CloudEvents' Kafka binary mode spells them")
    func written() {
        let headers = Self.event.kafkaHeaders().map { "\($0.name): \($0.value)" }
        #expect(
            headers == [
                "ce_specversion: 1.0", "ce_id: run7/3", "ce_type: org.helicase.reads.v1", "ce_source: /ingest",
                "ce_subject: NA12878", "ce_time: 2026-01-02T03:04:05Z", "ce_bin: 12", "ce_run: 7",
                "content-type: application/vnd.ga4gh.bam",
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ])
    }

    @Test("what is written is read back, whatever other headers there are")
    func readBack() throws {
        let headers = Self.event.kafkaHeaders().reversed() + [(name: "reason", value: "none")]
        #expect(try EventHeaders(parsing: headers) == Self.event)
    }

    @Test("a record that is no CloudEvent is refused with the header's name", arguments: ["id", "type", "source"])
    func missing(name: String) {
        let headers = Self.event.kafkaHeaders().filter { $0.name != "ce_" + name }
        let error = #expect(throws: MessagingError.self) { try EventHeaders(parsing: headers) }
        #expect(error?.code == .malformedHeaders)
        #expect(error?.message.contains("ce_" + name) == true)
    }

    @Test("another version of CloudEvents is refused")
    func version() {
        var headers = Self.event.kafkaHeaders()
        headers[0].value = "2.0"
        #expect(throws: MessagingError.self) { try EventHeaders(parsing: headers) }
    }
}
