internal import CRDKit

/// How often each fragment of a kind is in a molecule.
public struct Fingerprint: Sendable, Hashable {
    /// What counts as a fragment.
    public enum Kind: Sendable, Hashable {
        /// An atom and its neighbors up to so many bonds away (Rogers and Hahn 2010): ECFP of twice the diameter.
        case morgan(radius: Int)
        /// The same where atoms are told apart by their roles, such as donor or acid: FCFP.
        case morganFeatures(radius: Int)
        /// Two atoms and the bonds between them (Carhart and others 1985).
        case atomPairs
        /// Four atoms in a row (Nilakantan and others 1987).
        case torsions

        var code: (kind: CInt, radius: CUnsignedInt) {
            switch self {
            case .morgan(let radius): (CInt(crdkit_morgan), CUnsignedInt(clamping: radius))
            case .morganFeatures(let radius): (CInt(crdkit_morgan_features), CUnsignedInt(clamping: radius))
            case .atomPairs: (CInt(crdkit_atom_pairs), 0)
            case .torsions: (CInt(crdkit_torsions), 0)
            }
        }
    }

    /// The fragments, as RDKit numbers them, ascending.
    public let ids: [UInt64]
    /// How often each is there, at least once.
    public let counts: [UInt32]

    /// Takes fragments that differ, and as many counts.
    public init(ids: [UInt64], counts: [UInt32]) {
        precondition(ids.count == counts.count, "a count a fragment")
        let order = ids.indices.sorted { ids[$0] < ids[$1] }
        self.ids = order.map { ids[$0] }
        self.counts = order.map { counts[$0] }
    }

    /// All fragments together.
    public var total: Int { counts.reduce(0) { $0 + Int($1) } }

    /// What two molecules share over what they have together, counts as Tanimoto's bits: Σ min ÷ Σ max; 0 of two without fragments.
    public func similarity(to other: Fingerprint) -> Double {
        var (shared, mine, theirs) = (0, 0, 0)
        while mine < ids.count, theirs < other.ids.count {
            if ids[mine] == other.ids[theirs] {
                shared += Int(min(counts[mine], other.counts[theirs]))
                (mine, theirs) = (mine + 1, theirs + 1)
            } else if ids[mine] < other.ids[theirs] {
                mine += 1
            } else {
                theirs += 1
            }
        }
        let all = total + other.total - shared
        return all == 0 ? 0 : Double(shared) / Double(all)
    }
}
