internal import CRdKafka

extension Admin {
    /// When the oldest record was written that a group has not finished, by group and topic; left out where there is none.
    ///
    /// Milliseconds since 1970. Reads the first record behind each committed offset of ``groupLag(groups:_:)``, and looks for
    /// them for as long as `limit`.
    public static func oldestUnfinished(
        _ lag: [GroupLag], _ configuration: MessagingConfiguration, limit: Duration = .seconds(10)
    ) async throws -> [(group: String, topic: String, written: Int64)] {
        let behind = lag.filter { max($0.low, $0.committed ?? 0) < $0.high }
        // Two groups may read a topic: each round reads every partition once.
        var rounds: [[TopicPartition: GroupLag]] = []
        for row in behind {
            let partition = TopicPartition(topic: row.topic, partition: row.partition)
            if let index = rounds.firstIndex(where: { $0[partition] == nil }) {
                rounds[index][partition] = row
            } else {
                rounds.append([partition: row])
            }
        }
        let deadline = ContinuousClock.now + limit
        var oldest: [(group: String, topic: String, written: Int64)] = []
        for round in rounds {
            let starts = round.mapValues { max($0.low, $0.committed ?? 0) }
            let firsts = try await find(starts, configuration, deadline: deadline).found
            for (partition, (_, written)) in firsts {
                guard let row = round[partition] else { continue }
                if let known = oldest.firstIndex(where: { $0.group == row.group && $0.topic == row.topic }) {
                    oldest[known].written = min(oldest[known].written, written)
                } else {
                    oldest.append((row.group, row.topic, written))
                }
            }
        }
        return oldest
    }

    /// The first record from each of these offsets on, and when it was written; partitions that end before one are left out.
    public static func firstRecords(
        from starts: [TopicPartition: Int64], _ configuration: MessagingConfiguration
    ) async throws -> [TopicPartition: (offset: Int64, written: Int64)] {
        guard !starts.isEmpty else { return [:] }
        let (found, open) = try await find(starts, configuration, deadline: .now + .seconds(30))
        if let silent = open.first {
            throw MessagingError(
                .timedOut, "could not read \(silent) from offset \(starts[silent] ?? 0) on: no answer within 30 s",
                isRetriable: true)
        }
        return found
    }

    /// The first records by the deadline, and the partitions that had not answered by then.
    private static func find(
        _ starts: [TopicPartition: Int64], _ configuration: MessagingConfiguration, deadline: ContinuousClock.Instant
    ) async throws -> (found: [TopicPartition: (offset: Int64, written: Int64)], open: Set<TopicPartition>) {
        // One record a partition is wanted, so little is fetched ahead.
        let client = try KafkaClient(
            .consumer, configuration,
            defaults: [
                "isolation.level": "read_committed", "fetch.wait.max.ms": "100", "fetch.message.max.bytes": "4096",
                "queued.max.messages.kbytes": "1024",
            ],
            fixed: [
                "group.id": configuration.topicPrefix + "reader", "enable.auto.commit": "false",
                "enable.auto.offset.store": "false", "enable.partition.eof": "true", "auto.offset.reset": "error",
            ])
        rd_kafka_poll_set_consumer(client.raw)
        return try await client.blocking { client in
            let prefix = configuration.topicPrefix
            let error = TopicPartitionList(starts, prefix: prefix).lend { rd_kafka_assign(client.raw, $0) }
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw MessagingError(error, "look for the oldest unfinished records")
            }
            var open = Set(starts.keys)
            var found: [TopicPartition: (offset: Int64, written: Int64)] = [:]
            while !open.isEmpty, ContinuousClock.now < deadline {
                guard let message = rd_kafka_consumer_poll(client.raw, 200) else { continue }
                defer { rd_kafka_message_destroy(message) }
                guard message.pointee.rkt != nil else { continue }
                let partition = TopicPartition(message, prefix: prefix)
                guard open.remove(partition) != nil else { continue }
                if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                    found[partition] = (
                        message.pointee.offset, IncomingRecord(message, prefix: prefix).timestamp
                    )
                }
                let done = TopicPartitionList([partition], prefix: prefix)
                _ = done.lend { rd_kafka_pause_partitions(client.raw, $0) }
            }
            return (found, open)
        }
    }
}
