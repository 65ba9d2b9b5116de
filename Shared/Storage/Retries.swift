/// Repeats work with growing, randomly shortened pauses until a deadline.
struct Retries {
    let deadline: ContinuousClock.Instant
    let onRetry: () -> Void

    init(deadline: Duration, onRetry: @escaping () -> Void = {}) {
        self.deadline = .now + deadline
        self.onRetry = onRetry
    }

    @discardableResult
    func callAsFunction<R: Sendable>(
        while isRetriable: (StorageError) -> Bool, _ work: () async throws -> R
    ) async throws -> R {
        var backoff = Backoff(from: .milliseconds(5), to: .seconds(1))
        while true {
            do {
                return try await work()
            } catch let error as StorageError where isRetriable(error) {
                try Task.checkCancellation()
                // Competitors that pause for equal times would meet again.
                let next = backoff.next() * Double.random(in: 0.5...1)
                guard .now + next < deadline else { throw error }
                try await Task.sleep(for: next)
                onRetry()
            }
        }
    }
}
