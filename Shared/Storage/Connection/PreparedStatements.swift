import CLibPQ

/// Which statements of one connection are prepared: those used often, the latest 100 of them.
struct PreparedStatements {
    /// What to do with a statement that is about to run.
    enum Action: Equatable {
        case runDirectly
        case run(name: String)
        /// Prepare it under this name, after dropping another one.
        case prepare(name: String, dropping: String?)
    }

    private struct Key: Hashable {
        var text: String
        var types: [Oid]
    }

    private struct Entry {
        var uses: Int
        var name: String?
        var lastUse: Int
    }

    private let usesBeforePreparing: Int
    private let limit: Int
    private var entries: [Key: Entry] = [:]
    private var preparedCount = 0
    private var clock = 0

    init(usesBeforePreparing: Int = 5, limit: Int = 100) {
        self.usesBeforePreparing = usesBeforePreparing
        self.limit = limit
    }

    /// Counts a use of a statement and says how to run it.
    mutating func use(_ text: String, _ types: [Oid]) -> Action {
        let key = Key(text: text, types: types)
        clock += 1
        var entry = entries[key] ?? Entry(uses: 0, lastUse: 0)
        entry.uses += 1
        entry.lastUse = clock
        defer { entries[key] = entry }
        if let name = entry.name { return .run(name: name) }
        guard entry.uses > usesBeforePreparing else {
            if entry.uses == 1, entries.count - preparedCount >= limit { _ = evictOldest(prepared: false) }
            return .runDirectly
        }
        let name = "helicase_\(clock)"
        entry.name = name
        let dropped = preparedCount >= limit ? evictOldest(prepared: true) : nil
        preparedCount += 1
        return .prepare(name: name, dropping: dropped)
    }

    /// The name of a statement that is prepared.
    func name(of text: String, _ types: [Oid]) -> String? { entries[Key(text: text, types: types)]?.name }

    /// Forgets a statement that could not be prepared or no longer runs.
    mutating func forget(_ text: String, _ types: [Oid]) {
        if entries.removeValue(forKey: Key(text: text, types: types))?.name != nil { preparedCount -= 1 }
    }

    private mutating func evictOldest(prepared: Bool) -> String? {
        let candidates = entries.filter { ($0.value.name != nil) == prepared }
        guard let oldest = candidates.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return nil }
        entries[oldest.key] = nil
        if prepared { preparedCount -= 1 }
        return oldest.value.name
    }
}
