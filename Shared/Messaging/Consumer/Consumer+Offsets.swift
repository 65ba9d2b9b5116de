internal import CRdKafka

extension Consumer {
    /// Marks records as finished; those that are no longer current are ignored.
    ///
    /// Offsets move only past the contiguous finished prefix of each partition.
    public func finish(_ records: [IncomingRecord]) {
        rebalancing.state.withLock { $0.finish(records) }
    }

    /// The next offset to read per partition that could be committed if `records` were finished too, where it moved.
    public func committableOffsets(finishing records: [IncomingRecord]) -> [TopicPartition: Int64] {
        rebalancing.state.withLock { $0.committable(finishing: records) }
    }

    /// Commits the contiguous finished prefix outside of any transaction; waits for the broker.
    ///
    /// Partitions that moved away meanwhile are another's: their uncommitted records are delivered again there.
    public func commitFinished() async throws {
        let (offsets, epoch) = rebalancing.state.withLock { ($0.committable(), $0.epoch) }
        try await store(offsets, epoch: epoch)
    }

    /// How many records each assigned partition has that are not finished.
    public func lag() async throws -> [TopicPartition: Int64] {
        let positions = rebalancing.state.withLock { $0.trackers.mapValues(\.position) }
        return try await client.blocking { client in
            var lag: [TopicPartition: Int64] = [:]
            for (partition, position) in positions {
                lag[partition] = try max(0, client.watermarks(partition).high - position)
            }
            return lag
        }
    }

    /// When the oldest record that was read and is not finished was written, in milliseconds since 1970; nil when all are.
    public var oldestUnfinished: Int64? { rebalancing.state.withLock(\.oldestUnfinished) }

    /// Commits offsets as the group's member, unless the assignment has changed.
    func store(_ offsets: [TopicPartition: Int64], epoch: Int) async throws {
        guard !offsets.isEmpty else { return }
        do {
            try await client.retrying(grace: KafkaClient.grace) { [self] _ in
                guard rebalancing.state.withLock({ $0.epoch }) == epoch else { return }
                try commit(offsets)
                rebalancing.state.withLock { $0.commit(offsets, epoch: epoch) }
            }
        } catch let error as MessagingError where error.code == .rebalanced {
            return
        }
    }

    /// Commits what was finished of partitions that are being revoked.
    ///
    /// Once only: the group waits, and what is not committed is delivered again.
    func giveUp(_ finished: [TopicPartition: Int64]) async throws {
        guard !finished.isEmpty else { return }
        try await client.blocking { [self] _ in
            try commit(finished)
            rebalancing.state.withLock { $0.commit(finished, epoch: -1) }
        }
    }

    /// Commits past the transaction markers at the partitions' ends, lest the group seem to lag behind by them.
    ///
    /// Does not wait and does not matter if it fails: the records before are committed.
    func commitEnds() {
        let ends = rebalancing.state.withLock { $0.takeCommittableEnds() }
        guard !ends.isEmpty else { return }
        let list = TopicPartitionList(ends, prefix: client.configuration.topicPrefix)
        _ = list.lend { rd_kafka_commit(client.raw, $0, 1) }
    }

    private func commit(_ offsets: [TopicPartition: Int64]) throws(MessagingError) {
        let list = TopicPartitionList(offsets, prefix: client.configuration.topicPrefix)
        let error = list.lend { rd_kafka_commit(client.raw, $0, 0) }
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw MessagingError(error, "commit the offsets of group \(group)")
        }
        client.events.noteContact()
    }

    /// The group's identity for a transaction; throws where the partitions have moved since the offsets were offered.
    ///
    /// - Returns: librdkafka's group metadata, which the caller destroys.
    func transactionMetadata() throws(MessagingError) -> OpaquePointer {
        let metadata = rd_kafka_consumer_group_metadata(client.raw)
        // Asked after the metadata: should partitions move from here on, its generation is stale and the broker refuses.
        let isCurrent = rebalancing.state.withLock { $0.offeredEpoch == $0.epoch }
        guard let metadata, isCurrent else {
            if let metadata { rd_kafka_consumer_group_metadata_destroy(metadata) }
            throw MessagingError(
                .rebalanced, "the partitions of group \(group) moved before the transaction was committed",
                requiresAbort: true)
        }
        return metadata
    }

    /// Commits offsets that were offered, unless their partitions have moved since.
    func storeOffered(_ offsets: [TopicPartition: Int64]) async throws {
        try await store(offsets, epoch: rebalancing.state.withLock { $0.offeredEpoch })
    }

    /// A transaction has stored these offsets.
    func noteCommitted(_ offsets: [TopicPartition: Int64]) {
        rebalancing.state.withLock { $0.commit(offsets, epoch: $0.offeredEpoch) }
    }

    /// Finds where to begin with newly assigned partitions and begins.
    func read(
        _ partitions: [TopicPartition], overrides: [TopicPartition: Int64], epoch: Int, into records: OpaquePointer
    ) async throws {
        nonisolated(unsafe) let records = records
        let (starts, hasTransactions) = try await client.retrying { [self] client in
            let hasTransactions = try client.capabilities().transactions
            return (try self.starts(of: partitions, overrides: overrides), hasTransactions)
        }
        let isStarted = rebalancing.state.withLock {
            $0.start(starts, epoch: epoch, offsetsHaveHoles: hasTransactions)
        }
        guard isStarted, !starts.isEmpty else { return }
        try await client.blocking { client in
            let prefix = client.configuration.topicPrefix
            for partition in starts.keys {
                let name = prefix + partition.topic
                guard let queue = rd_kafka_queue_get_partition(client.raw, name, partition.partition) else { continue }
                rd_kafka_queue_forward(queue, records)
                rd_kafka_queue_destroy(queue)
            }
            let list = TopicPartitionList(starts.mapValues(\.offset), prefix: prefix)
            let error = list.lend { rd_kafka_assign(client.raw, $0) }
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw MessagingError(error, "start reading \(partitions)")
            }
        }
    }

    /// Where each partition begins: the override, the committed offset, or where new groups begin.
    ///
    /// An offset that the partition does not have any more, or not yet, is a gap.
    private func starts(
        of partitions: [TopicPartition], overrides: [TopicPartition: Int64]
    ) throws(MessagingError) -> [TopicPartition: ConsumerState.Start] {
        let committed = try client.committed(partitions, group: group)
        let everCommitted = rebalancing.state.withLock { $0.everCommitted }
        let newGroupsStartAtEnd = ["latest", "largest", "end"].contains(
            client.configuration.properties["auto.offset.reset"])
        var starts: [TopicPartition: ConsumerState.Start] = [:]
        for partition in partitions {
            let (low, high) = try client.watermarks(partition)
            if let known = everCommitted[partition], committed[partition] ?? 0 < known {
                throw MessagingError(
                    .gap,
                    "the broker has forgotten that group \(group) read \(partition) up to offset \(known): it lost its "
                        + "records; start the run again")
            }
            let offset = overrides[partition] ?? committed[partition] ?? (newGroupsStartAtEnd ? high : low)
            guard offset >= low else { throw MessagingError.gap(partition, expected: offset, found: low) }
            guard offset <= high else {
                throw MessagingError(
                    .gap,
                    "group \(group) is to go on at offset \(offset) of \(partition), which ends at \(high): the broker "
                        + "lost records; start the run again")
            }
            starts[partition] = ConsumerState.Start(offset: offset, committed: committed[partition])
        }
        return starts
    }
}
