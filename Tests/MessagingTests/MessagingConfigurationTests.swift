import Testing

@testable import Messaging

@Suite struct MessagingConfigurationTests {
    @Test("properties come from variables, underscores as dots")
    func properties() throws {
        let configuration = try MessagingConfiguration(environment: [
            "HELICASE_KAFKA": "a:9092,b.example:9093", "HELICASE_TOPIC_PREFIX": "lab.",
            "HELICASE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "HELICASE_KAFKA_SASL_PASSWORD": "hush", "HOME": "/",
        ])
        #expect(configuration.bootstrapServers == "a:9092,b.example:9093")
        #expect(configuration.topicPrefix == "lab.")
        #expect(configuration.properties == ["security.protocol": "SASL_SSL", "sasl.password": "hush"])
    }

    @Test(
        "a bad variable is named, its value is not shown",
        arguments: [
            [:], ["HELICASE_KAFKA": ""], ["HELICASE_KAFKA": "broker"], ["HELICASE_KAFKA": "broker:99999"],
            ["HELICASE_KAFKA": "a:1", "HELICASE_TOPIC_PREFIX": "a/b"],
            ["HELICASE_KAFKA": "a:1", "HELICASE_KAFKA_SECURITY_PROTCOL": "secret"],
            ["HELICASE_KAFKA": "a:1", "HELICASE_KAFKA_SECURITY_PROTOCOL": "secret"],
        ] as [[String: String]])
    func bad(environment: [String: String]) {
        let error = #expect(throws: MessagingError.self) { try MessagingConfiguration(environment: environment) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("secret") == false)
        let variable = environment.keys.max { $0.count < $1.count } ?? "HELICASE_KAFKA"
        #expect(error?.message.contains(variable) == true)
    }

    @Test("a secret never shows in librdkafka's own words")
    func redaction() {
        let text = ClientProperties.redact("bad hush here", secretsOf: ["sasl.password": "hush", "client.id": "here"])
        #expect(text == "bad *** here")
    }

    @Test("a property of consumers alone does not break a producer, nor one of producers a consumer")
    func otherKind() throws {
        let configuration = MessagingConfiguration(
            bootstrapServers: "127.0.0.1:1",
            properties: ["max.poll.interval.ms": "60000", "linger.ms": "1", "auto.offset.reset": "latest"])
        _ = try KafkaClient(.producer, configuration)
        _ = try KafkaClient(.consumer, configuration)
    }
}
