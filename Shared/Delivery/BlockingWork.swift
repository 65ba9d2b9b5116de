import Dispatch
import Synchronization

/// Long computations on a thread of their own, so that they do not take one of Swift's few.
public enum BlockingWork {
    /// Runs `body` and waits for it.
    public static func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    /// Waits on this thread for work of Swift's threads; only inside ``run(_:)``, for a thread of Swift's own must not wait.
    public static func wait<Result: Sendable>(
        for body: @escaping @Sendable () async throws -> Result
    ) throws -> Result {
        let isDone = DispatchSemaphore(value: 0)
        let outcome = Outcome<Result>()
        Task {
            let result: Swift.Result<Result, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            outcome.value.withLock { $0 = result }
            isDone.signal()
        }
        isDone.wait()
        guard let result = outcome.value.withLock({ $0 }) else { preconditionFailure("signalled without an outcome") }
        return try result.get()
    }

    private final class Outcome<Result: Sendable>: Sendable {
        let value = Mutex<Swift.Result<Result, any Error>?>(nil)
    }
}
