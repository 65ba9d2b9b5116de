/// Sums over the records of a sample that are in none of the histograms, defined as in `samtools stats`.
///
/// Where nothing else is said, only primary records with a sequence count.
public struct ReadSums: Sendable, Hashable, Codable {
    /// Records.
    public var reads = 0
    /// Mapped records.
    public var mapped = 0
    /// Mapped with a mapped mate.
    public var mappedPairs = 0
    /// Among these, with the proper-pair flag.
    public var properlyPaired = 0
    /// Records of templates with several segments.
    public var paired = 0
    /// Records with the duplicate flag, supplementary ones among them.
    public var duplicates = 0
    /// Mapped with a mapping quality of 0.
    public var mappingQualityZero = 0
    /// Records that failed the platform's checks.
    public var qualityFailed = 0
    /// Secondary alignments, with or without a sequence.
    public var secondary = 0
    /// Supplementary alignments.
    public var supplementary = 0
    /// Mapped with a mate on another contig.
    public var mateElsewhere = 0
    /// Bases, clipped ones included.
    public var bases = 0
    /// Bases of mapped records, clipped ones included.
    public var basesMapped = 0
    /// Aligned and inserted bases, supplementary alignments included.
    public var basesAligned = 0
    /// Bases of records with the duplicate flag, supplementary ones among them.
    public var basesDuplicated = 0
    /// The sum of the `NM` tags of mapped records, supplementary ones among them.
    public var mismatches = 0
    /// Aligned and inserted bases of the records that have an `NM` tag.
    public var basesWithMismatches = 0
    /// The sum of the known base qualities of first and last segments.
    public var qualitySum = 0
    /// Bases of first and last segments without qualities.
    public var basesWithoutQuality = 0
    /// The longest record with what was hard-clipped from it, supplementary ones among them.
    public var longest = 0

    /// Makes sums of zero.
    public init() {}

    /// Differences from the reference for each base that can differ; nil where no record has an `NM` tag.
    public var mismatchRate: Double? {
        basesWithMismatches == 0 ? nil : Double(mismatches) / Double(basesWithMismatches)
    }

    /// Adds other records' sums.
    public mutating func add(_ other: ReadSums) {
        let sums: [WritableKeyPath<ReadSums, Int>] = [
            \.reads, \.mapped, \.mappedPairs, \.properlyPaired, \.paired, \.duplicates, \.mappingQualityZero,
            \.qualityFailed, \.secondary, \.supplementary, \.mateElsewhere, \.bases, \.basesMapped, \.basesAligned,
            \.basesDuplicated, \.mismatches, \.basesWithMismatches, \.qualitySum, \.basesWithoutQuality,
        ]
        for sum in sums { self[keyPath: sum] += other[keyPath: sum] }
        longest = max(longest, other.longest)
    }
}
