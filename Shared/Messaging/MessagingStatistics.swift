/// A snapshot of what a producer or a consumer has done since it was made.
public struct MessagingStatistics: Sendable, Hashable {
    /// Records read.
    public var recordsIn = 0
    /// Bytes of keys, values and headers read.
    public var bytesIn = 0
    /// Records acknowledged by the broker.
    public var recordsOut = 0
    /// Bytes acknowledged by the broker.
    public var bytesOut = 0
    /// Records that could not be delivered.
    public var deliveryFailures = 0
    /// Records that wait: for the acknowledgement in a producer, for `nextBatch` in a consumer.
    public var queueDepth = 0
    /// Bytes of the records that wait.
    public var queueBytes = 0
    /// Transactions committed.
    public var transactionsCommitted = 0
    /// Transactions aborted.
    public var transactionsAborted = 0
    /// Times that partitions were assigned.
    public var rebalances = 0
    /// Records that waited for a reading group to catch up.
    public var flowControlWaits = 0

    /// Nothing done yet.
    public init() {}
}
