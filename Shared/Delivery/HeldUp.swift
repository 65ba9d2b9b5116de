import Observability
import ServiceRuntime
import Synchronization

/// Says in the log, in `/ready` and in the metrics that work waits for trouble to pass, and since when.
final class HeldUp: Sendable {
    private let context: ServiceContext
    private let group: String
    private let waiting: Gauge
    private let since = Mutex<ContinuousClock.Instant?>(nil)

    init(_ context: ServiceContext, group: String, waiting: Gauge) {
        self.context = context
        self.group = group
        self.waiting = waiting
    }

    /// The work cannot go on for now.
    func note(_ work: String, _ error: any Error) {
        let now = ContinuousClock.now
        let start = since.withLock { since in
            since = since ?? now
            return since ?? now
        }
        waiting.set((now - start) / .seconds(1))
        context.health.set("work", ready: false, reason: "\(work) waits and is tried again: \(error)")
        context.logger.warning(
            "pipeline.work.waits", ["group": .string(group), "work": .string(work)], error: error)
    }

    /// The work went on.
    func end() {
        let wasHeldUp = since.withLock { since in
            defer { since = nil }
            return since != nil
        }
        guard wasHeldUp else { return }
        waiting.set(0)
        context.health.set("work", ready: true, reason: "goes on")
        context.logger.notice("pipeline.work.goes.on", ["group": .string(group)])
    }
}
