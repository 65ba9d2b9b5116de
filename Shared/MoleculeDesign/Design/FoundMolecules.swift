/// What a design found: each molecule once, and of a scaffold only so many.
struct FoundMolecules {
    private(set) var kept: [DesignAssessor.Assessed] = []
    /// Those above the goal.
    private(set) var above = 0
    /// Why others were not kept.
    private(set) var refused: [String: Int] = [:]
    private var seen = Set<String>()
    private var ofScaffold: [String: Int] = [:]
    private let most: Int

    init(most: Int) { self.most = most }

    /// Takes a molecule, and says what reward it deserves: none of what is no news.
    mutating func add(_ own: DesignAssessor.Assessed, goal: Double) -> Double {
        guard seen.insert(own.molecule.smiles).inserted else { return 0 }
        if let problem = own.problem {
            refused[problem, default: 0] += 1
            return own.isKnown ? 0.5 * own.reward : own.reward
        }
        let count = ofScaffold[own.scaffold, default: 0]
        guard count < most else {
            refused["scaffold proposed often", default: 0] += 1
            return 0
        }
        kept.append(own)
        let isAbove = own.affinity.value > goal
        if isAbove {
            above += 1
            ofScaffold[own.scaffold] = count + 1
        }
        return own.reward
    }

    /// The best by ``DesignAssessor/Assessed/bound``, the earlier of equals.
    func best(_ count: Int) -> [DesignAssessor.Assessed] {
        let order = kept.indices.sorted { a, b in
            let (first, second) = (kept[a].bound, kept[b].bound)
            return (second, a) < (first, b)
        }
        return order.prefix(count).map { kept[$0] }
    }
}
