internal import CRdKafka

extension IncomingRecord {
    /// Copies a record out of librdkafka's memory.
    init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, prefix: String) {
        func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
            start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
        }
        let record = message.pointee
        let source = TopicPartition(message, prefix: prefix)
        self.init(
            topic: source.topic, partition: source.partition, offset: record.offset,
            key: bytes(record.key, record.key_len),
            value: bytes(record.payload, record.len), timestamp: rd_kafka_message_timestamp(message, nil))
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        headers.reserveCapacity(rd_kafka_header_cnt(list))
        var (name, value, count): (UnsafePointer<CChar>?, UnsafeRawPointer?, Int) = (nil, nil, 0)
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let text = UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : count)
            headers.append((name.map { String(cString: $0) } ?? "", String(decoding: text, as: UTF8.self)))
        }
    }
}

extension TopicPartition {
    /// Where a record, or an event of a partition, comes from.
    init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, prefix: String) {
        let topic = message.pointee.rkt.map { Self.name(rd_kafka_topic_name($0), prefix: prefix) }
        self.init(topic: topic ?? "", partition: message.pointee.partition)
    }
}
