import Dispatch
import Observability
import Synchronization

/// Keeps `/health` good while a loop waits for work or works, and lets it turn bad when one piece of work does not end.
///
/// On a timer of its own, so that it beats however busy Swift's thread pool is.
public final class Heartbeat: Sendable {
    private let health: Health
    private let limit: Duration
    private let started = Mutex<ContinuousClock.Instant?>(nil)
    private let queue = DispatchQueue(label: "helicase.heartbeat")
    // Only created, resumed and cancelled, all of which any thread may do.
    nonisolated(unsafe) private let timer: any DispatchSourceTimer

    /// Beats every ten seconds unless work has been in hand for longer than `limit`.
    public init(_ health: Health, limit: Duration = .seconds(1800)) {
        self.health = health
        self.limit = limit
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now(), repeating: .seconds(10))
        timer.setEventHandler { [weak self] in self?.beat() }
        timer.resume()
    }

    deinit { timer.cancel() }

    /// Work is in hand from now on, or none is; said again, that it goes on.
    public func isWorking(_ working: Bool) { started.withLock { $0 = working ? .now : nil } }

    private func beat() {
        let isStuck = started.withLock { start in start.map { ContinuousClock.now - $0 > limit } ?? false }
        if !isStuck { health.beat() }
    }
}
