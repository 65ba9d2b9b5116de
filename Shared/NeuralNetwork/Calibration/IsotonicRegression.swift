/// A function that never falls, with straight lines between knots and level beyond them, fitted by pooling adjacent
/// violators (Barlow and others 1972); scikit-learn's `IsotonicRegression(out_of_bounds="clip")`.
public struct IsotonicRegression: Sendable, Hashable {
    /// The knots' places, rising.
    public let x: [Float]
    /// The values there, which do not fall.
    public let y: [Float]

    /// The function with the least squared error; pairs with a number that is not one are left out.
    ///
    /// - Parameters:
    ///   - x: Places, in any order.
    ///   - y: Values there.
    ///   - bounds: What no value may leave.
    public init(fitting x: [Float], _ y: [Float], bounds: ClosedRange<Double> = 0...1) {
        precondition(x.count == y.count)
        struct Block {
            var sum: Double
            var weight: Double
            var first: Float
            var last: Float
            var mean: Double { sum / weight }
        }
        var blocks: [Block] = []
        let order = x.indices.filter { x[$0].isFinite && y[$0].isFinite }.sorted { x[$0] < x[$1] }
        var next = 0
        while next < order.count {
            let place = x[order[next]]
            var block = Block(sum: 0, weight: 0, first: place, last: place)
            while next < order.count, x[order[next]] == place {
                block.sum += Double(y[order[next]])
                block.weight += 1
                next += 1
            }
            while let before = blocks.last, before.mean >= block.mean {
                block = Block(
                    sum: before.sum + block.sum, weight: before.weight + block.weight, first: before.first,
                    last: block.last)
                blocks.removeLast()
            }
            blocks.append(block)
        }
        var (places, values): ([Float], [Float]) = ([], [])
        for block in blocks {
            let value = Float(min(bounds.upperBound, max(bounds.lowerBound, block.mean)))
            for place in block.first < block.last ? [block.first, block.last] : [block.first] {
                places.append(place)
                values.append(value)
            }
        }
        (self.x, self.y) = places.isEmpty ? ([0, 1], [0, 1]) : (places, values)
    }

    /// The value at `place`: a fixed chain of float operations, the same on every processor.
    public func callAsFunction(_ place: Float) -> Float {
        guard place > x[0] else { return place.isNaN ? place : y[0] }
        guard place < x[x.count - 1] else { return y[y.count - 1] }
        // The last knot at or before the place.
        var (low, high) = (0, x.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if x[middle] <= place { low = middle } else { high = middle }
        }
        let share = (place - x[low]) / (x[high] - x[low])
        return y[low] + share * (y[high] - y[low])
    }
}

extension IsotonicRegression: Codable {
    /// Reads knots; throws unless they rise.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let (x, y): ([Float], [Float]) = (try field("x"), try field("y"))
        try field.end()
        guard !x.isEmpty, x.count == y.count, (x + y).allSatisfy(\.isFinite),
            zip(x, x.dropFirst()).allSatisfy(<),
            zip(y, y.dropFirst()).allSatisfy(<=)
        else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath, debugDescription: "the knots of an isotonic map must rise"
                ))
        }
        (self.x, self.y) = (x, y)
    }

    /// Writes the knots.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        try fields.encode(x, forKey: "x")
        try fields.encode(y, forKey: "y")
    }
}
