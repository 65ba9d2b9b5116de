import Synchronization

/// A bounded number of permits, given out in the order in which they are asked for.
final class FairSemaphore: Sendable {
    private struct State {
        var permits: Int
        var waiters: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        var nextID = 0
        var closed: StorageError?
    }

    private let state: Mutex<State>

    init(permits: Int) { state = Mutex(State(permits: permits)) }

    /// How many tasks wait.
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// Takes a permit, waiting for it until the task is cancelled or the semaphore closed.
    func acquire() async throws {
        let id = state.withLock { state -> Int? in
            if state.permits > 0, state.waiters.isEmpty, state.closed == nil {
                state.permits -= 1
                return nil
            }
            state.nextID += 1
            return state.nextID
        }
        guard let id else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                wait(id, continuation)
            }
        } onCancel: {
            state.withLock { state in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return }
                state.waiters.remove(at: index).continuation.resume(throwing: CancellationError())
            }
        }
    }

    /// Takes a permit, whatever happens to the task or the semaphore meanwhile: for tidying up.
    func acquireUnconditionally() async {
        // Only `close` and cancellation resume a waiter with an error, and neither knows identifier 0.
        try? await withCheckedThrowingContinuation { continuation in
            state.withLock { state in
                if state.permits > 0 {
                    state.permits -= 1
                    continuation.resume()
                } else {
                    state.waiters.append((0, continuation))
                }
            }
        }
    }

    /// Gives a permit to the first in the queue.
    func release() {
        state.withLock { state in
            if state.waiters.isEmpty {
                state.permits += 1
            } else {
                state.waiters.removeFirst().continuation.resume()
            }
        }
    }

    /// Turns away everyone who waits or comes from now on.
    func close(_ error: StorageError) {
        state.withLock { state in
            state.closed = error
            for waiter in state.waiters where waiter.id != 0 { waiter.continuation.resume(throwing: error) }
            state.waiters.removeAll { $0.id != 0 }
        }
    }

    private func wait(_ id: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        state.withLock { state in
            if let closed = state.closed {
                continuation.resume(throwing: closed)
            } else if Task.isCancelled {
                // Cancelled before there was a waiter for the handler to find.
                continuation.resume(throwing: CancellationError())
            } else if state.permits > 0, state.waiters.isEmpty {
                state.permits -= 1
                continuation.resume()
            } else {
                state.waiters.append((id, continuation))
            }
        }
    }
}
