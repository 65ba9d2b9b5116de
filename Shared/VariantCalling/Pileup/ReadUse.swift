import Genomics

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
        } else if !record.isConsistent {
            self = .inconsistent
        } else if record.mappingQuality < minimumMappingQuality {
            self = .lowMappingQuality
        } else {
            self = .evidence
        }
    }
}

extension ReadCounts {
    /// Counts a read.
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
