import Dispatch
import Synchronization

/// A condition variable for tasks: threads notify, tasks wait without holding one.
///
/// A waiter reads `generation`, looks at the state that it waits for, and waits for a later generation: a notification
/// between the look and the wait is not lost.
final class AsyncCondition: Sendable {
    private struct State {
        var generation: UInt64 = 0
        var lastWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    var generation: UInt64 { state.withLock { $0.generation } }

    /// Wakes everyone who waits.
    func notify() {
        let waiters = state.withLock { state in
            state.generation += 1
            defer { state.waiters.removeAll() }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns at the first generation after `seen`, at the deadline, or when the task is cancelled.
    func wait(since seen: UInt64, until deadline: ContinuousClock.Instant? = nil) async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard state.generation == seen, !Task.isCancelled else { return false }
                    state.waiters[id] = continuation
                    return true
                }
                guard waits else { return continuation.resume() }
                if let deadline {
                    let seconds = max(0, (deadline - .now) / .seconds(1))
                    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { self.wake(id) }
                }
            }
        } onCancel: {
            wake(id)
        }
    }

    private func wake(_ id: UInt64) {
        state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
}
