/// Waiting times between attempts, each twice the one before: 0.1 s to 5 s where nothing else is said.
public struct Backoff: Sendable {
    private var wait: Duration
    private let longest: Duration

    /// Starts at the shortest wait.
    public init(from shortest: Duration = .milliseconds(100), to longest: Duration = .seconds(5)) {
        wait = shortest
        self.longest = longest
    }

    /// The next wait.
    public mutating func next() -> Duration {
        defer { wait = min(wait * 2, longest) }
        return wait
    }
}
