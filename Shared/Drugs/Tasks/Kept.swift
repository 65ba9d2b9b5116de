import Synchronization

/// What was encoded lately: batches of a table name the same drugs, proteins and profiles again and again.
final class Kept<Value: Sendable>: Sendable {
    private let known = Mutex<[String: Value]>([:])

    /// A value takes some kilobytes.
    private static var limit: Int { 4096 }

    /// A value a key; those that are not known are made side by side.
    func values(
        _ keys: [String], workers: Int, make: @Sendable (String) -> Value
    ) -> [Value] {
        var values = known.withLock { known in keys.map { known[$0] } }
        let missing = values.indices.filter { values[$0] == nil }
        let made = Parallel.map(missing.count, workers: workers) { make(keys[missing[$0]]) }
        for (place, value) in zip(missing, made) { values[place] = value }
        known.withLock { known in
            if known.count + made.count > Self.limit { known.removeAll() }
            for (place, value) in zip(missing, made).prefix(Self.limit) { known[keys[place]] = value }
        }
        return values.compactMap { $0 }
    }
}
