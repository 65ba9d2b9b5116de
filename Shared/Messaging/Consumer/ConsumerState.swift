/// A consumer's buffer and its partitions under the present assignment; no input or output.
struct ConsumerState {
    /// Where to begin with a partition, and what the broker has stored for the group.
    struct Start {
        var offset: Int64
        var committed: Int64?
    }

    /// Why `nextBatch` cannot go on.
    private(set) var failure: (any Error)?
    private(set) var epoch = 0
    private(set) var trackers: [TopicPartition: OffsetTracker] = [:]
    private(set) var bufferedBytes = 0
    var statistics = MessagingStatistics()
    var isClosed = false

    private let capacity: Int
    private var records: [IncomingRecord] = []
    private var firstRecord = 0
    private var isPaused = false
    private var offsetsHaveHoles = true
    /// The epoch under which offsets were last offered for a transaction.
    private(set) var offeredEpoch = 0
    /// What this consumer committed under any assignment: the broker must not know less.
    private(set) var everCommitted: [TopicPartition: Int64] = [:]

    init(capacity: Int) {
        self.capacity = capacity
    }

    var bufferedRecords: Int { records.count - firstRecord }

    /// There is room, so librdkafka's own queue may be read; full once, it stays unread until half is taken.
    var acceptsRecords: Bool { !isPaused && failure == nil }

    /// Partitions were assigned or revoked: nothing that was read before is current any more.
    ///
    /// - Returns: the offsets that the revoked partitions' finished records allow to commit.
    mutating func changeAssignment() -> [TopicPartition: Int64] {
        defer {
            epoch += 1
            trackers = [:]
            records = []
            firstRecord = 0
            bufferedBytes = 0
            isPaused = false
        }
        return trackers.compactMapValues(\.committable)
    }

    /// Reading starts; false where the assignment changed meanwhile.
    mutating func start(_ starts: [TopicPartition: Start], epoch: Int, offsetsHaveHoles: Bool) -> Bool {
        guard epoch == self.epoch else { return false }
        trackers = starts.mapValues { OffsetTracker(start: $0.offset, committed: $0.committed) }
        self.offsetsHaveHoles = offsetsHaveHoles
        statistics.rebalances += 1
        return true
    }

    /// When the oldest record that was read and is not finished was written.
    var oldestUnfinished: Int64? { trackers.values.compactMap(\.oldestUnfinished).min() }

    func isCurrent(_ record: IncomingRecord) -> Bool {
        record.assignmentEpoch == epoch && trackers[record.topicPartition] != nil
    }

    /// Buffers a record of the present assignment, whose epoch it gets.
    mutating func accept(_ record: IncomingRecord) {
        let partition = record.topicPartition
        guard failure == nil, let expected = trackers[partition]?.nextDelivery else { return }
        guard offsetsHaveHoles || record.offset == expected else {
            return fail(MessagingError.gap(partition, expected: expected, found: record.offset))
        }
        trackers[partition]?.deliver(record.offset, written: record.timestamp)
        var record = record
        record.assignmentEpoch = epoch
        records.append(record)
        bufferedBytes += record.bytes
        isPaused = isPaused || bufferedBytes >= capacity
        statistics.recordsIn += 1
        statistics.bytesIn += record.bytes
    }

    /// The partition's end was reached.
    mutating func reachEnd(of partition: TopicPartition, _ offset: Int64) {
        trackers[partition]?.reachEnd(offset)
    }

    /// The buffer holds all that a batch may, or all that it will get.
    func fillsBatch(records: Int, bytes: Int) -> Bool {
        bufferedRecords >= records || bufferedBytes >= bytes || !acceptsRecords
    }

    /// Takes records from the front: at least one where there is one, whatever its size.
    ///
    /// - Returns: the records, and whether reading may go on that was paused.
    mutating func take(records maximum: Int, bytes limit: Int) -> (records: [IncomingRecord], resumes: Bool) {
        var end = firstRecord
        var bytes = 0
        while end < records.count, end - firstRecord < max(1, maximum),
            end == firstRecord || bytes + records[end].bytes <= limit
        {
            bytes += records[end].bytes
            end += 1
        }
        let batch = Array(records[firstRecord..<end])
        firstRecord = end
        bufferedBytes -= bytes
        if firstRecord > records.count / 2 {
            records.removeFirst(firstRecord)
            firstRecord = 0
        }
        let resumes = isPaused && bufferedBytes < capacity / 2
        if resumes { isPaused = false }
        return (batch, resumes)
    }

    mutating func requeue(_ batch: [IncomingRecord]) {
        let current = batch.filter(isCurrent)
        records.replaceSubrange(0..<firstRecord, with: current)
        firstRecord = 0
        bufferedBytes += current.reduce(0) { $0 + $1.bytes }
    }

    mutating func fail(_ error: any Error) {
        failure = failure ?? error
    }

    /// Takes a failure that passes by itself, so that it is reported once.
    mutating func takeFailure() -> (any Error)? {
        defer {
            if let error = failure as? MessagingError, error.isRetriable, !error.isFatal { failure = nil }
        }
        return failure
    }

    mutating func finish(_ batch: [IncomingRecord]) {
        for record in batch where isCurrent(record) { trackers[record.topicPartition]?.finish(record.offset) }
    }

    mutating func committable(finishing batch: [IncomingRecord] = []) -> [TopicPartition: Int64] {
        offeredEpoch = epoch
        let finishing = Dictionary(grouping: batch.filter(isCurrent), by: \.topicPartition)
        var offsets: [TopicPartition: Int64] = [:]
        for (partition, tracker) in trackers {
            offsets[partition] = tracker.committable(finishing: (finishing[partition] ?? []).map(\.offset))
        }
        return offsets
    }

    /// The partitions' ends that may be committed because every record before them is; each is given once.
    mutating func takeCommittableEnds() -> [TopicPartition: Int64] {
        let ends = trackers.compactMapValues(\.committableEnd)
        for (partition, end) in ends { trackers[partition]?.commit(end) }
        return ends
    }

    mutating func commit(_ offsets: [TopicPartition: Int64], epoch: Int) {
        for (partition, offset) in offsets {
            everCommitted[partition] = max(offset, everCommitted[partition] ?? 0)
            if epoch == self.epoch { trackers[partition]?.commit(offset) }
        }
    }
}

extension MessagingError {
    /// Records are missing from `expected` on; `found` is the next that there is, if it is known.
    static func gap(_ partition: TopicPartition, expected: Int64, found: Int64?) -> MessagingError {
        let last = found.map { " to \($0 - 1)" } ?? " and perhaps later ones"
        return MessagingError(
            .gap,
            "records \(expected)\(last) of topic \(partition.topic), partition \(partition.partition), are gone: the "
                + "broker dropped or lost them before they were read; start the run again, and give the topic more "
                + "retention or its readers more processes")
    }
}
