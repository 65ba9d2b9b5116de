/// Sizes of the fragments between mapped mates on one contig, by the mates' orientation, as `samtools stats` counts them.
///
/// Each of the two mates counts; a pair is half of the two.
public struct InsertSizes: Sendable, Hashable, Codable {
    /// The mates face each other.
    public var inward = CountHistogram()
    /// The mates face away from each other.
    public var outward = CountHistogram()
    /// Both mates lie on one strand.
    public var other = CountHistogram()

    /// Larger sizes are counted as this one.
    public static let largest = 8000
    /// The share of the pairs, from the smallest size on, that ``Summary`` is of: outliers at the far end say nothing.
    public static let mainBulk = 0.99

    /// Makes counts of zero.
    public init() {}

    /// Adds other pairs.
    public mutating func add(_ other: InsertSizes) {
        inward.add(other.inward)
        outward.add(other.outward)
        self.other.add(other.other)
    }

    /// What the sizes come to.
    public struct Summary: Sendable, Hashable {
        /// The mean of the main bulk.
        public var mean = 0.0
        /// The standard deviation of the main bulk.
        public var standardDeviation = 0.0
        /// The size behind the last of the main bulk.
        public var end = 0
        /// Pairs whose mates face each other.
        public var inward = 0
        /// Pairs whose mates face away from each other.
        public var outward = 0
        /// Pairs on one strand.
        public var other = 0
    }

    /// The pairs of a size, by orientation.
    public func pairs(_ size: Int) -> (inward: Int, outward: Int, other: Int) {
        (inward[size] / 2, outward[size] / 2, other[size] / 2)
    }

    /// Sums the sizes up.
    public var summary: Summary {
        var summary = Summary()
        let sizes = (0...Self.largest).map { size in
            let pairs = pairs(size)
            summary.inward += pairs.inward
            summary.outward += pairs.outward
            summary.other += pairs.other
            return pairs.inward + pairs.outward + pairs.other
        }
        var count = Double(summary.inward + summary.outward + summary.other)
        guard count > 0 else { return summary }
        var bulk = 0.0
        for (size, pairs) in sizes.enumerated() {
            if pairs > 0 { summary.end = size + 1 }
            bulk += Double(pairs)
            summary.mean += Double(size * pairs)
            if bulk / count > Self.mainBulk {
                summary.end = size + 1
                count = bulk
                break
            }
        }
        summary.mean /= count
        var variance = 0.0
        for size in 1..<max(1, summary.end) {
            let deviation = Double(size) - summary.mean
            variance += Double(sizes[size]) * deviation * deviation / count
        }
        summary.standardDeviation = variance.squareRoot()
        return summary
    }

    /// Counts a mapped mate of a mapped mate on the same contig; `offset` is from its position to the mate's.
    @inline(__always)
    mutating func count(_ templateLength: Int32, flags: BAMRecord.Flags, offset: Int) {
        let size = min(Int(templateLength.magnitude), Self.largest)
        let isForward = !flags.contains(.reverse)
        if isForward != flags.contains(.mateReverse) {
            other.add(size)
            return
        }
        // As if the first mate were the one that is looked at.
        let isFirst = flags.contains(.firstInPair)
        let firstIsLeft = isFirst ? offset >= 0 : offset <= 0
        let firstIsForward = isFirst == isForward
        if firstIsLeft == firstIsForward { inward.add(size) } else { outward.add(size) }
    }
}
