import Foundation
import Synchronization

/// The wish to stop: the first SIGTERM or SIGINT asks for it, the second ends the process at once.
public final class ShutdownSignal: Sendable {
    private struct State {
        var isRequested = false
        var followsSignals = false
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let state = Mutex(State())

    /// The process's own; the first use installs the handlers and ignores SIGPIPE.
    ///
    /// A second signal ends the process with status 143 (SIGTERM) or 130 (SIGINT) from within the handler, so that it
    /// works however stuck the process is.
    public static let process: ShutdownSignal = install()

    /// Makes a wish that only ``request()`` fulfils: for tests.
    public init() {}

    /// Whether stopping was asked for; true from the moment the signal arrives.
    public var isRequested: Bool {
        state.withLock { $0.isRequested || ($0.followsSignals && signalCount.load(ordering: .relaxed) > 0) }
    }

    /// Asks to stop, as a first signal does.
    public func request() {
        let waiters = state.withLock { state in
            state.isRequested = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns when stopping is asked for or the task is cancelled.
    public func wait() async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // The cancellation handler may have run already, so its flag is looked at under the lock.
                let isOver = state.withLock { state in
                    if state.isRequested || Task.isCancelled { return true }
                    state.waiters[waiter] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }

    private static func install() -> ShutdownSignal {
        let shutdown = ShutdownSignal()
        var ends: [Int32] = [-1, -1]
        // Without a descriptor to spare, signals go on ending the process at once.
        guard pipe(&ends) == 0 else { return shutdown }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        signalPipe.store(ends[1], ordering: .relaxed)
        let source = DispatchSource.makeReadSource(fileDescriptor: ends[0], queue: .global())
        source.setEventHandler {
            // One signal is all there is to tell; a second ends the process.
            source.cancel()
            shutdown.request()
        }
        source.activate()
        signal(SIGPIPE, SIG_IGN)
        shutdown.state.withLock { $0.followsSignals = true }
        for number in [SIGTERM, SIGINT] { signal(number, noteSignal) }
        return shutdown
    }
}

/// Where the handler tells of a signal, and how many there were.
private let signalPipe = Atomic<Int32>(-1)
private let signalCount = Atomic<Int>(0)

/// Does only what signal-safety(7) allows: atomics, `_exit` and `write`.
private func noteSignal(_ number: Int32) {
    let saved = errno
    if signalCount.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
    var byte: UInt8 = 1
    _ = write(signalPipe.load(ordering: .relaxed), &byte, 1)
    errno = saved
}
