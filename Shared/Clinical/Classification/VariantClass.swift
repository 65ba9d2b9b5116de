/// The five classes of variants of Mendelian diseases (Richards and others 2015).
public enum VariantClass: String, Sendable, Hashable, Codable, CaseIterable {
    case pathogenic = "Pathogenic"
    case likelyPathogenic = "Likely pathogenic"
    case uncertain = "Uncertain significance"
    case likelyBenign = "Likely benign"
    case benign = "Benign"
}

/// What criteria come to, by both ways of combining them.
public struct CombinedCriteria: Sendable, Hashable, Codable {
    /// The criteria that are met.
    public var met: [MetCriterion]

    /// Combines criteria, each at most once.
    public init(_ met: [MetCriterion]) { self.met = met }

    /// The points of all, those for benign negative (Tavtigian and others 2020).
    public var points: Int { weight(pathogenic: true) - weight(pathogenic: false) }

    /// The class of the points (Tavtigian and others 2020, table 2).
    ///
    /// From 10 pathogenic, from 6 likely pathogenic, from 0 uncertain, from -6 likely benign. BA1 makes benign by itself; where a pathogenic criterion is met too, it is worth its points.
    public var classByPoints: VariantClass {
        if met.contains(where: { $0.strength == .standAlone }), weight(pathogenic: true) == 0 { return .benign }
        return switch points {
        case 10...: .pathogenic
        case 6...: .likelyPathogenic
        case 0...: .uncertain
        case (-6)...: .likelyBenign
        default: .benign
        }
    }

    /// The class of the rules of Richards and others 2015, table 5.
    ///
    /// Evidence is contradictory, and the class uncertain, where rules of both sides hold, and where a rule for benign holds and
    /// pathogenic criteria weigh two supporting ones or more. A second very strong criterion counts as a strong one.
    public var classByRules: VariantClass {
        let (pathogenic, benign) = (pathogenicClass, benignClass)
        if let pathogenic { return benign == nil ? pathogenic : .uncertain }
        guard let benign else { return .uncertain }
        return weight(pathogenic: true) >= 2 ? .uncertain : benign
    }

    /// Whether criteria of both sides are met.
    public var isContradictory: Bool { weight(pathogenic: true) > 0 && weight(pathogenic: false) > 0 }

    private func weight(pathogenic: Bool) -> Int {
        met.reduce(0) { $1.criterion.isPathogenic == pathogenic ? $0 + $1.strength.points : $0 }
    }

    private func count(_ strengths: Set<Strength>, pathogenic: Bool) -> Int {
        met.count { $0.criterion.isPathogenic == pathogenic && strengths.contains($0.strength) }
    }

    private var pathogenicClass: VariantClass? {
        let veryStrong = count([.veryStrong], pathogenic: true)
        let hasVeryStrong = veryStrong > 0
        let strong = count([.strong], pathogenic: true) + max(0, veryStrong - 1)
        let moderate = count([.moderate], pathogenic: true)
        let supporting = count([.supporting], pathogenic: true)
        if hasVeryStrong, strong > 0 || moderate > 1 || moderate + supporting > 1 { return .pathogenic }
        if strong > 1 { return .pathogenic }
        let isMuch = moderate > 2 || moderate > 1 && supporting > 1 || moderate > 0 && supporting > 3
        if strong > 0, isMuch { return .pathogenic }
        if hasVeryStrong, moderate > 0 { return .likelyPathogenic }
        if strong > 0, moderate > 0 || supporting > 1 { return .likelyPathogenic }
        return isMuch ? .likelyPathogenic : nil
    }

    private var benignClass: VariantClass? {
        let strong = count([.strong], pathogenic: false)
        // The rules know nothing between supporting and strong for benign: what is moderate supports.
        let supporting = count([.supporting, .moderate], pathogenic: false)
        if count([.standAlone], pathogenic: false) > 0 || strong > 1 { return .benign }
        return strong > 0 && supporting > 0 || supporting > 1 ? .likelyBenign : nil
    }
}
