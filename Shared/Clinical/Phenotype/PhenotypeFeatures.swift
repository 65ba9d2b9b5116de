import NeuralNetwork

/// What the network reads: of a term and a disease, and of a case and a disease.
///
/// All are of the order of one. Training and ranking make them here, so they cannot differ.
struct PhenotypeFeatures: Sendable {
    /// Changes with the meaning of any feature; a model of another version is refused.
    static let version = "phenotype-1"
    static let present = 14
    static let excluded = 6
    static let disease = 18

    let knowledge: PhenotypeKnowledge

    /// Of a term that was seen.
    ///
    /// `sibling` is the greatest frequency that the term has in any disease of the same gene.
    func write(
        present term: Int, _ match: TermMatch, sibling: Float, isOMIM: Bool, into out: UnsafeMutablePointer<Float>
    ) {
        let background = knowledge.background[term]
        let information = knowledge.information[term]
        out[0] = LikelihoodRatio.present(match.frequency, background: background) / 2
        out[1] = match.frequency * 2
        out[2] = match.joint * 2
        out[3] = LikelihoodRatio.log(1 + match.people) / 2
        out[4] = match.frequency > 0 ? 1 : 0
        let shared = match.shared < 0 ? 0 : knowledge.information[Int(match.shared)]
        let usual = match.shared < 0 ? 1 : knowledge.background[Int(match.shared)]
        out[5] = shared / 2
        out[6] = information / 2
        out[7] = 2 * shared / (information + 1e-3)
        out[8] = match.sharedFrequency * 2
        out[9] = LikelihoodRatio.log((match.sharedFrequency + 1e-4) / (usual + 1e-4)) / 2
        out[10] = match.sharedJoint * 2
        out[11] = isOMIM ? 1 : 0
        out[12] = sibling * 2
        out[13] = LikelihoodRatio.present(sibling, background: background) / 2
    }

    /// Of a term that was looked for and not seen.
    func write(excluded term: Int, _ match: TermMatch, into out: UnsafeMutablePointer<Float>) {
        out[0] = LikelihoodRatio.excluded(match.frequency, background: knowledge.background[term])
        out[1] = match.frequency * 2
        out[2] = match.joint * 2
        out[3] = LikelihoodRatio.log(1 + match.people) / 2
        out[4] = knowledge.information[term] / 2
        out[5] = match.frequency > 0 ? 1 : 0
    }

    /// Of a disease and a case as a whole.
    ///
    /// How many rows and papers describe a disease is left out: in training the right one lacks those of the case's own paper, in use it
    /// does not, and what is studied most is not what is likeliest. `best` is ``shared(with:)`` of the case, `siblings` the diseases of the gene.
    func write(
        _ person: PhenotypeCase, _ traits: DiseaseTraits, _ profile: DiseaseProfile, best: [Float], siblings: Int,
        into out: UnsafeMutablePointer<Float>
    ) {
        out[0] = traits.isOMIM ? 1 : 0
        out[1] = traits.isXRecessive ? 1 : 0
        out[2] = traits.isXDominant ? 1 : 0
        out[3] = traits.isRecessive ? 1 : 0
        out[4] = traits.isDominant ? 1 : 0
        cover(profile, best, into: out + 5)
        out[10] = log1p(Float(siblings)) / 2
        out[11] = traits.isXRecessive && person.sex == .female ? 1 : 0
        out[12] = traits.isXDominant && person.sex == .female ? 1 : 0
        out[13] = traits.isXRecessive && person.sex == .male ? 1 : 0
        out[14] = traits.isXDominant && person.sex == .male ? 1 : 0
        let early: Float
        if let onset = traits.onset, let years = person.years {
            early = log1p(onset) - log1p(Float(max(0, min(years, 150))))
            out[15] = 1
        } else {
            early = 0
            out[15] = 0
        }
        // The person is younger than those whom the disease befalls, or has been older for long.
        out[16] = max(0, early) / 2
        out[17] = max(0, -early) / 2
    }

    /// How much of a disease's picture a case shows: shares weighted by frequency and by information, and what is missing.
    private func cover(_ profile: DiseaseProfile, _ best: [Float], into out: UnsafeMutablePointer<Float>) {
        var (met, all, metOnce, allOnce): (Float, Float, Float, Float) = (0, 0, 0, 0)
        var (missing, missingOften): (Float, Float) = (0, 0)
        for entry in profile.direct {
            let information = knowledge.information[Int(entry.term)]
            let shared = best[Int(entry.term)]
            met += entry.frequency * shared
            all += entry.frequency * information
            metOnce += shared
            allOnce += information
            missing += entry.frequency * (information - shared)
            missingOften += entry.frequency * entry.frequency * (information - shared)
        }
        out[0] = 2 * met / (all + 1e-3)
        out[1] = 2 * metOnce / (allOnce + 1e-3)
        out[2] = log1p(max(0, missing)) / 2
        out[3] = log1p(max(0, missingOften)) / 2
        out[4] = metOnce / Float(max(1, profile.direct.count)) / 2
    }

    /// For every term, the information of the most telling ancestor that it shares with any of these (Resnik 1995).
    func shared(with terms: [Int]) -> [Float] {
        let ontology = knowledge.ontology
        var best = Array(repeating: Float(-1), count: ontology.terms.count)
        for term in terms {
            for ancestor in ontology.ancestors[term] { best[Int(ancestor)] = knowledge.information[Int(ancestor)] }
        }
        // Parents come before their children.
        for term in ontology.terms.indices where best[term] < 0 {
            best[term] = ontology.terms[term].parents.reduce(0) { max($0, best[$1]) }
        }
        return best
    }

    private func log1p(_ value: Float) -> Float { LikelihoodRatio.log(1 + value) }
}
