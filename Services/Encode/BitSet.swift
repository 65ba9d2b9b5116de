/// A set of numbers from 0 on, a bit each up to the largest.
struct BitSet: Sendable, Equatable {
    private var words: [UInt64] = []
    /// Numbers in the set.
    private(set) var count = 0

    /// The largest number that is taken: a lane of more batches than this is nobody's.
    static let largest = (1 << 31) - 1

    /// Adds a number; returns false where it is in the set already.
    mutating func insert(_ number: Int) -> Bool {
        precondition((0...Self.largest).contains(number), "a number that fits a set of bits")
        let (word, bit) = (number >> 6, UInt64(1) << UInt64(number & 63))
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        count += 1
        return true
    }

    /// Whether a number is in the set.
    func contains(_ number: Int) -> Bool {
        number >= 0 && number >> 6 < words.count && words[number >> 6] & (1 << UInt64(number & 63)) != 0
    }
}
