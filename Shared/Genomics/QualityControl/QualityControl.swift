/// What a sample's reads are like: everything that laboratories ask of a run besides its calls.
///
/// Gathered shard by shard and added up in any order. Each record counts once, in the shard where its position falls;
/// depths are counted in the shard of their positions. The numbers that samtools has too are defined as there.
///
/// Flags count as they are when the shard is worked on, **after** duplicates were marked: `samtools flagstat` of an input
/// whose duplicates were not marked has fewer of them, and the same of one whose duplicates were. Where duplicates are kept
/// the flags of the input count, and the depths are of all reads.
public struct QualityControl: Sendable, Hashable, Codable {
    /// Records by their flags.
    public var flags = FlagCounts()
    /// Sums over records.
    public var sums = ReadSums()
    /// First segments, and reads of templates with one segment.
    public var first = SegmentProfile()
    /// Last segments.
    public var last = SegmentProfile()
    /// Records by their length with what was hard-clipped.
    public var lengths = CountHistogram()
    /// Sizes of the fragments.
    public var insertSizes = InsertSizes()
    /// Depths of the alignments.
    public var depth = DepthDistribution()
    /// What speaks for another person's reads.
    public var foreignAlleles = ForeignAlleles()

    /// Makes measures of no record.
    public init() {}

    /// Adds other records' measures.
    public mutating func add(_ other: QualityControl) {
        flags.add(other.flags)
        sums.add(other.sums)
        first.add(other.first)
        last.add(other.last)
        lengths.add(other.lengths)
        insertSizes.add(other.insertSizes)
        depth.add(other.depth)
        foreignAlleles.add(other.foreignAlleles)
    }

    /// Measures the records of a bin and the depths over it.
    ///
    /// - Parameters:
    ///   - records: All records that overlap the bin, with the flags by which their bases are used.
    ///   - given: The same records with the flags that count; those of `records` when nil.
    ///   - contig: The name of the bin's contig.
    ///   - core: The bin, 0-based and half-open.
    ///   - isLast: Whether the bin is the contig's last, in which positions behind the contig's end count too.
    ///   - regions: The target; everywhere when nil.
    ///   - pairing: Where X and Y pair on the contig.
    public mutating func measure(
        _ records: [BAMRecord], given: [BAMRecord]? = nil, contig: String, core: Range<Int>, isLast: Bool,
        regions: BED?, pairing: [Range<Int>] = []
    ) {
        for record in given ?? records {
            let position = Int(record.position)
            if core.contains(position) || isLast && position >= core.upperBound { count(record) }
        }
        measureDepth(records, contig: contig, core: core, regions: regions, pairing: pairing)
    }

    /// Measures the depths over a bin alone, as ``measure(_:given:contig:core:isLast:regions:pairing:)`` does.
    public mutating func measureDepth(
        _ records: [BAMRecord], contig: String, core: Range<Int>, regions: BED?, pairing: [Range<Int>] = []
    ) {
        var depths = DepthCounter(range: core)
        for record in records { depths.add(record) }
        depths.append(to: &depth, contig: contig, regions: regions, pairing: pairing)
    }

    /// Measures reads without a position.
    public mutating func measure(unplaced records: [BAMRecord]) { for record in records { count(record) } }

    /// The mean base quality where it is known; nil without such a base.
    public var meanBaseQuality: Double? {
        let bases = first.bases + last.bases - sums.basesWithoutQuality
        return bases == 0 ? nil : Double(sums.qualitySum) / Double(bases)
    }

    /// The share of G and C among the bases of first and last segments; nil without a base.
    public var gcShare: Double? {
        let bases = first.bases + last.bases
        return bases == 0 ? nil : Double(first.gcBases + last.gcBases) / Double(bases)
    }
}
