/// Ranks genes for a case by its phenotypes, and by variants where some are given.
///
/// Every disease that has a gene gets a score, a sum of what each term of the case says and of what no single term says; a gene's
/// score is that of its best disease. Safe to use from many threads at once.
public struct PhenotypeRanker: Sendable {
    /// How scores are made.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// A network that learned from published cases how much a term says, and the mean likelihood ratio of the terms.
        case learned
        /// The likelihood ratio of LIRICAL.
        case likelihoodRatio = "likelihood-ratio"
    }

    private let knowledge: PhenotypeKnowledge
    private let scoring: any DiseaseScoring
    /// How scores are made.
    public let method: Method

    /// A ranker by likelihood ratio.
    public init(_ knowledge: PhenotypeKnowledge) {
        self.knowledge = knowledge
        scoring = LikelihoodRatioScoring(knowledge)
        method = .likelihoodRatio
    }

    /// A ranker by a model.
    public init(_ knowledge: PhenotypeKnowledge, model: PhenotypeModel) {
        self.knowledge = knowledge
        scoring = LearnedScoring(knowledge, model)
        method = .learned
    }

    /// The name of a term, also of one that another has replaced; nil for one that the ontology does not know.
    public func name(ofTerm id: String) -> String? {
        switch knowledge.ontology.resolve(id) {
        case .current(let term), .replaced(let term): knowledge.ontology.terms[term].name
        case .obsolete, .unknown: nil
        }
    }

    /// The best genes of a case, at most `limit` of them.
    ///
    /// A case without a term that can be used has no ranking: its list is empty.
    public func rank(_ person: PhenotypeCase, limit: Int = 100) -> PhenotypeRanking {
        ranking(person, limit: limit) { _ in nil }
    }

    /// The best genes of a case by its phenotypes and by the person's variants, at most `limit` of them.
    ///
    /// What the variants of a gene say (``InheritanceFit``) is added to the score of each of its diseases, by the way in which HPO's
    /// annotations say that the disease is inherited; where they do not (Orphanet's diseases), by the ways of the gene's other diseases, and
    /// without any by what `inheritance` says of the gene. A case without a
    /// term that can be used is ranked by its variants alone. Throws what the source of variants throws.
    public func rank(
        _ person: PhenotypeCase, variants: any VariantEvidence, inheritance: GeneInheritance? = nil, limit: Int = 100
    ) throws -> PhenotypeRanking {
        let nothing = GeneFit(InheritanceFit([], inheritance: [], sex: person.sex))
        var fits: [[GeneFit]] = []
        for (gene, own) in knowledge.diseasesOfGene.enumerated() {
            let found = try variants.variants(ofGene: knowledge.genes[gene])
            fits.append(
                found.isEmpty
                    ? Array(repeating: nothing, count: own.count)
                    : own.map { disease in
                        let modes = modes(ofDisease: disease, gene, inheritance)
                        return GeneFit(InheritanceFit(found, inheritance: modes, sex: person.sex))
                    })
        }
        var ranking = ranking(person, limit: limit) { fits[$0] }
        ranking.method += "+variants"
        return ranking
    }

    /// How a disease of a gene is inherited, as far as anything says it.
    private func modes(ofDisease disease: Int, _ gene: Int, _ table: GeneInheritance?) -> Set<String> {
        let own = knowledge.diseases[disease].inheritance
        if !own.isEmpty { return own }
        let others = knowledge.diseasesOfGene[gene].reduce(into: Set<String>()) {
            $0.formUnion(knowledge.diseases[$1].inheritance)
        }
        return others.isEmpty ? table?.modes(ofGene: knowledge.genes[gene]) ?? [] : others
    }

    /// A fit with its reasons, which are asked for once.
    private struct GeneFit {
        var fit: InheritanceFit
        var reasons: [VariantReason]
        var weight: Float

        init(_ fit: InheritanceFit) {
            (self.fit, reasons) = (fit, fit.reasons)
            weight = reasons.reduce(0) { $0 + $1.contribution }
        }
    }

    /// A gene with its best disease, the place of that among the gene's, and the scores of it and of the second.
    private struct Entry {
        var gene: Int
        var disease: Int
        var fit: GeneFit?
        var score: Float
        var next: Float
    }

    private func ranking(_ person: PhenotypeCase, limit: Int, fits: (Int) -> [GeneFit]?) -> PhenotypeRanking {
        let terms = ResolvedCase(person, knowledge.ontology)
        var ranking = PhenotypeRanking(
            id: person.id, method: method.rawValue, genes: [], remarks: terms.remarks, present: terms.present.count,
            excluded: terms.excluded.count)
        guard ranking.present + ranking.excluded > 0 || fits(0) != nil else { return ranking }
        let scores = scores(person, terms)
        var best: [Entry] = []
        for (gene, own) in knowledge.diseasesOfGene.enumerated() {
            let fits = fits(gene)
            var entry: Entry?
            for (place, disease) in own.enumerated() {
                let fit = fits?[place]
                let score = scores.total[disease] + (fit?.weight ?? 0)
                if let known = entry, score <= known.score {
                    entry?.next = max(known.next, score)
                } else {
                    entry = Entry(
                        gene: gene, disease: disease, fit: fit, score: score, next: entry?.score ?? -.infinity)
                }
            }
            if let entry { best.append(entry) }
        }
        // Of genes that share a disease the one goes first of which another disease fits better.
        best.sort { one, other in
            if one.score != other.score { return one.score > other.score }
            return one.next == other.next ? one.gene < other.gene : one.next > other.next
        }
        for (place, entry) in best.prefix(limit).enumerated() {
            ranking.genes.append(row(place + 1, entry, terms, scores))
        }
        return ranking
    }

    /// What each term and the rest add to each disease.
    private struct Scores {
        var present: [[Float]]
        var excluded: [[Float]]
        var other: [Float]
        var total: [Float]
    }

    private func scores(_ person: PhenotypeCase, _ terms: ResolvedCase) -> Scores {
        let present = terms.present.map { scoring.present($0, of: terms.present.count) }
        let excluded = terms.excluded.map { scoring.excluded($0) }
        // What speaks for a disease speaks for one of its genes, and nothing here says for which: they share it.
        var other = scoring.other(person, terms)
        for (disease, genes) in knowledge.genesOfDisease.enumerated() where genes.count > 1 {
            other[disease] -= LikelihoodRatio.log(Float(genes.count))
        }
        var total = other
        // In the order of the terms, so that a score has the same bytes whenever it is added up.
        for column in present + excluded { for place in total.indices { total[place] += column[place] } }
        return Scores(present: present, excluded: excluded, other: other, total: total)
    }

    private func row(_ rank: Int, _ entry: Entry, _ terms: ResolvedCase, _ scores: Scores) -> RankedGene {
        let disease = entry.disease
        var reasons: [RankedGene.Reason] = []
        for (place, term) in terms.present.enumerated() {
            reasons.append(reason(term, .present, scores.present[place][disease], disease))
        }
        for (place, term) in terms.excluded.enumerated() {
            reasons.append(reason(term, .excluded, scores.excluded[place][disease], disease))
        }
        reasons.sort { one, other in
            let (left, right) = (abs(one.contribution), abs(other.contribution))
            return left == right ? one.term < other.term : left > right
        }
        return RankedGene(
            rank: rank, gene: knowledge.genes[entry.gene], disease: knowledge.diseases[disease].id,
            diseaseName: knowledge.diseases[disease].name, score: entry.score, other: scores.other[disease],
            reasons: reasons, fit: entry.fit?.fit, variantReasons: entry.fit?.reasons)
    }

    private func reason(
        _ term: Int, _ finding: RankedGene.Reason.Finding, _ contribution: Float, _ disease: Int
    ) -> RankedGene.Reason {
        let match = knowledge.match(of: term, with: knowledge.profiles[disease])
        let isRuledOut = knowledge.rules(out: term, disease)
        let isNamed = match.shared == Int32(term) && !isRuledOut
        let through = isNamed || match.shared < 0 ? nil : knowledge.ontology.text(Int(match.shared))
        return RankedGene.Reason(
            term: knowledge.ontology.terms[term].id, name: knowledge.ontology.terms[term].name, finding: finding,
            contribution: contribution, frequency: isNamed ? match.frequency : isRuledOut ? 0 : nil,
            through: isRuledOut ? nil : through)
    }
}

/// What a term, and what no term, adds to the score of each disease.
protocol DiseaseScoring: Sendable {
    /// Of one of so many terms that were seen; as many numbers as there are diseases.
    func present(_ term: Int, of count: Int) -> [Float]
    /// Of a term that was looked for and not seen.
    func excluded(_ term: Int) -> [Float]
    /// What no single term says.
    func other(_ person: PhenotypeCase, _ terms: ResolvedCase) -> [Float]
}

/// Scores by the likelihood ratios of the terms that were seen.
struct LikelihoodRatioScoring: DiseaseScoring {
    private let knowledge: PhenotypeKnowledge
    private let heedsRuledOut: Bool

    /// Scores with what annotations rule out, or with that as very rare, as the network's features have it.
    init(_ knowledge: PhenotypeKnowledge, heedsRuledOut: Bool = true) {
        (self.knowledge, self.heedsRuledOut) = (knowledge, heedsRuledOut)
    }

    func present(_ term: Int, of count: Int) -> [Float] { present(term) }

    func present(_ term: Int) -> [Float] {
        let background = knowledge.background[term]
        var column = Array(
            repeating: LikelihoodRatio.present(0, background: background), count: knowledge.diseases.count)
        for posting in knowledge.diseases(having: term) {
            column[Int(posting.disease)] = LikelihoodRatio.present(posting.frequency, background: background)
        }
        if heedsRuledOut {
            let least = LikelihoodRatio.present(0, background: background) + LikelihoodRatio.ruledOut
            for disease in knowledge.diseases(rulingOut: term) { column[disease] = least }
        }
        return column
    }

    /// Nothing: on the cases of training every weight of excluded terms above 0 put fewer genes first (0.376 without, 0.371 with a quarter,
    /// 0.360 with all of the ratio), for annotations seldom say what a disease does not show.
    func excluded(_ term: Int) -> [Float] { Array(repeating: 0, count: knowledge.diseases.count) }

    func other(_ person: PhenotypeCase, _ terms: ResolvedCase) -> [Float] {
        Array(repeating: 0, count: knowledge.diseases.count)
    }
}
