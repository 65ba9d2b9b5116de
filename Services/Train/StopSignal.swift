import Synchronization

/// Why a process stops training before the end.
enum StopReason: Error, Sendable, Equatable {
    /// The process ends; another goes on from the checkpoint.
    case shutdown
    /// The job is over, or another process leads it.
    case over
    /// A helper has made all steps; the rest is the leader's.
    case finished
    /// A helper could not keep up, or its leader gave it up; it may ask again.
    case fellBehind(String)
}

/// A wish to stop that the thread of a training looks at between steps.
final class StopSignal: Sendable {
    private let wish = Mutex<(any Error)?>(nil)

    /// Asks to stop; the first reason counts.
    func request(_ reason: any Error) { wish.withLock { $0 = $0 ?? reason } }

    /// The process ends, and there is time for a checkpoint.
    var isShutdown: Bool { wish.withLock { $0 as? StopReason } == .shutdown }

    /// Throws the reason, once there is one.
    func check() throws { if let reason = wish.withLock({ $0 }) { throw reason } }
}
