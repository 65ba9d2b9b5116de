internal import CRdKafka

/// Requests about topics and groups, each on a client of its own.
public struct Admin {
    /// How far a group is on one partition.
    public typealias GroupLag = (
        group: String, topic: String, partition: Int32, low: Int64, high: Int64, committed: Int64?
    )

    /// Creates the topics that are missing; leaves the others as they are.
    ///
    /// - Returns: the names created, without prefix; none on the embedded broker, which makes its topics itself.
    public static func createTopics(
        _ topics: [TopicDeclaration], _ configuration: MessagingConfiguration
    ) async throws -> [String] {
        let client = try KafkaClient(.producer, configuration)
        let capabilities = try await client.reached { try $0.capabilities() }
        guard capabilities.transactions, !topics.isEmpty else { return [] }
        return try await client.blocking { try $0.create(topics) }
    }

    /// What is wrong with the topics on the broker, a sentence each; nothing if all is well.
    public static func checkTopics(
        _ topics: [TopicDeclaration], _ configuration: MessagingConfiguration, comparingPartitions: Bool = true
    ) async throws -> [String] {
        let client = try KafkaClient(.producer, configuration)
        let counts = try await client.reached { try $0.metadata(timeout: 1000) }
        return topics.compactMap { topic in
            let name = configuration.topicPrefix + topic.name
            guard let count = counts[name] else {
                return "Topic \(name) is missing; create it with \(topic.partitions) partitions."
            }
            if count == topic.partitions || !comparingPartitions { return nil }
            let remedy = count < topic.partitions ? "add the missing ones while it is empty" : "configure \(count)"
            return "Topic \(name) has \(count) partitions where \(topic.partitions) are configured; \(remedy)."
        }
    }

    /// How far groups, named without prefix, are on every partition of the topics that they read.
    ///
    /// `committed` is nil where the group has committed nothing. Offsets count transaction markers too; a consumer
    /// commits past those at the end within a second.
    public static func groupLag(
        groups: [(group: String, topic: String)], _ configuration: MessagingConfiguration
    ) async throws -> [GroupLag] {
        // A consumer that joins nothing: where the group's coordinator has just moved, librdkafka 2.0.2 looks for it through
        // the client's own group and crashes on a client without one (librdkafka #5040).
        let client = try KafkaClient(
            .consumer, configuration,
            fixed: ["group.id": configuration.topicPrefix + "reader", "enable.auto.commit": "false"])
        let counts = try await client.reached { try $0.metadata(timeout: 1000) }
        return try await client.reached { client in
            try groups.flatMap { group, topic -> [GroupLag] in
                let count = counts[configuration.topicPrefix + topic] ?? 0
                let partitions = (0..<Int32(count)).map { TopicPartition(topic: topic, partition: $0) }
                let committed = try client.committed(partitions, group: group)
                return try partitions.map { partition in
                    let (low, high) = try client.watermarks(partition)
                    return (group, topic, partition.partition, low, high, committed[partition])
                }
            }
        }
    }

    /// Where a group's reading of partitions goes on; 0 where it has committed nothing.
    public static func committedOffsets(
        of partitions: [TopicPartition], group: String, _ configuration: MessagingConfiguration
    ) async throws -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for partition in partitions { offsets[partition] = 0 }
        let topics = Set(partitions.map(\.topic)).map { (group: group, topic: $0) }
        for row in try await groupLag(groups: topics, configuration) {
            let partition = TopicPartition(topic: row.topic, partition: row.partition)
            if offsets[partition] != nil { offsets[partition] = row.committed ?? 0 }
        }
        return offsets
    }

    /// A broker answers within two seconds.
    public static func isReachable(_ configuration: MessagingConfiguration) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(2)
        return (try? await waitUntilReachable(configuration, deadline: deadline)) != nil
    }

    /// Waits until a broker answers; throws what is wrong at the deadline, or at once where credentials are refused.
    public static func waitUntilReachable(
        _ configuration: MessagingConfiguration, deadline: ContinuousClock.Instant
    ) async throws {
        let client = try KafkaClient(.producer, configuration)
        _ = try await client.reached(by: deadline) { try $0.metadata(timeout: 500) }
    }
}

extension KafkaClient {
    /// Asks until a broker answers, for 30 seconds if nothing else is said.
    fileprivate func reached<Value: Sendable>(
        by deadline: ContinuousClock.Instant = .now + .seconds(30),
        _ ask: @escaping @Sendable (KafkaClient) throws -> Value
    ) async throws -> Value {
        try await retrying { client in
            do {
                return try ask(client)
            } catch var error as MessagingError {
                // Serves the error callback, which knows of refused credentials.
                rd_kafka_poll(client.raw, 0)
                if deadline <= .now { error.isRetriable = false }
                throw error
            }
        }
    }

    fileprivate func create(_ topics: [TopicDeclaration]) throws -> [String] {
        var requests: [OpaquePointer?] = []
        defer { rd_kafka_NewTopic_destroy_array(&requests, requests.count) }
        for topic in topics {
            let request = rd_kafka_NewTopic_new(
                configuration.topicPrefix + topic.name, Int32(topic.partitions), Int32(topic.replicationFactor), nil, 0)
            guard let request else {
                throw MessagingError(
                    .configuration,
                    "topic \(topic.name) is declared with \(topic.partitions) partitions and replication factor "
                        + "\(topic.replicationFactor), which Kafka does not allow")
            }
            for (name, value) in topic.configuration { rd_kafka_NewTopic_set_config(request, name, value) }
            requests.append(request)
        }
        let options = rd_kafka_AdminOptions_new(raw, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        rd_kafka_AdminOptions_set_operation_timeout(options, 15_000, nil, 0)
        let event = try admin("create topics", timeout: 20_000, options: options) {
            rd_kafka_CreateTopics(raw, &requests, requests.count, options, $0)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        var created: [String] = []
        for result in UnsafeBufferPointer(start: results, count: count) {
            let name = TopicPartition.name(rd_kafka_topic_result_name(result), prefix: configuration.topicPrefix)
            switch rd_kafka_topic_result_error(result) {
            case RD_KAFKA_RESP_ERR_NO_ERROR: created.append(name)
            case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: break
            case let error:
                let detail = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
                throw MessagingError(error, "create topic \(configuration.topicPrefix)\(name)", detail: detail)
            }
        }
        return created
    }
}
