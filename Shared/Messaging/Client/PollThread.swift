import Foundation
import Synchronization

/// A thread of a client's own that runs `turn` until it is told to stop.
///
/// `turn` blocks in librdkafka or in `pause`; whoever has work for it calls `wake`, or writes to `doorbell`.
final class PollThread: Sendable {
    private let isRung = Atomic(false)
    private let stopping = Atomic(false)
    private let hasEnded = Atomic(false)
    private let ended = AsyncCondition()
    /// A pipe that does not block: a byte in it wakes the thread.
    private let ear: Int32
    let doorbell: Int32

    init() throws(MessagingError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw MessagingError(.configuration, "could not make a pipe: \(String(cString: strerror(errno)))")
        }
        (ear, doorbell) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(ear)
        close(doorbell)
    }

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
        var descriptor = pollfd(fd: ear, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 500) > 0 else { return }
        var bytes: (UInt64, UInt64) = (0, 0)
        // Emptied before the flag falls: a ring after that writes a byte of its own.
        while read(ear, &bytes, 16) == 16 {}
        isRung.store(false, ordering: .releasing)
    }

    func wake() {
        guard !isRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 1
        _ = write(doorbell, &byte, 1)
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
