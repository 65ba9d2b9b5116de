import Annotation
import Foundation
import Genomics

/// Makes a ``ClinicalReport`` of a person's annotated alleles: judges, selects, orders, and says what it comes to.
///
/// The alleles stream through; what is kept are candidates. The same alleles, question and knowledge give the same report, but for
/// ``ClinicalReport/Provenance/createdAt``, which the caller states.
public struct ClinicalReportMaker {
    /// What it is asked.
    public let question: ClinicalQuestion
    /// The sample's name.
    public let sample: String
    /// Names alleles on the genome; nil leaves `g.` and VRS out.
    private let reference: ReferenceGenome?
    private let ranker: PhenotypeRanker?
    /// By phenotype alone.
    private let ranking: PhenotypeRanking?
    private let actionable: SecondaryFindingList
    private let family: CalledFamily?
    private var selection: FindingSelection
    /// Digests of contigs, each taken when a finding first lies there.
    private var accessions: RefgetAccessions?

    /// Begins a report.
    ///
    /// Without `ranker` a case's terms are told and rank nothing; `family` are the relatives whose calls come with each allele.
    public init(
        _ question: ClinicalQuestion, sample: String, reference: ReferenceGenome?, ranker: PhenotypeRanker?,
        actionable: SecondaryFindingList, family: CalledFamily? = nil, judge: @escaping FindingSelection.Judge
    ) {
        self.family = family
        self.actionable = actionable
        self.question = question
        self.sample = sample
        self.reference = reference
        accessions = reference.map(RefgetAccessions.init)
        self.ranker = ranker
        ranking = question.person.flatMap { person in ranker?.rank(person, limit: ClinicalQuestion.reach) }
        selection = FindingSelection(
            question, ranking: ranking, actionable: Set(actionable.entries.map(\.gene)),
            family: family, judge: judge)
    }

    /// Takes the next allele, in the order of the file, with the relatives' copies in the order of ``CalledFamily/members``.
    public mutating func add(_ allele: AnnotatedAllele, copies: [Int?] = []) throws {
        try selection.add(allele, copies: copies)
    }

    /// Keeps the reasons why alleles of these names are no findings.
    mutating func watch(_ names: Set<String>) { selection.watched = names }

    /// Why watched alleles are no findings, once there is a report.
    var reasons: [String: FindingSelection.Absence] { selection.reasons }

    /// The report; `pictures` shows the reads at an allele's place, where there are any.
    public mutating func report(
        provenance: ClinicalReport.Provenance, laboratory: ClinicalReport.Laboratory? = nil,
        drugs: PharmacogenomicResult? = nil, risk: [ClinicalReport.RiskFinding] = [],
        untoldRisk: [ClinicalReport.UntoldRisk] = [],
        coverage: [ClinicalReport.GeneCoverage] = [], remarks: [String] = [],
        pictures: (AnnotatedAllele) throws -> ReadPicture? = { _ in nil }
    ) throws -> ClinicalReport {
        let (sex, family) = (sex, family)
        let lengths = Dictionary((reference?.contigs ?? []).map { ($0.name, $0.length) }) { first, _ in first }
        let places = places
        func variant(_ candidate: FindingSelection.Candidate, forRanking: Bool = false) -> GeneVariant? {
            candidate.allele.call.map { call in
                let classification = candidate.classification
                // What a ranking weighs itself may not be in the class that it weighs.
                let kind = forRanking ? classification.class(without: Self.ranked) : classification.byPoints
                var variant = GeneVariant(
                    candidate.allele, call, class: GeneVariant.Class(kind),
                    contigLength: lengths[candidate.allele.contig] ?? 0)
                variant.relatives = family.map { $0.calls(candidate.copies) }
                if !forRanking, classification.isMet(.ps2) || classification.isMet(.pm6) {
                    variant.isDeNovoCounted = true
                }
                return variant
            }
        }
        func fit(_ candidate: FindingSelection.Candidate, _ own: [FindingSelection.Candidate]) -> InheritanceFit {
            // The allele itself first, so that of equal pairs the one with it counts.
            let variants = ([candidate] + own.filter { $0.allele != candidate.allele }).compactMap { variant($0) }
            let inheritance = InheritanceMode.terms(candidate.classification.inheritance)
            return InheritanceFit(variants, inheritance: inheritance, sex: sex)
        }
        try selection.judgeTogether()
        selection.settle { candidate, own in
            guard candidate.classification.byPoints == .uncertain, candidate.allele.call != nil else { return true }
            let finding = fit(candidate, own).finding
            return finding != .carrier && finding != .none
        }
        func findings(_ candidates: [FindingSelection.Candidate], prefix: String) throws -> [Finding] {
            let byGene = Dictionary(grouping: candidates, by: \.gene)
            let fitted = candidates.map { ($0, fit($0, byGene[$0.gene] ?? [])) }
            let order = fitted.indices.sorted { one, other in
                let (left, right) = (key(fitted[one]), key(fitted[other]))
                return left == right ? one < other : left.lexicographicallyPrecedes(right)
            }
            var list: [Finding] = []
            for (number, index) in order.enumerated() {
                let (candidate, fit) = fitted[index]
                list.append(try finding(candidate, fit, id: "\(prefix).\(number + 1)", pictures))
            }
            return list
        }
        func key(_ item: (candidate: FindingSelection.Candidate, fit: InheritanceFit)) -> [Int] {
            let classes: [VariantClass] = [.pathogenic, .likelyPathogenic, .uncertain, .likelyBenign, .benign]
            return [
                classes.firstIndex(of: item.candidate.classification.byPoints) ?? classes.count,
                item.fit.finding.explains ? 0 : 1, places[item.candidate.gene] ?? Int.max,
            ]
        }
        let found = try findings(selection.candidates, prefix: "finding")
        let second = actionable.findings(
            among: try findings(selection.secondary, prefix: "secondary"), sex: sex,
            consent: question.consentsToSecondaryFindings)
        let diagnosis = try question.person.flatMap { person in
            try ranker?.rank(
                person,
                variants: CalledVariants(
                    Dictionary(grouping: selection.candidates, by: \.gene).mapValues {
                        $0.compactMap { variant($0, forRanking: true) }
                    }),
                limit: ClinicalQuestion.reach)
        }
        if let second {
            let told = Set(second.map(\.allele))
            for candidate in selection.secondary where !told.contains(candidate.allele) {
                selection.leaveOut(candidate.allele, .notToBeTold)
            }
        }
        var report = ClinicalReport(
            subject: subject, conclusion: ClinicalReport.Conclusion(result: .negative, headline: ""), findings: found,
            diagnosis: diagnosis, secondary: second, drugs: drugs, risk: risk, coverage: coverage,
            counts: selection.counts, remarks: remarks + caseRemarks,
            provenance: provenance, laboratory: laboratory)
        report.untoldRisk = untoldRisk.isEmpty ? nil : untoldRisk
        report.family = family.map { ClinicalReport.Family($0) }
        report.conclusion = ConclusionText(report, question).conclusion
        report.methods = MethodText(report).methods
        report.limits = MethodText(report).limits
        return report
    }

    /// What the ranking by phenotype, inheritance and relatives weighs by itself.
    private static let ranked: Set<Criterion> = [.pp4, .ps2, .pm6, .pm3, .bp2, .pp1, .bs4]

    /// As the case states it, else as the pedigree does.
    private var sex: PhenotypeCase.Sex {
        let stated = question.person?.sex ?? .unknown
        return stated == .unknown ? family?.kindred.own.sex ?? .unknown : stated
    }

    /// The place of each gene in the ranking.
    private var places: [String: Int] {
        Dictionary((ranking?.genes ?? []).map { ($0.gene, $0.rank) }) { first, _ in first }
    }

    private var subject: ClinicalReport.Subject {
        let person = question.person
        func terms(_ ids: [String]) -> [ClinicalReport.Term] {
            ids.map { ClinicalReport.Term(id: $0, name: ranker?.name(ofTerm: $0) ?? "") }
        }
        return ClinicalReport.Subject(
            sample: sample, caseID: person?.id, sex: sex, years: person?.years,
            present: terms(person?.present ?? []), excluded: terms(person?.excluded ?? []))
    }

    private var caseRemarks: [String] {
        guard question.person != nil else { return [] }
        guard let ranking else { return [] }
        return ranking.remarks.map { "\($0.term) \($0.text)" }
    }

    private mutating func finding(
        _ candidate: FindingSelection.Candidate, _ fit: InheritanceFit, id: String,
        _ pictures: (AnnotatedAllele) throws -> ReadPicture?
    ) throws -> Finding {
        let allele = candidate.allele
        let names = try genomicNames(allele)
        return Finding(
            id: id, allele: allele, gene: candidate.gene, genomicName: names.genomic, vrs: names.vrs,
            classification: candidate.classification, score: candidate.score, inheritance: fit,
            disease: disease(of: candidate), ambiguities: Ambiguity.sentences(candidate, fit, family: family),
            reads: try pictures(allele))
    }

    /// The disease of the gene that fits the case best, or the first that ClinVar names.
    private func disease(of candidate: FindingSelection.Candidate) -> ClinicalReport.Term? {
        if let ranked = ranking?.genes.first(where: { $0.gene == candidate.gene }) {
            return ClinicalReport.Term(id: ranked.disease, name: ranked.diseaseName)
        }
        let unnamed = ["not provided", "not specified", "not_provided", "not_specified"]
        return candidate.allele.clinVar?.conditions.first { !unnamed.contains($0) }.map {
            ClinicalReport.Term(id: "", name: $0)
        }
    }

    private mutating func genomicNames(_ allele: AnnotatedAllele) throws -> (genomic: String?, vrs: String?) {
        guard let reference, let contig = reference.contigs.first(where: { $0.name == allele.contig }),
            let edit = MinimalEdit(
                contig: allele.contig, position: allele.position, reference: allele.reference,
                alternate: allele.alternate)
        else { return (nil, nil) }
        let name = try VariantNamer(reference: reference.window).genomicName(edit, contig: contig)?.description
        guard let accession = try accessions?.accession(of: contig.name) else { return (name, nil) }
        let covered = edit.range
        let vrs = try VRSAllele(
            normalizing: edit, covered: covered, refgetAccession: accession, reference.window)
        return (name, vrs.identifier)
    }
}

extension InheritanceFit.Finding {
    /// Whether such alleles can explain the gene's disease.
    var explains: Bool {
        switch self {
        case .dominant, .homozygous, .compoundHeterozygous, .hemizygous: true
        case .possiblyCompoundHeterozygous, .carrier, .none: false
        }
    }
}
