import NeuralNetwork

/// Scores by the network, and by the mean likelihood ratio of the terms that were seen.
///
/// The network learned from cases whose own papers were taken from the annotations, and so trusts what is annotated less than one may where
/// nothing was taken. The mean of the terms' likelihood ratios is added: its weight, 1, was chosen on a quarter of the cases of training by networks
/// fitted to the rest, as the annotations are (first and in ten: .485 and .635 beside .486 and .624) and with a paper taken from those
/// diseases, 39 %, that have papers to spare (.519 and .640 beside .504 and .622). A sum in place of the mean puts fewer genes first there.
///
/// What a term adds is shifted so that the mean of its exponential over all diseases is 1, as that of a likelihood ratio is: below 0
/// it speaks against a disease. The order of diseases is the same with and without the shift.
struct LearnedScoring: DiseaseScoring {
    private let knowledge: PhenotypeKnowledge
    private let features: PhenotypeFeatures
    private let model: PhenotypeModel
    private let presentColumns = ColumnCache()
    private let excludedColumns = ColumnCache()
    private let ratio: LikelihoodRatioScoring

    init(_ knowledge: PhenotypeKnowledge, _ model: PhenotypeModel) {
        self.knowledge = knowledge
        self.model = model
        ratio = LikelihoodRatioScoring(knowledge, heedsRuledOut: false)
        features = PhenotypeFeatures(knowledge: knowledge)
    }

    func present(_ term: Int, of count: Int) -> [Float] {
        var column = presentColumns.column(of: term) { presentColumn(term) }
        for (place, value) in ratio.present(term, of: count).enumerated() { column[place] += value / Float(count) }
        return column
    }
    func excluded(_ term: Int) -> [Float] { excludedColumns.column(of: term) { excludedColumn(term) } }

    private func presentColumn(_ term: Int) -> [Float] {
        let matches = knowledge.matches(of: term)
        var ofGene = Array(repeating: Float(0), count: knowledge.genes.count)
        for posting in knowledge.diseases(having: term) {
            for gene in knowledge.genesOfDisease[Int(posting.disease)] {
                ofGene[gene] = max(ofGene[gene], posting.frequency)
            }
        }
        let width = PhenotypeFeatures.present
        let rows = rows(width) { disease, out in
            let sibling = knowledge.genesOfDisease[disease].reduce(0) { max($0, ofGene[$1]) }
            features.write(
                present: term, matches[disease], sibling: sibling, isOMIM: knowledge.traits[disease].isOMIM, into: out)
        }
        return centered(model.present(rows))
    }

    private func excludedColumn(_ term: Int) -> [Float] {
        var matches = Array(repeating: TermMatch(), count: knowledge.diseases.count)
        for posting in knowledge.diseases(having: term) {
            matches[Int(posting.disease)] = TermMatch(
                frequency: posting.frequency, joint: posting.joint, people: posting.people)
        }
        let rows = rows(PhenotypeFeatures.excluded) { disease, out in
            features.write(excluded: term, matches[disease], into: out)
        }
        return centered(model.excluded(rows))
    }

    func other(_ person: PhenotypeCase, _ terms: ResolvedCase) -> [Float] {
        let best = features.shared(with: terms.present)
        let rows = rows(PhenotypeFeatures.disease) { disease, out in
            features.write(
                person, knowledge.traits[disease], knowledge.profiles[disease], best: best,
                siblings: knowledge.siblings(of: disease), into: out)
        }
        return centered(model.disease(rows))
    }

    private func rows(_ width: Int, _ write: (Int, UnsafeMutablePointer<Float>) -> Void) -> [Float] {
        let count = knowledge.diseases.count
        return [Float](unsafeUninitializedCapacity: count * width) { buffer, filled in
            buffer.initialize(repeating: 0)
            if let base = buffer.baseAddress { for disease in 0..<count { write(disease, base + disease * width) } }
            filled = count * width
        }
    }

    private func centered(_ column: [Float]) -> [Float] {
        let greatest = column.max() ?? 0
        let sum = column.reduce(0.0) { $0 + PortableMath.exp(Double($1 - greatest)) }
        let shift = greatest + Float(PortableMath.log(sum / Double(max(1, column.count))))
        return column.map { $0 - shift }
    }
}

extension PhenotypeKnowledge {
    /// Diseases of the gene of a disease, of the gene that has most.
    func siblings(of disease: Int) -> Int { genesOfDisease[disease].reduce(0) { max($0, diseasesOfGene[$1].count) } }
}
