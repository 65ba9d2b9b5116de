import Events
import Foundation
import Messaging

/// Finds out whether anything of a run is still on its way, without knowing which records are its own.
///
/// From the first topic to the last, all that lay in a topic must have been finished by its group before the end of the next
/// one is marked. When every group has passed its mark and the run has made no progress meanwhile, nothing of it is left in
/// any topic: what is missing is lost.
public struct LossSearch: Sendable {
    /// The topics of a run's records, in the order of its stages, and who reads them.
    public static let path: [(group: String, topic: String)] = [
        (Topics.Group.ingest, Topics.jobs), (Topics.Group.align, Topics.reads),
        (Topics.Group.encode, Topics.alignments), (Topics.Group.encode, Topics.items),
        (Topics.Group.infer, Topics.examples),
        (Topics.Group.report, Topics.predictions),
    ]

    private var place = 0
    private var mark: [TopicPartition: Int64]?
    /// How much of the run was done when the search began.
    private let progress: [Int]

    /// Begins a search for a run.
    public init(_ status: RunStatus) { progress = Self.progress(of: status) }

    /// Whether the run is as it was when the search began.
    public func holds(for status: RunStatus) -> Bool { progress == Self.progress(of: status) }

    /// Takes a look at the groups, whose rows are in the order of ``path``; returns whether nothing is on its way any more.
    public mutating func advance(_ lag: [Admin.GroupLag]) -> Bool {
        while place < Self.path.count {
            let (group, topic) = Self.path[place]
            let rows = lag.filter { $0.group == group && $0.topic == topic }
            // A topic that nobody can see says nothing.
            guard !rows.isEmpty else { return false }
            let ends =
                mark
                ?? Dictionary(
                    rows.map { (TopicPartition(topic: $0.topic, partition: $0.partition), $0.high) },
                    uniquingKeysWith: max)
            mark = ends
            let isPassed = rows.allSatisfy { row in
                let end = ends[TopicPartition(topic: row.topic, partition: row.partition)] ?? row.high
                // What is gone from the topic, or was cut off its end, is no longer on its way either.
                return max(row.committed ?? 0, row.low) >= min(end, row.high)
            }
            guard isPassed else { return false }
            place += 1
            mark = nil
        }
        return true
    }

    private static func progress(of status: RunStatus) -> [Int] {
        [status.batchesSent, status.state == "opened" ? 0 : 1, status.readsSoFar ?? 0]
            + RunStatus.order.flatMap { name in
                let stage = status.stage(name)
                return [stage?.done ?? 0, stage?.expected ?? -1]
            }
    }
}
