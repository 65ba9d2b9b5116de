/// What became of one of the 28 criteria for an allele, and why.
public struct CriterionAssessment: Sendable, Hashable, Codable {
    /// The three answers; a criterion is never left out.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// The evidence has the strength that is said.
        case met
        /// It was looked at, and does not hold.
        case notMet
        /// What it needs is not known here; ``CriterionAssessment/reason`` says what.
        case notEvaluable
    }

    /// The criterion.
    public var criterion: Criterion
    /// What became of it.
    public var outcome: Outcome
    /// How strong the evidence is; nil where it is not met.
    public var strength: Strength?
    /// A sentence with the evidence and its numbers, or what is missing.
    public var reason: String
    /// What the sentence rests on: knowledge bases (`clinvar@2026-11`), models (`pathogenicity@1`), `case` for what the request states, `calls`
    /// for the person's own and relatives' calls.
    public var sources: [String]

    /// A met criterion.
    public static func met(_ met: MetCriterion, _ reason: String, sources: [String]) -> CriterionAssessment {
        CriterionAssessment(
            criterion: met.criterion, outcome: .met, strength: met.strength, reason: reason, sources: sources)
    }

    /// One that was looked at and does not hold.
    public static func notMet(_ criterion: Criterion, _ reason: String, sources: [String]) -> CriterionAssessment {
        CriterionAssessment(
            criterion: criterion, outcome: .notMet, strength: nil, reason: reason, sources: sources)
    }

    /// One for which something is missing.
    public static func notEvaluable(_ criterion: Criterion, _ reason: String) -> CriterionAssessment {
        CriterionAssessment(
            criterion: criterion, outcome: .notEvaluable, strength: nil, reason: reason, sources: [])
    }
}

/// An allele's class with everything that it rests on.
public struct Classification: Sendable, Hashable, Codable {
    /// All 28, in the order of ``Criterion``.
    public var criteria: [CriterionAssessment]
    /// The points of those that are met (Tavtigian and others 2020).
    public var points: Int
    /// The class by points: the one that a report states.
    public var byPoints: VariantClass
    /// The class by the rules of 2015.
    public var byRules: VariantClass
    /// The transcript and gene that the criteria were looked at for.
    public var gene: String
    /// How the disease in question is inherited, in the words of the table that says it; empty where none does.
    public var inheritance: [String]
    /// Whose thresholds and regions were used (`ClinGen PAH VCEP`); nil for the general ones.
    public var panel: String?

    /// Combines assessments of all 28 criteria.
    public init(_ criteria: [CriterionAssessment], gene: String, inheritance: [String] = [], panel: String? = nil) {
        precondition(criteria.map(\.criterion) == Criterion.allCases, "all criteria, each once and in their order")
        let combined = CombinedCriteria(
            criteria.compactMap { item in item.strength.map { MetCriterion(item.criterion, $0) } })
        self.criteria = criteria
        self.gene = gene
        self.inheritance = inheritance
        self.panel = panel
        (points, byPoints, byRules) = (combined.points, combined.classByPoints, combined.classByRules)
    }

    /// Whether a criterion is met.
    public func isMet(_ criterion: Criterion) -> Bool {
        criteria.contains { $0.criterion == criterion && $0.outcome == .met }
    }

    /// The class by points of the criteria but some, for those who weigh these themselves.
    public func `class`(without others: Set<Criterion>) -> VariantClass {
        CombinedCriteria(
            criteria.compactMap { item in
                others.contains(item.criterion) ? nil : item.strength.map { MetCriterion(item.criterion, $0) }
            }
        ).classByPoints
    }

    /// The criteria that are met, `PVS1, PM2_Supporting`.
    public var metNames: [String] {
        criteria.compactMap { item in item.strength.map { MetCriterion(item.criterion, $0).name } }
    }
}
