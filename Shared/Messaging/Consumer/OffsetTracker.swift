/// The contiguous finished prefix of one partition.
///
/// Records are finished in any order; the prefix is contiguous in the order of delivery, because offsets may have holes
/// (transaction markers, aborted or compacted records).
struct OffsetTracker {
    /// The next offset to read after the finished prefix.
    private(set) var position: Int64
    /// The position that the broker knows; nil before the first commit.
    private(set) var committed: Int64?
    /// Delivered records after the prefix, in order.
    private var pending: [Int64] = []
    /// When each of them was written.
    private var written: [Int64] = []
    private var pendingStart = 0
    private var finishedAhead: Set<Int64> = []
    /// Where the partition ended when its end was last reached; no record is between the last delivered one and it.
    private var end: Int64
    /// The next offset after the last finished record, as far as it is known.
    private var afterRecords: Int64?

    init(start: Int64, committed: Int64?) {
        position = start
        end = start
        self.committed = committed
        afterRecords = start == committed ? start : nil
    }

    /// The offset that the next record has on a broker without holes.
    var nextDelivery: Int64 { max(end, pendingStart < pending.count ? pending[pending.count - 1] + 1 : position) }

    /// The position to commit, where it moved since the last commit; a rewound reader commits nothing backwards.
    var committable: Int64? { afterRecords != nil && position > committed ?? -1 ? position : nil }

    /// The position to commit where all records are committed, and only what no reader sees comes after them.
    var committableEnd: Int64? { afterRecords == committed ? committable : nil }

    /// When the first delivered record that is not finished was written; nil when there is none.
    var oldestUnfinished: Int64? { pendingStart < pending.count ? written[pendingStart] : nil }

    /// Takes the next record's offset and the time of its writing; offsets only grow.
    mutating func deliver(_ offset: Int64, written timestamp: Int64 = 0) {
        pending.append(offset)
        written.append(timestamp)
    }

    /// Takes the offset at which the partition ends, past all records delivered.
    mutating func reachEnd(_ offset: Int64) {
        end = max(end, offset)
        advance()
    }

    /// Marks a delivered record as finished; others are ignored.
    mutating func finish(_ offset: Int64) {
        guard offset >= position else { return }
        finishedAhead.insert(offset)
        advance()
    }

    /// The broker has stored a position.
    mutating func commit(_ offset: Int64) {
        committed = max(offset, committed ?? offset)
    }

    /// `committable` as if these records were finished too.
    func committable(finishing offsets: some Sequence<Int64>) -> Int64? {
        var copy = self
        for offset in offsets { copy.finish(offset) }
        return copy.committable
    }

    private mutating func advance() {
        while pendingStart < pending.count, finishedAhead.remove(pending[pendingStart]) != nil {
            position = pending[pendingStart] + 1
            afterRecords = position
            pendingStart += 1
        }
        if pendingStart == pending.count { position = max(position, end) }
        // Dropping the finished part now and then keeps both time and memory linear.
        if pendingStart > 64, pendingStart > pending.count / 2 {
            pending.removeFirst(pendingStart)
            written.removeFirst(pendingStart)
            pendingStart = 0
        }
    }
}
