import Annotation
import Genomics

/// Judges all 28 criteria for alleles, and says what they come to.
///
/// Each criterion is met with a strength, not met, or not evaluable with what is missing; no evidence counts twice. The rules are those of Richards
/// and others 2015 with ClinGen's later recommendations, and the expert panels' own where a gene has them.
public struct VariantAssessor: Sendable {
    /// What to judge by.
    public struct Options: Sendable {
        /// The sources of frequencies that the calls were compared with (``AnnotatedVCF/frequencySources``): an allele without one of them is in none.
        public var frequencySources: [String] = []
        /// Whether ClinVar's word on the allele itself counts as PP5 and BP6, which ClinGen advises against (Biesecker and Harrison 2018).
        public var countsClinVar = false

        /// The usual options.
        public init() {}
    }

    /// The tables.
    public let knowledge: CriteriaKnowledge
    /// Other variants of the genes; nil where they are not at hand.
    public let index: ClinVarIndex?
    private let transcripts: CodingTranscripts?
    private let reference: ReferenceGenome?
    private let options: Options

    /// An assessor.
    ///
    /// `transcripts` are those that consequences were told by: PVS1 needs them for splice sites and shares of proteins. `reference` tells repeats
    /// for PM4 and BP3.
    public init(
        knowledge: CriteriaKnowledge, index: ClinVarIndex? = nil, transcripts: CodingTranscripts? = nil,
        reference: ReferenceGenome? = nil, options: Options = Options()
    ) {
        self.knowledge = knowledge
        self.index = index
        self.transcripts = transcripts
        self.reference = reference
        self.options = options
    }

    /// Judges an allele for the gene of its chosen transcript.
    ///
    /// Throws where the reference cannot be read.
    public func classify(
        _ allele: AnnotatedAllele, evidence: AlleleEvidence = AlleleEvidence()
    ) throws(GenomicsError) -> Classification {
        let gene = allele.chosen.map { knowledge.genes[$0.gene] ?? GeneKnowledge() }
        var sheet = CriteriaSheet()
        sheet.set(
            FrequencyCriteria(
                allele, lookedUp: options.frequencySources, gene: gene, names: knowledge.names
            ).assess())
        sheet.set(clinVar(allele))
        if let chosen = allele.chosen, let gene {
            let context = CriterionContext(
                allele: allele, evidence: evidence, chosen: chosen, kind: ConsequenceKind(chosen.terms), gene: gene,
                knowledge: knowledge, index: index, exons: exons(chosen, gene))
            try judge(context, &sheet)
        } else {
            sheet.set(Self.betweenGenes)
        }
        sheet.set([PhenotypeEvidence.assess(evidence.phenotype, gene: allele.chosen?.gene ?? "")])
        sheet.settle(panel: gene?.panel)
        for assigned in evidence.assigned { sheet.assign(assigned) }
        return Classification(
            sheet.all, gene: allele.chosen?.gene ?? "", inheritance: gene?.modes ?? [],
            panel: gene?.panel.map { "ClinGen \($0.name)" })
    }

    private func judge(_ context: CriterionContext, _ sheet: inout CriteriaSheet) throws(GenomicsError) {
        let null = NullVariantTree(context: context).assess()
        sheet.set([null])
        sheet.set(ResidueCriteria(context: context).assess())
        var isInRepeat: Bool?
        if let reference, !context.kind.isDisjoint(with: .inframe), let contig = Self.contig(context.allele, reference)
        {
            var allele = context.allele
            allele.contig = contig
            isInRepeat = try LengthCriteria.isInRepeat(allele, reference.window)
        }
        sheet.set(LengthCriteria(context: context, isInRepeat: isInRepeat).assess())
        sheet.set(PredictionCriteria(context: context).assess(nullStrength: null.strength))
        sheet.set(GeneCriteria(context: context).assess(met: sheet.met))
        sheet.set(FamilyCriteria(context: context, rarity: sheet.outcome(.pm2)).assess())
    }

    /// What a reference calls an allele's contig.
    private static func contig(_ allele: AnnotatedAllele, _ reference: ReferenceGenome) -> String? {
        reference.index(of: allele.contig) != nil
            ? allele.contig : ContigNaming.alias(allele.contig) { reference.index(of: $0) != nil }
    }

    /// The exons of the chosen transcript: of the gene models, else of the panels' table, where that has the same transcript or as many exons.
    private func exons(
        _ chosen: TranscriptConsequence, _ gene: GeneKnowledge
    ) -> (exons: CodingExons, source: String)? {
        if let known = transcripts?.exons(chosen.transcript) { return (known, "transcripts") }
        guard let known = gene.exons else { return nil }
        let count = chosen.exon?.count ?? chosen.intron.map { $0.count + 1 }
        guard unversioned(chosen.transcript) == unversioned(known.transcript) || count == known.lengths.count else {
            return nil
        }
        return (known, knowledge.names.exons)
    }

    // MARK: - ClinVar's own word

    private func clinVar(_ allele: AnnotatedAllele) -> [CriterionAssessment] {
        guard options.countsClinVar else { return Self.clinVarIsOff }
        guard let record = allele.clinVar else {
            return [Criterion.pp5, .bp6].map { .notEvaluable($0, "ClinVar does not know the allele.") }
        }
        let word = ClinVarWord(record.significance)
        let what = "ClinVar says \(record.significance.lowercased()), with \(Figure.count(record.stars, "star"))."
        func assessment(_ criterion: Criterion, _ isIt: Bool?) -> CriterionAssessment {
            isIt == true && record.stars > 0
                ? .met(MetCriterion(criterion), what, sources: [record.source])
                : .notMet(criterion, what, sources: [record.source])
        }
        return [
            assessment(.pp5, word.map(\.isPathogenic)), assessment(.bp6, word.map { !$0.isPathogenic }),
        ]
    }

    private static let clinVarIsOff: [CriterionAssessment] = [Criterion.pp5, .bp6].map {
        .notEvaluable($0, "ClinVar's word is no criterion of its own (Biesecker and Harrison 2018).")
    }

    /// What is said of alleles outside of genes.
    private static let betweenGenes: [CriterionAssessment] =
        [Criterion.pvs1, .pm4, .bp3, .bp7, .pp2, .bp1].map {
            .notMet($0, "No transcript is touched.", sources: ["calls"])
        } + ResidueCriteria.notMissense
        + [Criterion.pp3, .bp4].map { .notEvaluable($0, "No transcript is touched, and no prediction was made.") }
        + [Criterion.ps2, .pm6, .pm3, .bp2, .pp1, .bs4].map {
            .notEvaluable($0, "No gene is touched whose disease the family could have.")
        }
}

/// The 28 criteria while they are judged.
struct CriteriaSheet {
    private var slots: [CriterionAssessment] = Self.blank

    private static let places = Dictionary(
        uniqueKeysWithValues: Criterion.allCases.enumerated().map { ($0.element, $0.offset) })
    private static let blank: [CriterionAssessment] = Criterion.allCases.map { criterion in
        .notEvaluable(criterion, people[criterion] ?? "It was not looked at.")
    }
    /// What people judge.
    private static let people: [Criterion: String] = [
        .ps3: "Functional studies are judged by people: assign the criterion in the case.",
        .bs3: "Functional studies are judged by people: assign the criterion in the case.",
        .ps4: "How often affected people have it is judged by people: assign the criterion in the case.",
        .bp5: "Whether another cause explains the disease is judged by people: assign the criterion in the case.",
    ]

    private subscript(_ criterion: Criterion) -> CriterionAssessment {
        get { slots[Self.places[criterion] ?? 0] }
        set { slots[Self.places[criterion] ?? 0] = newValue }
    }

    /// All, in their order.
    var all: [CriterionAssessment] { slots }

    /// What became of a criterion.
    func outcome(_ criterion: Criterion) -> CriterionAssessment.Outcome { self[criterion].outcome }

    /// Those that are met.
    var met: Set<Criterion> { Set(slots.lazy.filter { $0.outcome == .met }.map(\.criterion)) }

    mutating func set(_ assessments: [CriterionAssessment]) {
        for assessment in assessments { self[assessment.criterion] = assessment }
    }

    /// Takes away what would count one piece of evidence twice.
    mutating func settle(panel: PanelRules?) {
        func points(_ criterion: Criterion) -> Int { self[criterion].strength?.points ?? 0 }
        if points(.pm5) > 0, let panel {
            for other in panel.sameResidueExcludes where points(other) > 0 {
                let (weaker, stronger) = points(.pm5) > points(other) ? (other, Criterion.pm5) : (.pm5, other)
                self[weaker] = .notMet(
                    weaker,
                    "\(stronger.rawValue) counts, and the panel does not count \(weaker.rawValue) beside it. \(self[weaker].reason)",
                    sources: self[weaker].sources)
                break
            }
        }
        // Pejaver and others 2022: PP3 and PM1 together are at most strong.
        if points(.pm1) > 0, points(.pp3) + points(.pm1) > Strength.strong.points {
            let room = Strength.strong.points - points(.pm1)
            let strength = [Strength.moderate, .supporting].first { $0.points <= room }
            if let strength {
                self[.pp3] = .met(
                    MetCriterion(.pp3, strength),
                    "\(self[.pp3].reason) It is lowered, as PP3 and PM1 together are at most strong.",
                    sources: self[.pp3].sources)
            } else {
                self[.pp3] = .notMet(
                    .pp3, "\(self[.pp3].reason) PM1 counts already as much as both may.", sources: self[.pp3].sources)
            }
        }
        // A panel's strong BP1 rests on the same predictions.
        if points(.bp1) >= Strength.strong.points, points(.bp4) > 0 {
            self[.bp4] = .notMet(.bp4, "BP1 of the panel rests on the same prediction.", sources: self[.bp4].sources)
        }
    }

    /// Takes a person's judgment instead of a computed one, which is said.
    mutating func assign(_ assigned: AssignedCriterion) {
        let computed = self[assigned.criterion]
        let own = assigned.evidence.isEmpty ? "" : ": \(assigned.evidence)"
        let before =
            computed.outcome == .notEvaluable
            ? "" : " Computed: \(computed.outcome == .met ? "met" : "not met"). \(computed.reason)"
        guard let strength = assigned.strength else {
            self[assigned.criterion] = .notMet(
                assigned.criterion, "A person judged it not met\(own).\(before)", sources: [assigned.source])
            return
        }
        guard assigned.criterion.allows(strength) else {
            self[assigned.criterion] = .notEvaluable(
                assigned.criterion,
                "A person assigned it as \(strength.suffix), which \(assigned.criterion.rawValue) cannot be.")
            return
        }
        self[assigned.criterion] = .met(
            MetCriterion(assigned.criterion, strength), "A person judged it met\(own).\(before)",
            sources: [assigned.source])
    }
}
