internal import CRdKafka

extension Producer {
    /// Begins a transaction; does nothing where the broker has none.
    public func begin() throws {
        guard isTransactional else { return }
        if let error = rd_kafka_begin_transaction(client.raw) {
            throw MessagingError(consuming: error, "begin a transaction")
        }
    }

    /// Commits the records that were sent, and the consumer's offsets with them.
    ///
    /// `offsets` are the next to read, from the consumer's `committableOffsets`. Retriable errors are retried inside. An
    /// error with `requiresAbort` asks for `abort`, one with `isFatal` for another producer. Without transactions, the
    /// offsets are committed once all records are acknowledged.
    public func commit(offsets: [TopicPartition: Int64], of consumer: Consumer) async throws {
        try await flushTransaction()
        guard isTransactional else { return try await consumer.storeOffered(offsets) }
        if !offsets.isEmpty {
            try await client.retrying(grace: KafkaClient.grace) { client in
                let metadata = try consumer.transactionMetadata()
                defer { rd_kafka_consumer_group_metadata_destroy(metadata) }
                let list = TopicPartitionList(offsets, prefix: client.configuration.topicPrefix)
                let error = list.lend { rd_kafka_send_offsets_to_transaction(client.raw, $0, metadata, 10_000) }
                if let error {
                    throw MessagingError(consuming: error, "add the offsets of \(consumer.group) to the transaction")
                }
            }
        }
        try await commitTransaction()
        consumer.noteCommitted(offsets)
    }

    /// Commits the records that were sent, where no input was consumed for them.
    public func commit() async throws {
        try await flushTransaction()
        if isTransactional { try await commitTransaction() }
    }

    /// Aborts the transaction: readers never see its records.
    ///
    /// Without transactions the records stay, and their readers recognise them by their ids when they come again.
    public func abort() async throws {
        guard isTransactional else { return }
        // Aborting while a partition is still being added makes the broker answer INVALID_TXN_STATE, which is fatal.
        await settle(within: .seconds(2))
        try await client.retrying(grace: KafkaClient.grace) { client in
            if let error = rd_kafka_abort_transaction(client.raw, 10_000) {
                throw MessagingError(consuming: error, "abort the transaction")
            }
        }
        // The aborted records' failures are no news.
        deliveries.takeFailure()
        deliveries.count { $0.transactionsAborted += 1 }
    }

    private func flushTransaction() async throws {
        do {
            try await flush()
        } catch var error as MessagingError {
            error = client.fatalError ?? error
            error.requiresAbort = isTransactional && !error.isFatal
            throw error
        }
    }

    private func commitTransaction() async throws {
        try await client.retrying(grace: KafkaClient.grace) { client in
            if let error = rd_kafka_commit_transaction(client.raw, 10_000) {
                throw MessagingError(consuming: error, "commit the transaction")
            }
        }
        deliveries.count { $0.transactionsCommitted += 1 }
    }
}
