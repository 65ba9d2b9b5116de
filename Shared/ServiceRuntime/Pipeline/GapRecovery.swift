import Messaging

/// Where to go on after a topic lost records: nothing brings them back, so the stage must not stand still over them.
public enum GapRecovery {
    /// For each partition whose committed offset is gone, the nearest one that is there.
    public static func starts(
        of partitions: [TopicPartition], group: String, _ messaging: MessagingConfiguration
    ) async throws -> [TopicPartition: Int64] {
        var starts: [TopicPartition: Int64] = [:]
        let topics = Set(partitions.map(\.topic)).map { (group: group, topic: $0) }
        for row in try await Admin.groupLag(groups: topics, messaging) {
            let partition = TopicPartition(topic: row.topic, partition: row.partition)
            guard partitions.contains(partition), let committed = row.committed else { continue }
            let nearest = min(max(committed, row.low), row.high)
            if nearest != committed { starts[partition] = nearest }
        }
        return starts
    }
}
