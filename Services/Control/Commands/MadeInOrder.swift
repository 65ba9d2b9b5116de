/// Makes values side by side and hands them on in their order.
///
/// The next one begins when any is made, for one may take many times as long as another; so many as `workers` are being made, and at
/// most eight times as many wait for one that is not.
func madeInOrder<Value: Sendable>(
    count: Int, workers: Int, make: @escaping @Sendable (Int) async throws -> Value,
    _ body: (Int, Value) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var (started, running, next, made) = (0, 0, 0, [Int: Value]())
        while next < count {
            while started < min(count, next + 8 * workers), running < workers {
                group.addTask { [started] in (started, try await make(started)) }
                started += 1
                running += 1
            }
            guard let (index, value) = try await group.next() else { return }
            running -= 1
            made[index] = value
            while let value = made.removeValue(forKey: next) {
                try await body(next, value)
                next += 1
            }
        }
    }
}
