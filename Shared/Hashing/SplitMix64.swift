/// The SplitMix64 generator (Steele, Lea and Flood 2014): eight bytes of state, the same numbers for the same seed.
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable, Codable {
    private var state: UInt64

    /// Starts at `seed`.
    public init(seed: UInt64) {
        state = seed
    }

    /// Starts a stream of its own for each combination of keys, in any order of use: `[seed, epoch, shard]`.
    public init(keys: UInt64...) {
        state = keys.reduce(0) { Self.mix($0 &+ Self.golden &+ Self.mix($1 &+ Self.golden)) }
    }

    /// Starts one of many independent streams of a seed.
    public init(seed: UInt64, stream: Int) {
        self.init(seed: Self.mix(seed &+ Self.mix(UInt64(truncatingIfNeeded: stream) &+ Self.golden)))
    }

    /// The stream that this one's next key leads to: `SplitMix64(seed: a).split(b)` is one for each a and b.
    public func split(_ key: UInt64) -> SplitMix64 {
        SplitMix64(seed: Self.mix(state &+ Self.golden &+ Self.mix(key &+ Self.golden)))
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= Self.golden
        return Self.mix(state)
    }

    /// A number in [0, 1) of 24 random bits.
    public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// A number in [0, 1) of 53 random bits.
    public mutating func uniformDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number of the standard normal distribution, near enough for weights and noise: the sum of twelve uniform ones.
    public mutating func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }

    /// A whole number in `0..<count`.
    public mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// How many of `count` things are kept if each is with the probability `share`; what is not a whole number stays.
    ///
    /// Beyond 1024 it is the normal approximation, which then is off by less than rounding.
    public mutating func binomial(_ count: Float, _ share: Float) -> Float {
        guard count > 0, count.isFinite, count == count.rounded() else { return count }
        if count <= 1024 { return (0..<Int(count)).reduce(0) { kept, _ in uniform() < share ? kept + 1 : kept } }
        let deviation = (count * share * (1 - share)).squareRoot()
        return min(count, max(0, (count * share + deviation * normal()).rounded()))
    }

    /// A random order of `0..<count` (Fisher and Yates).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, index(below: last + 1))
        }
        return order
    }

    private static let golden: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// Spreads the bits of a number over all 64.
    public static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
