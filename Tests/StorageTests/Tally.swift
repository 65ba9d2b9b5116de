import Synchronization

/// A number that concurrent tasks count in.
final class Tally: Sendable {
    private let atomic = Atomic(0)

    var count: Int { atomic.load(ordering: .sequentiallyConsistent) }

    /// Adds one, and returns the new count.
    @discardableResult
    func add() -> Int { atomic.add(1, ordering: .sequentiallyConsistent).newValue }

    func subtract() { atomic.subtract(1, ordering: .sequentiallyConsistent) }

    func raise(to count: Int) { atomic.max(count, ordering: .sequentiallyConsistent) }
}
