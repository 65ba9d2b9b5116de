import Dispatch
import Synchronization

/// Work shared out among threads.
enum Parallel {
    /// Calls `body` for each index in `0..<count`, each from one of `workers` threads, and waits for all.
    ///
    /// Workers take the next index as they become free, so nothing may depend on which worker does what. Of several
    /// errors the one of the lowest index is thrown, after indices that were already begun are done.
    static func forEach(
        _ count: Int, workers: Int, _ body: (_ worker: Int, _ index: Int) throws -> Void
    ) throws {
        let next = Atomic(0)
        let failure = Mutex<(index: Int, error: any Error)?>(nil)
        withoutActuallyEscaping(body) { body in
            // Safe to call from several threads: callers let an index or a worker touch only memory of its own.
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: max(1, min(workers, count))) { worker in
                while true {
                    let index = next.add(1, ordering: .relaxed).oldValue
                    guard index < count else { return }
                    do {
                        try body(worker, index)
                    } catch {
                        next.store(count, ordering: .relaxed)
                        failure.withLock { if index < $0?.index ?? .max { $0 = (index, error) } }
                    }
                }
            }
        }
        if let error = failure.withLock({ $0?.error }) { throw error }
    }
}
