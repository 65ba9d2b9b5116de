import Genomics

/// Kinds of evidence that the calling networks read: groups of channels of the picture (`PileupEncoder`) and the reads, as a person
/// would name them.
public enum PictureEvidence: String, Sendable, CaseIterable {
    /// The reference's bases around, and which allele is meant.
    case context
    /// The bases that reads show, strand by strand.
    case bases
    /// Deletions and insertions that reads show.
    case gaps
    /// How many reads are for the allele, for the reference and for a third one, and which part they are.
    case support
    /// Other differences of the reads for the allele and of those for the reference.
    case differences
    /// Base qualities.
    case baseQuality
    /// Mapping qualities.
    case mappingQuality
    /// Alignments that are clipped.
    case clipping
    /// The depth.
    case depth
    /// The length of an insertion or deletion, and of the repeat that it lies in.
    case length
    /// How well reads fit the haplotypes with the allele and those without.
    case haplotypes
    /// What each read says, which only the larger network looks at.
    case reads

    /// The channels of the picture; none of the reads.
    public var channels: [Int] {
        switch self {
        case .context: Array(0...3)
        case .bases: Array(4...11)
        case .gaps: Array(12...15)
        case .support: [16, 17, 18, 29]
        case .differences: Array(19...22)
        case .baseQuality: [23, 24]
        case .mappingQuality: [25, 26]
        case .clipping: [27]
        case .depth: [28]
        case .length: [30, 31]
        case .haplotypes: [32, 33, 34, 35]
        case .reads: []
        }
    }

    /// The places among the values of a candidate (``CandidateEncoder``).
    var places: [Int] {
        self == .reads
            ? Array(PileupEncoder.valuesPerCandidate..<CandidateEncoder.valuesPerCandidate)
            : (0..<PileupEncoder.positions).flatMap { position in
                channels.map { position * PileupEncoder.channels + $0 }
            }
    }

    /// What a sentence calls it.
    public var words: String {
        switch self {
        case .context: "the reference's bases around it"
        case .bases: "the bases that reads show, strand by strand"
        case .gaps: "the insertions and deletions that reads show"
        case .support: "how many reads are for and against the allele"
        case .differences: "other differences of the same reads"
        case .baseQuality: "base qualities"
        case .mappingQuality: "mapping qualities"
        case .clipping: "clipped alignments"
        case .depth: "the depth"
        case .length: "the length of the change and of its repeat"
        case .haplotypes: "how well the reads fit haplotypes with and without the allele"
        case .reads: "what each read says"
        }
    }
}
