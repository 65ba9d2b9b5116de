import Observability
import Synchronization

/// Lines that a logger wrote.
public final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    /// Nothing was written yet.
    public init() {}

    /// The lines.
    public var all: [String] { lines.withLock { $0 } }
    /// Where a logger writes them.
    public var output: LogOutput { LogOutput { line in self.lines.withLock { $0.append(line) } } }
}
