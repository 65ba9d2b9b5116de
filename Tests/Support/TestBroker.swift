import Foundation
import Messaging

/// A broker for a test: Apache Kafka where `KAFKA_HOME` is set, one for the whole process; else the embedded broker.
public struct TestBroker: Sendable {
    /// How to reach it; the topic prefix is the test's own.
    public let configuration: MessagingConfiguration
    /// Its transactions are real.
    public let isApacheKafka: Bool
    /// The embedded broker lives as long as this value.
    private let embedded: EmbeddedBroker?

    private static let shared = Task {
        FileHandle.standardError.write(Data("Tests use Apache Kafka from KAFKA_HOME.\n".utf8))
        return try await ApacheKafka()
    }

    /// Provides a broker that has the topics; `embedded` asks for the embedded one in any case.
    public static func start(_ topics: [TopicDeclaration], embedded: Bool = false) async throws -> TestBroker {
        let prefix = "test-\(UUID().uuidString.prefix(8))."
        guard ApacheKafka.isInstalled, !embedded else {
            let broker = try EmbeddedBroker(topics: topics, prefix: prefix)
            return TestBroker(
                configuration: MessagingConfiguration(bootstrapServers: broker.bootstrapServers, topicPrefix: prefix),
                isApacheKafka: false, embedded: broker)
        }
        let configuration = MessagingConfiguration(
            bootstrapServers: try await shared.value.bootstrapServers, topicPrefix: prefix)
        _ = try await Admin.createTopics(topics, configuration)
        return TestBroker(configuration: configuration, isApacheKafka: true, embedded: nil)
    }

    /// Ends the embedded broker, if it is one.
    public func stop() {
        embedded?.stop()
    }
}
