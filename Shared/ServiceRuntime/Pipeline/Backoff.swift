/// Waiting times between attempts: 0.1 s, doubling, at most 5 s.
public struct Backoff: Sendable {
    private var wait: Duration = .milliseconds(100)

    /// Starts at the shortest wait.
    public init() {}

    /// The next wait.
    public mutating func next() -> Duration {
        defer { wait = min(wait * 2, .seconds(5)) }
        return wait
    }
}
