/// Lengths, GC and base qualities of the first or of the last segments of templates, as `samtools stats` counts them.
///
/// Only primary records with a sequence count. The cycle of a base is its place in the read as it was sequenced.
public struct SegmentProfile: Sendable, Hashable, Codable {
    /// Segments.
    public var reads = 0
    /// Bases of these segments.
    public var bases = 0
    /// The bases that are G or C.
    public var gcBases = 0
    /// The longest segment with what was hard-clipped from it, supplementary alignments included.
    public var longest = 0
    /// Segments by their length with what was hard-clipped.
    public var lengths = CountHistogram()
    /// Segments by their share of G and C, in steps of 1/199 (`GCF`, `GCL`).
    public var gc = CountHistogram()
    /// Bases by cycle and quality (`FFQ`, `LFQ`): the index is the cycle from 0 times ``qualities``, plus the quality.
    public var qualitiesByCycle = CountHistogram()
    /// Bases by cycle in segments without qualities.
    public var unknownQualitiesByCycle = CountHistogram()

    /// The qualities of a cycle; higher ones, which no sequencer gives, count as the last.
    public static let qualities = 128
    /// Cycles that are counted one by one; those behind them, of long reads, are left out.
    public static let cycles = 1000
    /// The steps of ``gc``.
    public static let gcSteps = 200

    /// Makes a profile of no segment.
    public init() {}

    /// Adds other segments.
    public mutating func add(_ other: SegmentProfile) {
        reads += other.reads
        bases += other.bases
        gcBases += other.gcBases
        longest = max(longest, other.longest)
        lengths.add(other.lengths)
        gc.add(other.gc)
        qualitiesByCycle.add(other.qualitiesByCycle)
        unknownQualitiesByCycle.add(other.unknownQualitiesByCycle)
    }

    /// How often a quality was seen in a cycle.
    public func count(cycle: Int, quality: Int) -> Int { qualitiesByCycle[cycle * Self.qualities + quality] }

    /// The mean quality of each cycle, as far as there are bases with qualities.
    public var meanQualities: [Double] {
        (0..<min(longest, Self.cycles)).compactMap { cycle in
            var (bases, sum) = (0, 0)
            for quality in 0..<Self.qualities {
                let count = count(cycle: cycle, quality: quality)
                bases += count
                sum += count * quality
            }
            return bases == 0 ? nil : Double(sum) / Double(bases)
        }
    }

    /// Counts a segment of `whole` bases with those that were hard-clipped; returns the sum of its base qualities, nil when
    /// they are unknown.
    mutating func count(_ record: RecordLayout, whole: Int) -> Int? {
        let length = record.sequenceLength
        reads += 1
        bases += length
        lengths.add(whole)
        let gcCount = record.gcCount
        gcBases += gcCount
        addGC(gcCount, length: length)
        return record.withQualities { addQualities($0, length: length, isReverse: record.flags.contains(.reverse)) }
    }

    private mutating func addQualities(_ first: UnsafePointer<UInt8>, length: Int, isReverse: Bool) -> Int? {
        let counted = min(length, Self.cycles)
        if first[0] == 255 {
            unknownQualitiesByCycle.withCounts(counted) { counts in for cycle in 0..<counted { counts[cycle] += 1 } }
            return nil
        }
        var sum = 0
        qualitiesByCycle.withCounts(counted * Self.qualities) { counts in
            guard var cell = counts.baseAddress else { return }
            var base = isReverse ? first + (length - 1) : first
            let step = isReverse ? -1 : 1
            for _ in 0..<counted {
                let quality = Int(base.pointee)
                cell[min(quality, Self.qualities - 1)] += 1
                sum += quality
                cell += Self.qualities
                base += step
            }
            for _ in counted..<length {
                sum += Int(base.pointee)
                base += step
            }
        }
        return sum
    }

    /// Counts a segment's share of G and C; every step that the share of one base more would reach counts.
    private mutating func addGC(_ count: Int, length: Int) {
        let steps = Self.gcSteps - 1
        let first = count * steps / length
        let end = min((count + 1) * steps / length, steps)
        gc.withCounts(Self.gcSteps) { counts in for step in first..<max(first, end) { counts[step] += 1 } }
    }
}
