/// The SplitMix64 generator (Steele, Lea, Flood 2014): tiny, seedable, the same on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts a stream of a seed.
    public init(seed: UInt64) { state = seed }

    /// Starts one of many independent streams of a seed.
    public init(seed: UInt64, stream: Int) {
        state = Self.mix(seed &+ Self.mix(UInt64(truncatingIfNeeded: stream) &+ 0x9e37_79b9_7f4a_7c15))
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mix(state)
    }

    /// A number of [0, 1).
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// An index below a positive count.
    mutating func index(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    /// Spreads the bits of a number over all 64.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
