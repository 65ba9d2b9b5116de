import Foundation

/// How a model's inputs are distributed: a histogram a feature of each example's mean over its positions.
///
/// It holds counts on a fixed grid, a quarter of an octave a bin, so that parts add up to the same whole in any order and any
/// two can be compared, whatever data they are of. Costs one addition a value.
public struct InputStatistics: Codable, Sendable, Hashable {
    /// Bins a feature: three below zero, one around it, 28 from 2⁻⁶ to 2.
    public static let bins = 32

    /// Features a position.
    public let features: Int
    /// Examples by feature and bin.
    public private(set) var counts: [Int]

    /// Starts with no example.
    public init(features: Int) {
        self.init(features: features, counts: Array(repeating: 0, count: features * Self.bins))
    }

    /// Takes counts that were kept elsewhere, ``bins`` a feature.
    public init(features: Int, counts: [Int]) {
        precondition(features > 0 && counts.count == features * Self.bins)
        self.features = features
        self.counts = counts
    }

    /// Reads what was written; throws when the counts do not fit the features.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        features = try container.decode(Int.self, forKey: .features)
        counts = try container.decode([Int].self, forKey: .counts)
        guard features > 0, counts.count.isMultiple(of: Self.bins), counts.count / Self.bins == features,
            counts.allSatisfy({ $0 >= 0 })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts, in: container, debugDescription: "there must be \(Self.bins) counts a feature")
        }
    }

    /// The number of examples.
    public var examples: Int { counts.prefix(Self.bins).reduce(0, +) }

    /// Adds examples, `[count][positions][features]`.
    public mutating func add(_ values: [Float], count: Int) {
        precondition(count >= 0 && values.count.isMultiple(of: max(1, count) * features))
        if count == 0 { return }
        let positions = values.count / count / features
        values.withUnsafeBufferPointer { values in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: features) { sums in
                for example in 0..<count {
                    sums.initialize(repeating: 0)
                    for position in 0..<positions {
                        let start = (example * positions + position) * features
                        for feature in 0..<features { sums[feature] += values[start + feature] }
                    }
                    for feature in 0..<features {
                        counts[feature * Self.bins + Self.bin(of: sums[feature] / Float(positions))] += 1
                    }
                }
            }
        }
    }

    /// The examples of the left that are not among those of the right, which are a part of them.
    public static func - (whole: InputStatistics, part: InputStatistics) -> InputStatistics {
        InputStatistics(features: whole.features, counts: zip(whole.counts, part.counts).map { max(0, $0 - $1) })
    }

    /// The population stability index of each feature against a baseline: Σ (p − q) ln(p / q) over its bins.
    ///
    /// Below 0.1 a feature is where it was, above 0.2 or 0.25 it has shifted (Siddiqi, Credit Risk Scorecards, 2006). Of two
    /// samples of one population it is about (B − 1)(1/n + 1/m), with B bins in use (Yurdakul and Naranjo 2020): 0.02 for a
    /// thousand examples each. Half an example is added to each bin, so that an empty one is not infinitely surprising.
    public func stabilityIndices(against baseline: InputStatistics) -> [Double] {
        precondition(features == baseline.features)
        let half = 0.5
        let (n, m) = (Double(examples), Double(baseline.examples))
        return (0..<features).map { feature in
            let bins = (feature * Self.bins..<(feature + 1) * Self.bins).filter {
                counts[$0] > 0 || baseline.counts[$0] > 0
            }
            let added = half * Double(bins.count)
            return bins.reduce(0) { sum, bin in
                let p = (Double(counts[bin]) + half) / (n + added)
                let q = (Double(baseline.counts[bin]) + half) / (m + added)
                return sum + (p - q) * log(p / q)
            }
        }
    }

    private static let smallest = Float(0x1p-6)

    /// Exponent and the first two bits behind it are the number of a quarter octave.
    static func bin(of value: Float) -> Int {
        guard value >= smallest else { return value > -smallest ? 3 : value > -0x1p-3 ? 2 : value > -0x1p-1 ? 1 : 0 }
        return min(bins - 1, 4 + Int(value.bitPattern >> 21) - Int(smallest.bitPattern >> 21))
    }
}
