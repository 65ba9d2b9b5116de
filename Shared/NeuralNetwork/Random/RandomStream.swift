@_exported import struct Hashing.SplitMix64

/// The streams that a training draws from its one seed: each is the second key of a generator.
enum RandomStream {
    static let split: UInt64 = 0
    static let order: UInt64 = 1
    static let dropout: UInt64 = 2
    static let bootstrap: UInt64 = 3
    static let augmentation: UInt64 = 4
    static let calibration: UInt64 = 5
}
