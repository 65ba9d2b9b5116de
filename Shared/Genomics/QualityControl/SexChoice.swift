/// What somebody says of a sample's sex chromosomes before its reads are seen.
public enum SexChoice: Sendable, Hashable, CustomStringConvertible, CaseIterable {
    /// Two of X.
    case xx
    /// One of each.
    case xy
    /// Nothing: the depths tell, where they can.
    case coverage

    /// Reads `XX` or `female`, `XY` or `male`, `coverage` or `unknown-by-coverage`; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "XX", "female": self = .xx
        case "XY", "male": self = .xy
        case "coverage", "unknown-by-coverage": self = .coverage
        default: return nil
        }
    }

    /// `XX`, `XY` or `coverage`.
    public var description: String {
        switch self {
        case .xx: "XX"
        case .xy: "XY"
        case .coverage: "coverage"
        }
    }

    /// The sex that was given; nil where the depths are to tell.
    public var given: SexByCoverage.Verdict? {
        switch self {
        case .xx: .xx
        case .xy: .xy
        case .coverage: nil
        }
    }
}
