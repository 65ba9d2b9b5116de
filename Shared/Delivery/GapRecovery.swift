import Commands
import Messaging
import Synchronization

/// Where to go on after a topic lost records: nothing brings them back, so the stage must not stand still over them.
///
/// Only the first assignment after the loss goes on behind it; a later loss is a loss of its own.
public final class GapRecovery: Sendable {
    private let isNeeded: Mutex<Bool>

    /// Makes the recovery of a session.
    public init(isNeeded: Bool) { self.isNeeded = Mutex(isNeeded) }

    /// The starts that a stage wants, and for partitions whose start is gone the nearest offset that is there.
    public func starts(
        of partitions: [TopicPartition], instead own: [TopicPartition: Int64], group: String,
        _ messaging: MessagingConfiguration
    ) async throws -> [TopicPartition: Int64] {
        guard
            isNeeded.withLock({ needed in
                defer { needed = false }
                return needed
            })
        else { return own }
        var starts = own
        let topics = Set(partitions.map(\.topic)).map { (group: group, topic: $0) }
        for row in try await Admin.groupLag(groups: topics, messaging) {
            let partition = TopicPartition(topic: row.topic, partition: row.partition)
            guard partitions.contains(partition), let start = own[partition] ?? row.committed else { continue }
            let nearest = min(max(start, row.low), row.high)
            if nearest != start { starts[partition] = nearest }
        }
        return starts
    }
}
