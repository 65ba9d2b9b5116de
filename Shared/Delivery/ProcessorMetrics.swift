import Messaging
import Observability

/// The figures of a ``Processor``.
struct ProcessorMetrics: Sendable {
    let records: Counter
    let bytes: Counter
    let produced: Counter
    let deadLetters: Counter
    let retries: Counter
    let waiting: Gauge
    let seconds: Histogram

    init(_ registry: MetricsRegistry) {
        records = registry.counter("helicase_records_consumed_total", "Records whose effects are complete.")
        bytes = registry.counter("helicase_consumed_bytes_total", "Bytes of the values of these records.")
        produced = registry.counter("helicase_records_produced_total", "Records produced.")
        deadLetters = registry.counter("helicase_dead_letters_total", "Records sent to the dead letters.")
        retries = registry.counter("helicase_batch_retries_total", "Batches whose effects had to be tried again.")
        waiting = registry.gauge(
            "helicase_waiting_seconds",
            "How long the batch in hand has waited for trouble to pass; 0 while there is none.")
        seconds = registry.histogram(
            "helicase_batch_duration_seconds", "Time from taking a batch to moving its offsets.",
            buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100])
    }

    func finished(records batch: [IncomingRecord], since start: ContinuousClock.Instant) {
        records.increment(by: batch.count)
        bytes.increment(by: batch.reduce(0) { $0 + ($1.value?.count ?? 0) })
        seconds.observe((ContinuousClock.now - start) / .seconds(1))
    }
}
