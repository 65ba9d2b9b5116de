internal import CRdKafka
import Synchronization

/// librdkafka's mock cluster: a broker inside this process that keeps everything in memory.
///
/// For trying the suite out and for tests. It has no transactions, and a partition keeps its last 5 MB.
public final class EmbeddedBroker: Sendable {
    /// `host:port` of the broker, for this process and others on this machine.
    public let bootstrapServers: String

    private let client: KafkaClient
    private let cluster: Mutex<OpaquePointer?>

    /// Starts a broker with these topics.
    public init(topics: [TopicDeclaration], prefix: String) throws {
        // The client only carries the cluster; it connects to nothing.
        client = try KafkaClient(.producer, MessagingConfiguration(bootstrapServers: "", topicPrefix: prefix))
        guard let cluster = rd_kafka_mock_cluster_new(client.raw, 1) else {
            throw MessagingError(.unreachable, "could not start the embedded broker: no socket on 127.0.0.1")
        }
        for topic in topics {
            let error = rd_kafka_mock_topic_create(cluster, prefix + topic.name, Int32(topic.partitions), 1)
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                rd_kafka_mock_cluster_destroy(cluster)
                throw MessagingError(error, "create topic \(topic.name) on the embedded broker")
            }
        }
        bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
        self.cluster = Mutex(cluster)
    }

    deinit {
        stop()
    }

    /// Stops the broker; its records are gone.
    public func stop() {
        cluster.withLock { cluster in
            if let cluster { rd_kafka_mock_cluster_destroy(cluster) }
            cluster = nil
        }
    }
}
