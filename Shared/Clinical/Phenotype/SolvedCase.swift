import Foundation
import Genomics
import NeuralNetwork

/// A published case with its answer, to train on.
struct SolvedCase: Sendable {
    var person: PhenotypeCase
    /// The causal gene.
    var gene: String
    /// The papers that it is from.
    var papers: Set<String>

    /// Reads all cases of a file; throws for a line that is none.
    static func read(_ path: String) throws -> [SolvedCase] {
        var lines = try BGZFLines(path: path)
        var cases: [SolvedCase] = []
        while let line = try lines.next() {
            if line.allSatisfy({ $0 <= 0x20 }) { continue }
            let number = cases.count + 1
            let person = try PhenotypeCase(line: line, number: number, file: path)
            guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(line)) else {
                throw GenomicsError(
                    .malformed, "has no answer: a case to train on has gene and ref, the list of its papers",
                    file: path,
                    record: number)
            }
            cases.append(SolvedCase(person: person, gene: answer.gene, papers: Set(answer.ref)))
        }
        return cases
    }

    private struct Answer: Decodable {
        var gene: String
        var ref: [String]
    }
}

/// A case beside all diseases, as they are known without the papers that the case is from.
struct CaseView {
    let features: PhenotypeFeatures
    let person: PhenotypeCase
    let terms: ResolvedCase
    private let changed: [Int: DiseaseProfile]
    private let best: [Float]

    private var knowledge: PhenotypeKnowledge { features.knowledge }

    init(_ person: PhenotypeCase, without papers: Set<String>, _ features: PhenotypeFeatures) {
        let knowledge = features.knowledge
        self.features = features
        self.person = person
        terms = ResolvedCase(person, knowledge.ontology)
        let cited = papers.reduce(into: Set<Int>()) { $0.formUnion(knowledge.diseasesOfReference[$1] ?? []) }
        changed = Dictionary(uniqueKeysWithValues: cited.map { ($0, knowledge.profile(of: $0, without: papers)) })
        best = features.shared(with: terms.present)
    }

    func profile(_ disease: Int) -> DiseaseProfile { changed[disease] ?? knowledge.profiles[disease] }

    /// Of each gene the disease with the greatest likelihood ratio, and that; genes of which nothing is known any more are left out.
    func bestDiseases() -> [(gene: Int, disease: Int, score: Float)] {
        var scores = Array(repeating: Float(0), count: knowledge.diseases.count)
        let scoring = LikelihoodRatioScoring(knowledge, heedsRuledOut: false)
        for term in terms.present {
            var column = scoring.present(term)
            for (disease, profile) in changed {
                column[disease] = LikelihoodRatio.present(
                    profile.entry(of: term)?.frequency ?? 0, background: knowledge.background[term])
            }
            for place in scores.indices { scores[place] += column[place] }
        }
        return knowledge.diseasesOfGene.enumerated().compactMap { gene, own in
            let known = own.filter { !(changed[$0]?.direct.isEmpty ?? false) }
            guard let best = known.max(by: { scores[$0] < scores[$1] }) else { return nil }
            return (gene, best, scores[best])
        }
    }

    /// Diseases of a gene of which something is known.
    func diseases(ofGene gene: Int) -> [Int] {
        knowledge.diseasesOfGene[gene].filter { !(changed[$0]?.direct.isEmpty ?? false) }
    }

    /// Rows of a term that was seen, for some diseases.
    func write(present term: Int, _ disease: Int, into out: UnsafeMutablePointer<Float>) {
        let sibling = knowledge.genesOfDisease[disease].reduce(Float(0)) { greatest, gene in
            knowledge.diseasesOfGene[gene].reduce(greatest) { max($0, profile($1).entry(of: term)?.frequency ?? 0) }
        }
        features.write(
            present: term, knowledge.match(of: term, with: profile(disease)), sibling: sibling,
            isOMIM: knowledge.traits[disease].isOMIM, into: out)
    }

    func write(excluded term: Int, _ disease: Int, into out: UnsafeMutablePointer<Float>) {
        features.write(excluded: term, knowledge.match(of: term, with: profile(disease)), into: out)
    }

    func write(wholeOf disease: Int, into out: UnsafeMutablePointer<Float>) {
        features.write(
            person, knowledge.traits[disease], profile(disease), best: best,
            siblings: knowledge.siblings(of: disease), into: out)
    }
}
