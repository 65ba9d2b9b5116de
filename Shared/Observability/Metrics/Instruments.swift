import Synchronization

/// A number that only grows, such as records read; any thread may add to it.
public final class Counter: Sendable {
    private let total = AtomicDouble()

    init() {}

    /// The total so far.
    public var value: Double { total.value }

    /// Adds `amount`, which is not negative.
    public func increment(by amount: Double) {
        precondition(amount >= 0, "a counter only grows")
        total.update { $0 + amount }
    }

    /// Adds `amount`, which is not negative.
    public func increment(by amount: Int = 1) { increment(by: Double(amount)) }
}

/// A number that goes up and down, such as queued batches; any thread may change it.
public final class Gauge: Sendable {
    private let current = AtomicDouble()

    init() {}

    /// The present value.
    public var value: Double { current.value }

    /// Replaces the value.
    public func set(_ value: Double) { current.update { _ in value } }

    /// Replaces the value.
    public func set(_ value: Int) { set(Double(value)) }

    /// Adds `amount`, which may be negative.
    public func add(_ amount: Double) { current.update { $0 + amount } }
}

/// The distribution of a quantity, such as seconds a batch; any thread may observe.
public final class Histogram: Sendable {
    /// Upper bounds for durations, from 1 ms to a minute.
    public static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
    /// Upper bounds for sizes, from 1 kB to 1 GB.
    public static let bytes = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    struct Snapshot {
        let bounds: [Double]
        /// One more than there are bounds; not cumulated.
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<Snapshot>

    init(bounds: [Double]) {
        precondition(
            !bounds.isEmpty && bounds.allSatisfy(\.isFinite) && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 },
            "bucket bounds are finite and ascend")
        self.bounds = bounds
        state = Mutex(Snapshot(bounds: bounds, counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts one value.
    public func observe(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    /// Counts one duration, in seconds.
    public func observe(_ duration: Duration) { observe(duration / .seconds(1)) }

    var snapshot: Snapshot { state.withLock { $0 } }
}

/// A `Double` that threads may change at once.
private struct AtomicDouble: ~Copyable, Sendable {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func update(_ change: (Double) -> Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = change(Double(bitPattern: old)).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}
