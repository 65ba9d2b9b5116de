import Foundation
import Messaging
import Observability
import ServiceRuntime
import Synchronization

/// Shows in the metrics and in `/ready` how a loop gets on with its broker: throughput, queues, lag, trouble.
final class BrokerWatch: Sendable {
    private let context: ServiceContext
    private let clients = Mutex<(consumer: Consumer, producer: Producer)?>(nil)
    private let lag: Gauge

    init(_ context: ServiceContext) {
        self.context = context
        let metrics = context.metrics
        lag = metrics.gauge(
            "helicase_consumer_lag_records", "Records of the assigned partitions that are not finished.")
        counter("helicase_messages_read_total", "Records read from the broker.") { $0.recordsIn + $1.recordsIn }
        counter("helicase_messages_read_bytes_total", "Bytes read from the broker.") { $0.bytesIn + $1.bytesIn }
        counter("helicase_messages_written_total", "Records that the broker acknowledged.") {
            $1.recordsOut + $0.recordsOut
        }
        counter("helicase_messages_written_bytes_total", "Bytes that the broker acknowledged.") {
            $1.bytesOut + $0.bytesOut
        }
        counter("helicase_transactions_committed_total", "Kafka transactions committed.") {
            $1.transactionsCommitted + $0.transactionsCommitted
        }
        counter("helicase_transactions_aborted_total", "Kafka transactions aborted.") {
            $1.transactionsAborted + $0.transactionsAborted
        }
        counter("helicase_rebalances_total", "Times that partitions were assigned.") { $0.rebalances + $1.rebalances }
        counter("helicase_flow_control_waits_total", "Records that waited for a reading group to catch up.") {
            $0.flowControlWaits + $1.flowControlWaits
        }
        metrics.gauge(
            "helicase_oldest_unfinished_seconds",
            "Age of the oldest record that was read and is not finished; 0 while there is none."
        ) { [weak self] in
            self?.clients.withLock { clients in
                guard let clients else { return nil }
                guard let written = clients.consumer.oldestUnfinished else { return 0 }
                return max(0, Date().timeIntervalSince1970 - Double(written) / 1000)
            }
        }
        metrics.gauge("helicase_consumer_buffered_bytes", "Bytes read and not yet handled.") { [weak self] in
            self?.clients.withLock { $0.map { Double($0.consumer.statistics.queueBytes) } }
        }
    }

    /// Watches a session's clients until the task is cancelled.
    func watch(_ consumer: Consumer, _ producer: Producer) async {
        clients.withLock { $0 = (consumer, producer) }
        defer { clients.withLock { $0 = nil } }
        while !Task.isCancelled {
            if let trouble = consumer.trouble ?? producer.trouble {
                context.health.set("broker", ready: false, reason: trouble.message)
            } else {
                context.health.set("broker", ready: true, reason: "reachable")
                if let behind = try? await consumer.lag() { lag.set(Int(behind.values.reduce(0, +))) }
            }
            try? await Task.sleep(for: .seconds(5))
        }
    }

    private func counter(
        _ name: String, _ help: String, _ read: @escaping @Sendable (MessagingStatistics, MessagingStatistics) -> Int
    ) {
        context.metrics.counter(name, help) { [weak self] in
            self?.clients.withLock { $0.map { Double(read($0.consumer.statistics, $0.producer.statistics)) } }
        }
    }
}
