import Synchronization

/// How many bytes of a partition its slowest reading group has yet to read, and so how many more may be written.
///
/// A producer may fill half of the capacity: the other half absorbs what several producers grant themselves at once.
final class FlowLedger: Sendable {
    private struct Partition {
        var grant = 0
        var grantedAt: ContinuousClock.Instant?
        var unacknowledged = 0
        var acknowledged: [(offset: Int64, bytes: Int)] = []
        var recentSizes: [Int] = []

        mutating func renew(limit: Int, high: Int64, committed: Int64, wanted: Int, now: ContinuousClock.Instant) {
            acknowledged.removeAll { $0.offset < committed }
            let own = acknowledged.filter { $0.offset < high }
            let foreign = max(0, Int(high - committed) - own.count)
            let lag = own.reduce(0) { $0 + $1.bytes } + foreign * max(wanted, recentSizes.max() ?? 0)
            let room = limit - lag - unacknowledged
            grant = wanted <= room ? max(wanted, room / FlowLedger.grantedPart) : 0
            grantedAt = now
        }

        mutating func settle(_ bytes: Int, offset: Int64?) {
            unacknowledged -= bytes
            guard let offset, offset >= 0 else { return }
            acknowledged.append((offset, bytes))
            recentSizes.append(bytes)
            if recentSizes.count > 64 { recentSizes.removeFirst() }
        }
    }

    /// A grant is a part of the room, and does not last: other producers write to the partition too.
    private static let grantedPart = 8
    private static let grantLasts: Duration = .milliseconds(250)

    /// What a partition may hold unread, in bytes; no larger record is ever admitted.
    let limit: Int
    private let partitions = Mutex<[TopicPartition: Partition]>([:])

    /// `capacity` is what a partition keeps, in bytes.
    init(capacity: Int) {
        limit = capacity / 2
    }

    /// Takes the record's bytes from what was granted; false where the broker has to be asked first.
    func reserve(_ bytes: Int, on partition: TopicPartition, now: ContinuousClock.Instant = .now) -> Bool {
        partitions.withLock { partitions in
            guard let entry = partitions[partition], let grantedAt = entry.grantedAt, bytes <= entry.grant,
                now - grantedAt < Self.grantLasts
            else { return false }
            partitions[partition]?.grant -= bytes
            partitions[partition]?.unacknowledged += bytes
            return true
        }
    }

    /// Renews the grant from the broker's answer; `committed` is the slowest reading group's next offset.
    func learn(
        _ partition: TopicPartition, high: Int64, committed: Int64, wanted: Int, now: ContinuousClock.Instant = .now
    ) {
        partitions.withLock { partitions in
            partitions[partition, default: Partition()].renew(
                limit: limit, high: high, committed: committed, wanted: wanted, now: now)
        }
    }

    /// The record has left the queue; `offset` is nil where it was not delivered.
    func settle(_ bytes: Int, on partition: TopicPartition, offset: Int64?) {
        partitions.withLock { $0[partition]?.settle(bytes, offset: offset) }
    }
}
