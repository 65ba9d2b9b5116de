import Dispatch
import Foundation
import Synchronization

/// A thread of a client's own that runs `turn` until it is told to stop.
///
/// `turn` blocks in librdkafka or in `pause`; whoever has work for it calls `wake`.
final class PollThread: Sendable {
    private let signal = DispatchSemaphore(value: 0)
    private let isSignalled = Atomic(false)
    private let stopping = Atomic(false)
    private let ended = AsyncCondition()
    private let hasEnded = Atomic(false)

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Starts the thread; `finally` is the last thing it does.
    func start(
        _ name: String, turn: @escaping @Sendable (PollThread) -> Void, finally: @escaping @Sendable () -> Void = {}
    ) {
        let thread = Thread {
            while !self.isStopping { turn(self) }
            finally()
            self.hasEnded.store(true, ordering: .releasing)
            self.ended.notify()
        }
        thread.name = name
        thread.start()
    }

    /// Blocks the thread until it is woken, at most half a second.
    func pause() {
        _ = signal.wait(timeout: .now() + .milliseconds(500))
        isSignalled.store(false, ordering: .releasing)
    }

    func wake() {
        if !isSignalled.exchange(true, ordering: .acquiringAndReleasing) { signal.signal() }
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        wake()
    }

    /// Waits for the end of the thread; cancellation does not shorten it.
    func join() async {
        while true {
            let seen = ended.generation
            if hasEnded.load(ordering: .acquiring) { return }
            await Task { await self.ended.wait(since: seen) }.value
        }
    }
}
