/// A record to be written to a topic.
public struct OutgoingRecord: Sendable {
    /// The topic's name without the configured prefix.
    public var topic: String
    /// The key; records of equal keys go to the same partition.
    public var key: [UInt8]?
    /// The value; nil is a tombstone.
    public var value: [UInt8]?
    /// Header names and values, in order.
    public var headers: [(name: String, value: String)]
    /// The partition, where the key shall not choose it.
    public var partition: Int32?

    /// Makes a record.
    public init(
        topic: String, key: [UInt8]?, value: [UInt8]?, headers: [(name: String, value: String)] = [],
        partition: Int32? = nil
    ) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
        self.partition = partition
    }

    /// About what the record takes on the broker: its parts and Kafka's framing.
    var estimatedBytes: Int {
        let headerBytes = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        return (key?.count ?? 0) + (value?.count ?? 0) + headerBytes + 100
    }
}

/// A record read from a topic.
public struct IncomingRecord: Sendable {
    /// The topic's name without the configured prefix.
    public var topic: String
    /// The partition it was read from.
    public var partition: Int32
    /// Its offset in the partition.
    public var offset: Int64
    /// The key.
    public var key: [UInt8]?
    /// The value; nil is a tombstone.
    public var value: [UInt8]?
    /// Header names and values, in order.
    public var headers: [(name: String, value: String)]
    /// Milliseconds since 1970, as the topic is configured: when it was made or when the broker got it.
    public var timestamp: Int64
    /// Which of the consumer's assignments it was read under.
    public var assignmentEpoch: Int

    /// Makes a record, for tests of what handles it.
    public init(
        topic: String, partition: Int32, offset: Int64, key: [UInt8]?, value: [UInt8]?,
        headers: [(name: String, value: String)] = [], timestamp: Int64 = 0, assignmentEpoch: Int = 0
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
        self.assignmentEpoch = assignmentEpoch
    }

    /// The partition it was read from.
    public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

    /// The last value of a header, as Kafka's own clients answer.
    public func header(_ name: String) -> String? {
        headers.last { $0.name == name }?.value
    }

    /// What the record takes in memory.
    var bytes: Int {
        headers.reduce((key?.count ?? 0) + (value?.count ?? 0) + 128) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }
}
