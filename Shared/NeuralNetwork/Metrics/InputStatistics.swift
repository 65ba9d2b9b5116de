/// How a model's inputs are distributed: a histogram a feature of each example's mean over its positions.
///
/// It holds counts on a fixed grid, a quarter of an octave a bin, so that parts add up to the same whole in any order and any
/// two can be compared, whatever data they are of. Takes one addition a value.
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

    /// The population stability index of each feature against a baseline: Σ (p − q) ln(p / q) over the baseline's tenths.
    ///
    /// Below 0.1 a feature is where it was, above 0.2 or 0.25 it has shifted (Siddiqi, Credit Risk Scorecards, 2006). Of two
    /// samples of one population with n and m independent examples it is about 9(1/n + 1/m) (Yurdakul and Naranjo 2020). Half
    /// an example is added to each part, so that an empty one is not infinitely surprising.
    public func stabilityIndices(against baseline: InputStatistics) -> [Double] {
        precondition(features == baseline.features)
        let (n, m) = (Double(examples), Double(baseline.examples))
        return (0..<features).map { feature in
            let parts = parts(of: feature, against: baseline)
            let added = 0.5 * Double(parts.count)
            return parts.reduce(0) { sum, part in
                let p = (Double(part.own) + 0.5) / (n + added)
                let q = (Double(part.base) + 0.5) / (m + added)
                return sum + (p - q) * PortableMath.log(p / q)
            }
        }
    }

    /// Neighbouring bins joined until they hold a tenth of the baseline.
    ///
    /// A bin that holds a tenth by itself is a part by itself: what lies beside a feature that never changed is seen.
    private func parts(of feature: Int, against baseline: InputStatistics) -> [(own: Int, base: Int)] {
        let tenth = Double(baseline.examples) / 10
        var parts: [(own: Int, base: Int)] = []
        var part = (own: 0, base: 0)
        func close() {
            if part != (0, 0) { parts.append(part) }
            part = (0, 0)
        }
        for bin in feature * Self.bins..<(feature + 1) * Self.bins {
            if Double(baseline.counts[bin]) >= tenth { close() }
            part.own += counts[bin]
            part.base += baseline.counts[bin]
            if Double(part.base) >= tenth { close() }
        }
        close()
        return parts
    }

    private static let smallest = Float(0x1p-6)

    /// Exponent and the first two bits behind it are the number of a quarter octave.
    static func bin(of value: Float) -> Int {
        guard value >= smallest else { return value > -smallest ? 3 : value > -0x1p-3 ? 2 : value > -0x1p-1 ? 1 : 0 }
        return min(bins - 1, 4 + Int(value.bitPattern >> 21) - Int(smallest.bitPattern >> 21))
    }
}
