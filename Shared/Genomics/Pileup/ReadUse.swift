/// Why a read counts as evidence, or why it does not.
enum ReadUse {
    case evidence
    case unmapped
    case secondary
    case duplicate
    case qualityFailed
    case lowMappingQuality
    /// The CIGAR and the sequence differ in length, or there is no sequence.
    case inconsistent

    init(_ record: BAMRecord, minimumMappingQuality: UInt8) {
        let flags = record.flags
        if !flags.isDisjoint(with: [.secondary, .supplementary]) {
            self = .secondary
        } else if flags.contains(.unmapped) || record.position < 0 || record.cigarCount == 0 {
            self = .unmapped
        } else if flags.contains(.qualityFailed) {
            self = .qualityFailed
        } else if flags.contains(.duplicate) {
            self = .duplicate
        } else if !Self.isConsistent(record) {
            self = .inconsistent
        } else if record.mappingQuality < minimumMappingQuality {
            self = .lowMappingQuality
        } else {
            self = .evidence
        }
    }

    private static func isConsistent(_ record: BAMRecord) -> Bool {
        if let long = record.longCigar {
            let (read, reference) = long.reduce((0, 0)) { sum, operation in
                (
                    sum.0 + (operation.kind.consumesRead ? Int(operation.length) : 0),
                    sum.1 + (operation.kind.consumesReference ? Int(operation.length) : 0)
                )
            }
            return read == record.sequenceLength && reference == record.referenceSpan
        }
        var length = 0
        for index in 0..<record.cigarCount {
            let operation = record.cigar(index)
            if operation.kind.consumesRead { length += Int(operation.length) }
        }
        return length > 0 && length == record.sequenceLength
    }
}

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

    mutating func add(_ use: ReadUse) {
        switch use {
        case .evidence: evidence += 1
        case .unmapped: unmapped += 1
        case .secondary: secondary += 1
        case .duplicate: duplicate += 1
        case .qualityFailed: qualityFailed += 1
        case .lowMappingQuality: lowMappingQuality += 1
        case .inconsistent: inconsistent += 1
        }
    }
}
