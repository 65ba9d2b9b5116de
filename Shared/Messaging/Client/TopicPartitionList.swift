internal import CRdKafka

/// librdkafka's list of partitions and offsets, under the names that the broker knows.
struct TopicPartitionList: ~Copyable {
    private let raw: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: some Collection<TopicPartition>, prefix: String) {
        raw = rd_kafka_topic_partition_list_new(Int32(partitions.count))
        for partition in partitions {
            rd_kafka_topic_partition_list_add(raw, prefix + partition.topic, partition.partition)
        }
    }

    init(_ offsets: [TopicPartition: Int64], prefix: String) {
        raw = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for (partition, offset) in offsets {
            rd_kafka_topic_partition_list_add(raw, prefix + partition.topic, partition.partition).pointee.offset =
                offset
        }
    }

    deinit {
        rd_kafka_topic_partition_list_destroy(raw)
    }

    /// Lends the list for a call, which copies what it keeps.
    borrowing func lend<Result>(
        _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Result
    ) -> Result {
        body(raw)
    }

    /// The absolute offsets in a list; partitions without one are left out.
    static func offsets(
        _ raw: UnsafePointer<rd_kafka_topic_partition_list_t>, prefix: String
    ) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for element in elements(raw) where element.offset >= 0 {
            offsets[TopicPartition(element, prefix: prefix)] = element.offset
        }
        return offsets
    }

    static func elements(
        _ raw: UnsafePointer<rd_kafka_topic_partition_list_t>
    ) -> UnsafeBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeBufferPointer(start: raw.pointee.elems, count: Int(raw.pointee.cnt))
    }
}

extension TopicPartition {
    init(_ element: rd_kafka_topic_partition_t, prefix: String) {
        self.init(topic: Self.name(element.topic, prefix: prefix), partition: element.partition)
    }

    /// The broker's name for a topic without the configured prefix.
    static func name(_ raw: UnsafePointer<CChar>, prefix: String) -> String {
        let name = String(cString: raw)
        return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    }
}
