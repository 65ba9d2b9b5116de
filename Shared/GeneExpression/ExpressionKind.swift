/// What a model of expression reads and says: one kind a data set, since marks, words and scales differ.
public enum ExpressionKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Ten epigenetic marks and the promoter of an Arabidopsis gene → log2(FPKM + 1) in the leaf.
    case arabidopsis
    /// Reads of five histone marks in the bins around a human gene → log10(RPKM + 1) in GM12878.
    case gm12878
    /// The growth condition of an *E. coli* sample → log2(TPM + 1) of each gene.
    case ecoli
    /// The five elements of a designed sigma-70 promoter → log2(max(RNA/DNA, 0.01)).
    case sigma70
    /// 150 bases at a start site of *E. coli* → log2 of the activity, of which the rank decides what is active.
    case ecoliMPRA = "ecoli-mpra"

    /// What the suite calls its model: `expression-gm12878`.
    public var modelName: String { "expression-\(rawValue)" }

    /// The kind of a model's name; nil where it is none.
    public init?(modelName: String) {
        guard let kind = Self.allCases.first(where: { $0.modelName == modelName }) else { return nil }
        self = kind
    }

    /// What predictions are in.
    public var unit: String {
        switch self {
        case .arabidopsis: "log2(FPKM + 1)"
        case .gm12878: "log10(RPKM + 1)"
        case .ecoli: "log2(TPM + 1)"
        case .sigma70, .ecoliMPRA: "log2(max(RNA/DNA, 0.01))"
        }
    }

    /// The least value of the scale: nothing is predicted below it.
    var least: Float {
        switch self {
        case .arabidopsis, .gm12878, .ecoli: 0
        case .sigma70, .ecoliMPRA: -6.643856
        }
    }

    /// Bases of a record's sequence; 0 where it has none.
    var bases: Int {
        switch self {
        case .arabidopsis: 251
        case .ecoliMPRA: 150
        case .gm12878, .ecoli, .sigma70: 0
        }
    }

    /// Whether filters of the network read the bases; those of an Arabidopsis promoter are counted in stretches alone.
    var filtersBases: Bool { self == .ecoliMPRA }

    /// Numbers that the network reads of the bases.
    var filteredBases: Int { filtersBases ? bases : 0 }
}
