import Dispatch
import Synchronization

/// Work on many things at once, whose results come in their order whoever made them.
public enum Parallel {
    /// Each index of `0..<count` through `body`, on so many threads, this one among them.
    public static func map<Result: Sendable>(
        _ count: Int, workers: Int, _ body: @Sendable (Int) -> Result
    ) -> [Result] {
        guard workers > 1, count > 1 else { return (0..<count).map(body) }
        let size = max(1, (count + 8 * workers - 1) / (8 * workers))
        let parts = (count + size - 1) / size
        let results = Mutex<[[Result]]>(Array(repeating: [], count: parts))
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let part = next.add(1, ordering: .relaxed).oldValue
                guard part < parts else { return }
                let own = (part * size..<min(count, (part + 1) * size)).map(body)
                results.withLock { $0[part] = own }
            }
        }
        return results.withLock { $0.flatMap { $0 } }
    }
}
