/// Tells from how reads were mapped that the reference is another organism's, or of another release.
public struct MappingCheck: Sendable, Hashable {
    /// Reads, each counted once.
    public private(set) var reads = 0
    /// Of these, mapped ones.
    public private(set) var mapped = 0
    /// Bases of mapped reads whose number of differences is known.
    public private(set) var bases = 0
    /// The differences (`NM`) of these.
    public private(set) var differences = 0

    /// So few reads say nothing.
    private static let leastReads = 1_000
    private static let leastShare = 0.3
    private static let leastBases = 100_000
    /// Long reads of early chemistries have errors in every seventh base.
    private static let mostDifferences = 0.2
    /// Differences are counted in the first reads alone: looking a tag up takes time.
    private static let sampled = 10_000

    /// Starts a count.
    public init() {}

    /// A count of reads and mapped ones.
    public init(reads: Int, mapped: Int) {
        self.reads = reads
        self.mapped = mapped
    }

    /// The counts of a sample's measures.
    public init(_ measures: QualityControl) {
        reads = measures.flags.sum(\.primary)
        mapped = measures.flags.sum(\.primaryMapped)
        bases = measures.sums.basesWithMismatches
        differences = measures.sums.mismatches
    }

    /// Counts a record; secondary and supplementary ones are of reads that count elsewhere.
    public mutating func add(_ record: BAMRecord) {
        guard record.flags.isDisjoint(with: [.secondary, .supplementary]) else { return }
        reads += 1
        guard !record.flags.contains(.unmapped) else { return }
        mapped += 1
        guard mapped <= Self.sampled, let count = BAMTags(record.tags).int("NM") else { return }
        bases += record.sequenceLength
        differences += max(0, count)
    }

    /// What the counts say against the reference; nil when nothing does.
    public var flaw: String? {
        if reads >= Self.leastReads, Double(mapped) < Self.leastShare * Double(reads) {
            return "only \(mapped) of \(reads) reads are mapped: they are probably not of this reference's organism"
        }
        if bases >= Self.leastBases, Double(differences) > Self.mostDifferences * Double(bases) {
            let share = 100 * differences / bases
            return "the mapped reads differ from the reference in \(share) % of their bases: it is probably another's"
        }
        return nil
    }
}
