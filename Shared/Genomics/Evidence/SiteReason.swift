/// What became of an allele that a panel asks for: called, or why not.
public enum SiteReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// The sample has it.
    case called
    /// It was called, and a filter rejects the call.
    case filter
    /// No read shows it.
    case reference
    /// So few reads show it that it was not proposed to the network.
    case candidate
    /// Reads show a third allele there: not the reference, and not this one.
    case other
    /// The network takes the reads that show it for errors.
    case network
    /// Fewer than half of the reads of a single chromosome show it, too many for errors.
    case mixed
    /// Too few reads cover it, or show an allele there.
    case depth
    /// More than half of the reads that cover it could lie elsewhere as well.
    case mapping
    /// It lies outside of the regions.
    case region
    /// The sample has no such chromosome: Y of two X, or where the number of chromosomes was said to be 0.
    case absent

    /// The answer in words.
    public var words: String {
        switch self {
        case .called: "called"
        case .filter: "called, but filtered"
        case .reference: "the reference: no read shows it"
        case .candidate: "the reference: too few reads show it"
        case .other: "reads show a third allele"
        case .network: "taken for errors by the network"
        case .mixed: "reads of one chromosome show several alleles"
        case .depth: "too few reads"
        case .mapping: "reads could lie elsewhere as well"
        case .region: "outside of the regions"
        case .absent: "no such chromosome"
        }
    }
}
