import Foundation

/// How often each whole number from 0 on was seen; counts of two histograms add up.
///
/// As JSON it is one string, the base64 form of a series of LEB128 numbers: for each count that is not zero, the zeros
/// before it and the count. The counts of a shard of reads take a few kilobytes so.
public struct CountHistogram: Sendable, Codable {
    /// The counts from 0 on; what lies behind them was never seen.
    public private(set) var counts: [Int]
    /// Larger numbers are counted as this one, so that memory is bounded whatever the data holds.
    public static let largest = 1 << 20

    /// Makes a histogram without counts.
    public init() { counts = [] }

    /// How often a number was seen.
    public subscript(_ number: Int) -> Int { number < counts.count ? counts[number] : 0 }

    /// How many numbers were counted.
    public var total: Int { counts.reduce(0, +) }

    /// The sum of the counted numbers.
    public var sum: Int { counts.indices.reduce(0) { $0 + $1 * counts[$1] } }

    /// The mean of the counted numbers; nil without any.
    public var mean: Double? { total == 0 ? nil : Double(sum) / Double(total) }

    /// The largest number that was counted; nil without any.
    public var maximum: Int? { counts.lastIndex { $0 != 0 } }

    /// Counts a number that is not negative.
    @inline(__always)
    public mutating func add(_ number: Int, times: Int = 1) {
        if number < counts.count {
            counts[number] += times
        } else {
            addBeyond(min(number, Self.largest), times)
        }
    }

    /// Adds another histogram's counts.
    public mutating func add(_ other: CountHistogram) {
        reserve(other.counts.count)
        for index in other.counts.indices { counts[index] += other.counts[index] }
    }

    /// Makes room for the numbers below `count`.
    mutating func reserve(_ count: Int) {
        if counts.count < count { counts.append(contentsOf: repeatElement(0, count: count - counts.count)) }
    }

    /// Gives the counts to a loop that adds to them, grown to at least `count` numbers.
    @inline(__always)
    mutating func withCounts(_ count: Int, _ body: (UnsafeMutableBufferPointer<Int>) -> Void) {
        reserve(count)
        counts.withUnsafeMutableBufferPointer { body($0) }
    }

    @inline(never)
    private mutating func addBeyond(_ number: Int, _ times: Int) {
        // Grown by half, so that rising numbers do not copy the counts each time.
        reserve(max(number + 1, min(counts.count * 3 / 2, Self.largest + 1)))
        counts[number] += times
    }

    // Codable.

    /// Reads the string form.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        func damaged() -> DecodingError {
            .dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no histogram in base64 and LEB128"))
        }
        guard let data = Data(base64Encoded: text) else { throw damaged() }
        counts = []
        var (number, shift, zeros): (UInt64, UInt64, Int?) = (0, 0, nil)
        for byte in data {
            guard shift < 63 else { throw damaged() }
            number |= UInt64(byte & 0x7f) << shift
            shift += 7
            guard byte & 0x80 == 0 else { continue }
            guard let value = Int(exactly: number) else { throw damaged() }
            if let before = zeros {
                counts.append(contentsOf: repeatElement(0, count: before))
                counts.append(value)
                zeros = nil
            } else {
                guard value <= Self.largest - counts.count else { throw damaged() }
                zeros = value
            }
            (number, shift) = (0, 0)
        }
        guard zeros == nil, shift == 0 else { throw damaged() }
    }

    /// Writes the string form.
    public func encode(to encoder: any Encoder) throws {
        var data = Data()
        func put(_ value: Int) {
            var rest = UInt64(value)
            while rest >= 0x80 {
                data.append(UInt8(rest & 0x7f) | 0x80)
                rest >>= 7
            }
            data.append(UInt8(rest))
        }
        var zeros = 0
        for count in counts {
            if count == 0 {
                zeros += 1
            } else {
                put(zeros)
                put(count)
                zeros = 0
            }
        }
        var container = encoder.singleValueContainer()
        try container.encode(data.base64EncodedString())
    }
}

extension CountHistogram: Hashable {
    private var trimmed: ArraySlice<Int> { counts[..<((maximum ?? -1) + 1)] }

    /// Whether the counts are equal; zeros behind the last count say nothing.
    public static func == (a: CountHistogram, b: CountHistogram) -> Bool { a.trimmed == b.trimmed }

    /// Hashes the counts without the zeros behind them.
    public func hash(into hasher: inout Hasher) { hasher.combine(trimmed) }
}
