import Dispatch

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
}
