import Synchronization

/// What terms add to the scores of all diseases, kept for the next case that has them.
///
/// Bounded: a full cache is emptied, so memory does not grow with the number of cases; what is kept changes no score.
final class ColumnCache: Sendable {
    private let columns = Mutex<[Int: [Float]]>([:])
    private let limit: Int

    init(limit: Int = 1024) { self.limit = limit }

    /// The column of a term; two threads may make the same one at once.
    func column(of term: Int, make: () -> [Float]) -> [Float] {
        if let column = columns.withLock({ $0[term] }) { return column }
        let column = make()
        columns.withLock { columns in
            if columns.count >= limit { columns.removeAll(keepingCapacity: true) }
            columns[term] = column
        }
        return column
    }
}
