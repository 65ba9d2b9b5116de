import Foundation

/// Which processes have not answered `/health` for too long.
struct HangWatch {
    private struct Seen {
        var pid: Int32
        /// When it last answered, or was first looked at.
        var at: ContinuousClock.Instant
    }

    /// How long a process may be silent.
    let limit: Duration
    private var seen: [String: Seen] = [:]

    init(limit: Duration) { self.limit = limit }

    /// Notes whether a process answered; returns how long it has been silent when that is too long.
    ///
    /// A process that was started again since begins anew.
    mutating func note(
        _ name: String, pid: Int32, isAlive: Bool, now: ContinuousClock.Instant = .now
    ) -> Duration? {
        guard !isAlive, let last = seen[name], last.pid == pid else {
            seen[name] = Seen(pid: pid, at: now)
            return nil
        }
        return now - last.at >= limit ? now - last.at : nil
    }
}
