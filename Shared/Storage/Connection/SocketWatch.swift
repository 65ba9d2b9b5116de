import CLibPQ
import Dispatch
import Glibc
import Synchronization

/// Waits until a socket can be read or written, or until someone interrupts the wait for good.
///
/// It watches duplicates of the descriptor: libpq closes its socket whenever it finds the connection broken, and a
/// closed number that another connection gets must not be in the event loop under the old name.
final class SocketWatch: Sendable {
    private struct State {
        var descriptor: Int32?
        var reader: Source?
        var writer: Source?
        var waiter: CheckedContinuation<Void, any Error>?
        var interruption: (any Error)?
    }

    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// Events are handled on `queue`.
    init(queue: DispatchQueue) { self.queue = queue }

    /// Watches this socket from now on.
    func attach(_ socket: Int32) throws(StorageError) {
        guard let first = Self.duplicate(socket) else { throw Self.outOfDescriptors }
        guard let second = Self.duplicate(socket) else {
            close(first)
            throw Self.outOfDescriptors
        }
        state.withLock { state in
            state.descriptor = first
            state.reader = Source(reading: first, queue) { [weak self] in self?.wake() }
            state.writer = Source(writing: second, queue) { [weak self] in self?.wake() }
        }
    }

    /// Returns when the socket can be read or, if asked for, written; it may return for nothing.
    nonisolated(nonsending) func wait(read: Bool = true, write: Bool = false) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            state.withLock { state in
                precondition(state.waiter == nil, "one task at a time waits for a connection")
                if let interruption = state.interruption { return continuation.resume(throwing: interruption) }
                // Dispatch reports a peer that hung up only once, so a socket is asked before it is waited for.
                if let descriptor = state.descriptor,
                    Self.isReady(descriptor, (read ? POLLIN : 0) | (write ? POLLOUT : 0))
                {
                    return continuation.resume()
                }
                state.waiter = continuation
                if read { state.reader?.arm() }
                if write { state.writer?.arm() }
            }
        }
    }

    /// Whether there is something to read within 0.2 ms; blocks the calling thread so long.
    ///
    /// A short statement is answered sooner than the way through the event loop and back takes, and the connection's
    /// queue has nothing else to do.
    func isReadableSoon() -> Bool {
        guard let descriptor = state.withLock({ $0.descriptor }) else { return false }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return helicase_poll(&request, 200_000) != 0
    }

    /// Ends the present wait and every later one with `error`; the first interruption stays.
    func interrupt(_ error: any Error) {
        state.withLock { state in
            if state.interruption == nil { state.interruption = error }
            state.waiter.take()?.resume(throwing: state.interruption ?? error)
        }
    }

    /// Interrupts when `time` is over, unless the returned timer is cancelled before.
    func interrupt(after time: Duration, _ error: StorageError) -> Timer {
        let timer = Timer(DispatchSource.makeTimerSource(queue: queue))
        timer.start(time) { [weak self] in self?.interrupt(error) }
        return timer
    }

    /// The error of the first interruption.
    var interruption: (any Error)? { state.withLock { $0.interruption } }

    /// Whether there is nothing to read: what an idle connection has to say is that the server is going away.
    var isQuiet: Bool {
        state.withLock { state in
            guard state.interruption == nil, let descriptor = state.descriptor else { return false }
            return !Self.isReady(descriptor, POLLIN)
        }
    }

    private func wake() {
        state.withLock { state in
            state.reader?.disarm()
            state.writer?.disarm()
            state.waiter.take()?.resume()
        }
    }

    /// Whether one of the events, an error or a hang-up is there now.
    private static func isReady(_ descriptor: Int32, _ events: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&request, 1, 0) != 0
    }

    private static func duplicate(_ socket: Int32) -> Int32? {
        let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        return descriptor < 0 ? nil : descriptor
    }

    private static let outOfDescriptors = StorageError(
        .cannotConnect, "the process has no file descriptor left for a database connection: raise `ulimit -n`")
}

/// A dispatch source that owns its descriptor and is suspended except while someone waits for it.
private final class Source {
    private let source: any DispatchSourceProtocol
    private var isArmed = false

    convenience init(reading descriptor: Int32, _ queue: DispatchQueue, _ handler: @escaping @Sendable () -> Void) {
        self.init(DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue), descriptor, handler)
    }

    convenience init(writing descriptor: Int32, _ queue: DispatchQueue, _ handler: @escaping @Sendable () -> Void) {
        self.init(DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue), descriptor, handler)
    }

    private init(
        _ source: any DispatchSourceProtocol, _ descriptor: Int32, _ handler: @escaping @Sendable () -> Void
    ) {
        self.source = source
        source.setEventHandler(handler: handler)
        source.setCancelHandler { close(descriptor) }
    }

    deinit {
        source.cancel()
        // Dispatch neither releases a suspended source nor runs its cancel handler.
        arm()
    }

    func arm() {
        guard !isArmed else { return }
        isArmed = true
        source.resume()
    }

    func disarm() {
        guard isArmed else { return }
        isArmed = false
        source.suspend()
    }
}

/// Runs a closure once, later, unless it is cancelled or released before.
final class Timer {
    private let source: any DispatchSourceTimer

    init(_ source: any DispatchSourceTimer) { self.source = source }

    deinit { source.cancel() }

    func start(_ time: Duration, _ handler: @escaping @Sendable () -> Void) {
        let (seconds, attoseconds) = time.components
        source.setEventHandler(handler: handler)
        source.schedule(deadline: .now() + Double(seconds) + Double(attoseconds) * 1e-18)
        source.resume()
    }

    func cancel() { source.cancel() }
}
