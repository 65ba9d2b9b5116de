/// A distribution as the values at evenly spaced probabilities, from the least at 0 to the greatest at 1.
public struct Quantiles: Sendable, Hashable, Codable {
    /// Rising, at least one.
    public var values: [Double]

    /// Makes a distribution of rising values.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty, "a distribution has a value")
        self.values = values
    }

    /// The distribution of a sample, reduced to `count` values; weights make up for a sample that is not even.
    init(of sample: [(value: Double, weight: Double)], count: Int) {
        precondition(count > 1 && !sample.isEmpty, "quantiles need a sample")
        let sorted = sample.sorted { $0.value < $1.value }
        let total = sorted.reduce(0) { $0 + $1.weight }
        var (index, sum) = (0, sorted[0].weight)
        values = (0..<count).map { number in
            let wanted = total * Double(number) / Double(count - 1)
            while sum < wanted, index + 1 < sorted.count {
                index += 1
                sum += sorted[index].weight
            }
            return sorted[index].value
        }
    }

    /// The value at a probability of 0 to 1, linear between the values that are given.
    public func value(at probability: Double) -> Double {
        let place = min(max(probability, 0), 1) * Double(values.count - 1)
        let index = min(Int(place), max(0, values.count - 2))
        guard index + 1 < values.count else { return values[0] }
        return values[index] + (place - Double(index)) * (values[index + 1] - values[index])
    }

    /// The mean.
    public var mean: Double {
        guard values.count > 1 else { return values[0] }
        let inner = values.dropFirst().dropLast().reduce(0, +)
        return (inner + (values[0] + values[values.count - 1]) / 2) / Double(values.count - 1)
    }

    /// Reads a list of numbers.
    public init(from decoder: any Decoder) throws {
        let values = try [Double](from: decoder)
        guard !values.isEmpty, zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a distribution is a list of rising numbers"))
        }
        self.values = values
    }

    /// Writes the list.
    public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}
