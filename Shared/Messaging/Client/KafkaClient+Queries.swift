internal import CRdKafka

/// Questions to the broker. All block for up to the timeout in milliseconds: call them inside `blocking`.
extension KafkaClient {
    /// Partition counts by the broker's topic names; makes no topic by asking.
    @discardableResult
    func metadata(timeout: Int32 = 5000) throws(MessagingError) -> [String: Int] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(raw, 1, nil, &metadata, timeout)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            throw MessagingError(error, "list the topics of \(configuration.bootstrapServers)")
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        events.noteContact()
        let topics = UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
        return topics.reduce(into: [:]) { $0[String(cString: $1.topic)] = Int($1.partition_cnt) }
    }

    /// Waits for the first contact.
    func capabilities(timeout: Int32 = 1000) throws(MessagingError) -> BrokerCapabilities {
        guard let id = rd_kafka_clusterid(raw, timeout) else {
            throw MessagingError(
                .unreachable, "could not reach the broker at \(configuration.bootstrapServers)", isRetriable: true)
        }
        defer { rd_kafka_mem_free(raw, id) }
        events.noteContact()
        return BrokerCapabilities(clusterID: String(cString: id))
    }

    /// The first offset that the partition still has, and the end of what a reader of committed records may see.
    func watermarks(
        _ partition: TopicPartition, timeout: Int32 = 5000
    ) throws(MessagingError) -> (low: Int64, high: Int64) {
        var (low, high): (Int64, Int64) = (0, 0)
        let error = rd_kafka_query_watermark_offsets(
            raw, configuration.topicPrefix + partition.topic, partition.partition, &low, &high, timeout)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw MessagingError(error, "ask for the offsets of \(partition)")
        }
        events.noteContact()
        return (low, high)
    }

    /// `watermarks` of several partitions.
    func ends(of partitions: [TopicPartition]) throws(MessagingError) -> [TopicPartition: (low: Int64, high: Int64)] {
        var ends: [TopicPartition: (low: Int64, high: Int64)] = [:]
        for partition in partitions { ends[partition] = try watermarks(partition) }
        return ends
    }

    /// The committed offsets of a group of this suite; partitions without one are left out.
    func committed(
        _ partitions: [TopicPartition], group: String, timeout: Int32 = 5000
    ) throws(MessagingError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let list = TopicPartitionList(partitions, prefix: configuration.topicPrefix)
        var request = list.lend { rd_kafka_ListConsumerGroupOffsets_new(configuration.topicPrefix + group, $0) }
        defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
        let action = "ask for the committed offsets of group \(group)"
        let options = rd_kafka_AdminOptions_new(raw, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        if let error = rd_kafka_AdminOptions_set_require_stable_offsets(options, 1) {
            throw MessagingError(consuming: error, action)
        }
        let event = try admin(action, timeout: timeout, options: options) {
            rd_kafka_ListConsumerGroupOffsets(raw, &request, 1, options, $0)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
            rd_kafka_event_ListConsumerGroupOffsets_result(event), &count)
        guard count == 1, let result = groups?[0] else {
            throw MessagingError(.brokerRejected, "could not \(action): the answer holds no group")
        }
        if let error = rd_kafka_group_result_error(result) {
            throw MessagingError(rd_kafka_error_code(error), action)
        }
        guard let answer = rd_kafka_group_result_partitions(result) else { return [:] }
        for element in TopicPartitionList.elements(answer) where element.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw MessagingError(element.err, action)
        }
        events.noteContact()
        return TopicPartitionList.offsets(answer, prefix: configuration.topicPrefix)
    }

    /// Sends an admin request and waits for its event, which the caller destroys.
    func admin(
        _ action: String, timeout: Int32, options: OpaquePointer?, _ send: (OpaquePointer) -> Void
    ) throws(MessagingError) -> OpaquePointer {
        guard let queue = rd_kafka_queue_new(raw) else {
            throw MessagingError(.brokerRejected, "could not \(action): out of memory")
        }
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_AdminOptions_set_request_timeout(options, timeout, nil, 0)
        send(queue)
        guard let event = rd_kafka_queue_poll(queue, timeout + 1000) else {
            throw MessagingError(RD_KAFKA_RESP_ERR__TIMED_OUT, action)
        }
        let error = rd_kafka_event_error(event)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let detail = String(cString: rd_kafka_event_error_string(event))
            rd_kafka_event_destroy(event)
            throw MessagingError(error, action, detail: detail)
        }
        return event
    }
}
