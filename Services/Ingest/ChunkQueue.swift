import Dispatch
import Foundation
import Genomics
import Synchronization

/// Some templates of an input, and where it is behind them.
struct Chunk: Sendable {
    var items: [ReadFile.Item]
    /// Nil where the input cannot be gone on with from here.
    var position: ReadPosition?
    /// Bytes of the files that were read so far.
    var bytesRead: Int64
}

/// A few chunks between the thread that reads an input and the task that sends it.
final class ChunkQueue: Sendable {
    private struct State {
        var results: [Result<Chunk?, any Error>] = []
        var isStopped = false
        var waiter: (number: Int, continuation: CheckedContinuation<Void, Never>)?
        var waits = 0
    }

    private let state = Mutex(State())
    private let room: DispatchSemaphore

    /// Holds at most `capacity` chunks.
    init(capacity: Int) { room = DispatchSemaphore(value: capacity) }

    /// Puts in what was read, nil at the end; waits for room, so only a thread of its own may call it.
    ///
    /// Returns false when nobody wants more.
    func put(_ result: Result<Chunk?, any Error>) -> Bool {
        room.wait()
        return state.withLock { state in
            guard !state.isStopped else { return false }
            state.results.append(result)
            state.waiter?.continuation.resume()
            state.waiter = nil
            return true
        }
    }

    /// Lets the reading thread end.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.waiter?.continuation.resume()
            state.waiter = nil
        }
        room.signal()
    }

    /// What an attempt to take a chunk finds.
    enum Taken: Sendable {
        case chunk(Chunk)
        case end
        /// The time was over before there was one.
        case nothing
    }

    /// Takes the next chunk; waits for it no longer than `limit`.
    func take(within limit: Duration?) async throws -> Taken {
        let deadline = limit.map { ContinuousClock.now + $0 }
        while true {
            try Task.checkCancellation()
            let result = state.withLock { $0.results.isEmpty ? nil : $0.results.removeFirst() }
            if let result {
                room.signal()
                return try result.get().map { .chunk($0) } ?? .end
            }
            if let deadline, deadline <= .now { return .nothing }
            await wait(until: deadline)
        }
    }

    /// Returns when something was put in, at the deadline, or when the task is cancelled.
    private func wait(until deadline: ContinuousClock.Instant?) async {
        let number = state.withLock { state in
            state.waits += 1
            return state.waits
        }
        if let deadline {
            DispatchQueue.global().asyncAfter(deadline: .now() + max(0, (deadline - .now) / .seconds(1))) {
                [weak self] in
                self?.wake(number)
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if !state.results.isEmpty || state.isStopped || Task.isCancelled { return true }
                    if let deadline, deadline <= .now { return true }
                    state.waiter = (number, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            wake(number)
        }
    }

    private func wake(_ number: Int) {
        state.withLock { state in
            guard state.waiter?.number == number else { return }
            state.waiter?.continuation.resume()
            state.waiter = nil
        }
    }
}
