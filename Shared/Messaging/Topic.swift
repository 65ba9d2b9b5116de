/// A topic that the suite needs, and how it should be set up.
public struct TopicDeclaration: Sendable, Hashable {
    /// The name without the configured prefix.
    public var name: String
    /// How many partitions it has.
    public var partitions: Int
    /// How many brokers keep each partition.
    public var replicationFactor: Int
    /// Kafka's topic properties, such as `cleanup.policy` or `max.message.bytes`.
    public var configuration: [String: String]
    /// The consumer groups, without prefix, that must keep up where a partition's capacity is bounded.
    public var readers: [String]

    /// Declares a topic.
    public init(
        name: String, partitions: Int, replicationFactor: Int = 1, configuration: [String: String] = [:],
        readers: [String] = []
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configuration = configuration
        self.readers = readers
    }
}

/// One partition of a topic.
public struct TopicPartition: Sendable, Hashable, CustomStringConvertible {
    /// The topic's name without the configured prefix.
    public var topic: String
    /// The partition's number.
    public var partition: Int32

    /// Names a partition.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// `topic[partition]`.
    public var description: String { "\(topic)[\(partition)]" }
}

/// What the broker can do, found by asking it.
public struct BrokerCapabilities: Sendable, Hashable {
    /// It has transactions, so aborted records are invisible and producers are fenced.
    public var transactions: Bool
    /// The bytes after which a partition silently drops its oldest records; nil where the topic's own retention rules.
    public var topicCapacityBytes: Int?

    /// States what a broker can do.
    public init(transactions: Bool, topicCapacityBytes: Int?) {
        self.transactions = transactions
        self.topicCapacityBytes = topicCapacityBytes
    }

    /// librdkafka's mock cluster takes transaction calls without their meaning and keeps 5 MiB a partition.
    init(clusterID: String) {
        let isEmbedded = clusterID.hasPrefix("mockCluster")
        self.init(transactions: !isEmbedded, topicCapacityBytes: isEmbedded ? 5_000_000 : nil)
    }
}
