/// Chooses of all alleles of a person those that a report speaks of; of every other one it counts why not.
///
/// An allele is a finding where it passed, touches a gene that the question concerns, and its class is uncertain or worse; one of uncertain
/// significance only where it changes the protein or a splice site. A gene concerns the question where it is named, or where its diseases are
/// among the first ``ClinicalQuestion/reach`` that fit what the case shows.
public struct FindingSelection: Sendable {
    /// Why an allele is no finding: a word of ``ClinicalReport/Counts/absent``.
    public enum Absence: String, Sendable, Hashable, Codable, CaseIterable {
        /// The caller rejects it.
        case filtered
        /// It touches no gene.
        case intergenic
        /// Its gene is not one that the question concerns.
        case notAskedFor = "not asked for"
        /// It is benign or likely benign.
        case benign
        /// Its significance is uncertain, and it changes neither protein nor splice site.
        case silent = "uncertain, outside of protein and splice sites"
        /// The gene's diseases are recessive, the person has one uncertain allele, and no second.
        case single = "uncertain, one of the two that a recessive disease needs"
        /// Its gene is on the list of secondary findings, which does not say to tell such an allele.
        case notToBeTold = "of a listed gene, and not to be told"

        /// What a person is told.
        public var words: String {
            switch self {
            case .filtered: "the caller's filters reject it"
            case .intergenic: "it touches no gene"
            case .notAskedFor: "its gene is none that the question concerns"
            case .benign: "it is benign or likely benign"
            case .silent: "its significance is uncertain, and it changes neither the protein nor a splice site"
            case .single:
                "its significance is uncertain, and it is one of the two alleles that a recessive disease needs"
            case .notToBeTold:
                "its gene is on the list of secondary findings, which does not say to tell such an allele"
            }
        }
    }

    /// An allele that may become a finding.
    struct Candidate: Sendable {
        var allele: AnnotatedAllele
        var gene: String
        /// The relatives' copies of it, in the order of ``CalledFamily/members``.
        var copies: [Int?]
        var classification: Classification
        var score: PathogenicityScore?

        var call: CalledFamily.Call { CalledFamily.Call(allele, copies: copies) }
    }

    /// Judges an allele by what the family and the other alleles of its gene say, as far as that is known: its class with all criteria, and
    /// what the network says of it.
    public typealias Judge =
        @Sendable (AnnotatedAllele, FamilyEvidence?) throws -> (Classification, PathogenicityScore?)

    private let question: ClinicalQuestion
    private let relevant: Set<String>
    private let actionable: Set<String>
    private let family: CalledFamily?
    private let judge: Judge
    private(set) var candidates: [Candidate] = []
    private(set) var secondary: [Candidate] = []
    private(set) var counts = ClinicalReport.Counts()
    /// The alleles whose reasons are kept, by their names.
    var watched: Set<String> = []
    private(set) var reasons: [String: Absence] = [:]

    /// Begins; `ranking` is the case's by phenotype alone, `actionable` are the genes of secondary findings.
    public init(
        _ question: ClinicalQuestion, ranking: PhenotypeRanking?, actionable: Set<String>,
        family: CalledFamily? = nil, judge: @escaping Judge
    ) {
        self.family = family
        self.question = question
        let ranked = ranking?.genes.prefix(ClinicalQuestion.reach).map(\.gene) ?? []
        relevant = question.genes.union(ranked)
        self.actionable = question.consentsToSecondaryFindings ? actionable : []
        self.judge = judge
    }

    /// Takes the next allele of the person, with the relatives' copies of it; one that the person does not have is nobody's.
    public mutating func add(_ allele: AnnotatedAllele, copies: [Int?] = []) throws {
        counts.alleles += 1
        if let absence = try absence(of: allele, copies: copies) { leaveOut(allele, absence) }
    }

    /// Counts an allele that is no finding.
    mutating func leaveOut(_ allele: AnnotatedAllele, _ absence: Absence) {
        counts.absent[absence.rawValue, default: 0] += 1
        if !watched.isEmpty, watched.contains(allele.name) { reasons[allele.name] = absence }
    }

    /// Why an allele is no finding, as far as it alone tells; nil for one that is kept.
    private mutating func absence(of allele: AnnotatedAllele, copies: [Int?]) throws -> Absence? {
        guard allele.call?.filters.isEmpty ?? true else { return .filtered }
        guard let chosen = allele.chosen, !chosen.gene.isEmpty else { return .intergenic }
        let isAsked = question.asksAboutAllGenes || relevant.contains(chosen.gene)
        let isActionable = actionable.contains(chosen.gene)
        guard isAsked || isActionable else { return .notAskedFor }
        let (classification, score) = try judge(allele, family?.evidence(CalledFamily.Call(allele, copies: copies)))
        let candidate = Candidate(
            allele: allele, gene: chosen.gene, copies: copies, classification: classification, score: score)
        switch classification.byPoints {
        case .benign, .likelyBenign: return .benign
        case .uncertain where !chosen.changesProteinOrSplicing: return .silent
        case .uncertain where !isAsked: return .notAskedFor
        default: break
        }
        if isAsked { candidates.append(candidate) } else { secondary.append(candidate) }
        return nil
    }

    /// Judges each candidate again beside the others of its gene, of each of which the class by itself counts (PM3, BP2).
    mutating func judgeTogether() throws {
        func judged(_ list: [Candidate]) throws -> [Candidate] {
            let byGene = Dictionary(grouping: list, by: \.gene)
            return try list.map { candidate in
                let others = (byGene[candidate.gene] ?? []).filter { $0.allele != candidate.allele }
                    .map { ($0, placement(candidate, $0)) }
                var candidate = candidate
                var evidence =
                    family?.evidence(candidate.call, beside: Self.partner(among: others)?.call) ?? FamilyEvidence()
                evidence.companions = others.map { other, placement in
                    FamilyEvidence.Companion(
                        name: other.allele.name, byPoints: other.classification.byPoints, placement: placement)
                }
                (candidate.classification, candidate.score) = try judge(candidate.allele, evidence)
                return candidate
            }
        }
        // Beside its companions an allele may turn out benign.
        func kept(_ candidate: Candidate) -> Bool {
            ![.benign, .likelyBenign].contains(candidate.classification.byPoints)
        }
        let all = (try judged(candidates), try judged(secondary))
        (candidates, secondary) = (all.0.filter(kept), all.1.filter(kept))
        for candidate in all.0 + all.1 where !kept(candidate) { leaveOut(candidate.allele, .benign) }
    }

    /// By the phase of the calls, else by the parents.
    private func placement(_ one: Candidate, _ other: Candidate) -> FamilyEvidence.Companion.Placement {
        if let a = one.allele.call?.phase, let b = other.allele.call?.phase, a.set == b.set {
            return a.haplotype == b.haplotype ? .cis : .trans
        }
        return family?.placement(one.call, other.call) ?? .unknown
    }

    /// The allele that a recessive disease would have on the other chromosome: the likeliest one that is not known to lie on the same.
    private static func partner(
        among others: [(Candidate, FamilyEvidence.Companion.Placement)]
    ) -> Candidate? {
        func rank(_ placement: FamilyEvidence.Companion.Placement) -> Int { placement == .trans ? 0 : 1 }
        return others.filter { other, placement in
            placement != .cis && [.pathogenic, .likelyPathogenic].contains(other.classification.byPoints)
        }.min { one, other in
            (rank(one.1), -one.0.classification.points) < (rank(other.1), -other.0.classification.points)
        }?.0
    }

    /// Leaves out candidates that a gene's other alleles do not make a finding of.
    mutating func settle(_ isFinding: (Candidate, [Candidate]) -> Bool) {
        let byGene = Dictionary(grouping: candidates, by: \.gene)
        candidates = candidates.filter { candidate in
            if isFinding(candidate, byGene[candidate.gene] ?? []) { return true }
            leaveOut(candidate.allele, .single)
            return false
        }
    }
}
