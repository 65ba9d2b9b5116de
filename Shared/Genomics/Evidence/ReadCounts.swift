/// How many reads of a bin counted as evidence, and why the others did not.
public struct ReadCounts: Sendable, Hashable, Codable {
    /// Reads that counted.
    public var evidence = 0
    /// Reads without an alignment that stand at their mate's place.
    public var unmapped = 0
    /// Secondary and supplementary alignments.
    public var secondary = 0
    /// PCR and optical duplicates.
    public var duplicate = 0
    /// Reads that failed the platform's quality checks.
    public var qualityFailed = 0
    /// Reads whose MAPQ is too low.
    public var lowMappingQuality = 0
    /// Reads whose CIGAR does not fit their sequence.
    public var inconsistent = 0

    /// Makes counts of zero.
    public init() {}

    /// Adds other reads' counts.
    public mutating func add(_ other: ReadCounts) {
        evidence += other.evidence
        unmapped += other.unmapped
        secondary += other.secondary
        duplicate += other.duplicate
        qualityFailed += other.qualityFailed
        lowMappingQuality += other.lowMappingQuality
        inconsistent += other.inconsistent
    }

    /// What to say where most reads are left out as duplicates, which is less often a bad library than a panel whose
    /// fragments all have the same ends; nil otherwise.
    public var duplicateWord: String? {
        let all = evidence + duplicate + lowMappingQuality
        guard duplicate >= 20, 2 * duplicate > all else { return nil }
        return
            "\(duplicate) of \(all) reads look like copies of others and are left out; where amplicons give all fragments "
            + "the same ends, call again with --duplicates keep (with molecular barcodes umi:RX)"
    }
}
