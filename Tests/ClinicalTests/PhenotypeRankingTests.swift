import Foundation
import Genomics
import TestSupport
import Testing

@testable import Clinical

@Suite("Rankings by phenotype")
struct PhenotypeRankingTests {
    @Test("The likelihood ratio puts the disease first that has the terms, and reasons add up to the score")
    func likelihoodRatio() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let ranker = PhenotypeRanker(try files.knowledge())
        let ranking = ranker.rank(
            PhenotypeCase(id: "a", present: ["HP:0001250"], excluded: ["HP:0000107"]))
        #expect(ranking.genes.map(\.gene) == ["BBB", "AAA", "CCC"])
        #expect(ranking.genes.map(\.rank) == [1, 2, 3])
        for gene in ranking.genes {
            let sum = gene.reasons.reduce(gene.other) { $0 + $1.contribution }
            #expect(abs(sum - gene.score) < 1e-4)
        }
        #expect(ranking.genes[0].reasons.contains { $0.term == "HP:0001250" && ($0.frequency ?? 0) > 0.7 })
        #expect(ranking.genes[2].reasons.first { $0.finding == .excluded }?.contribution == 0)
    }

    @Test("A term that only an ancestor connects with a disease says through which")
    func through() throws {
        let files = try PhenotypeFixture(
            rows: PhenotypeFixture.rows + ["OMIM:2\tEpileptic\t\tHP:0000107\tPMID:3\tPCS\t\t1/2\t\t\tP\tx"])
        defer { files.remove() }
        let ranking = PhenotypeRanker(try files.knowledge()).rank(PhenotypeCase(id: "a", present: ["HP:0000003"]))
        let other = try #require(ranking.genes.first { $0.gene == "BBB" })
        #expect(other.reasons[0].through == "HP:0000107 Renal cyst")
        #expect(other.reasons[0].frequency == nil)
    }

    @Test(
        "A term that annotations rule out, and kinds of it, speak against a disease more than one they do not name"
    )
    func ruledOut() throws {
        let files = try PhenotypeFixture(
            rows: PhenotypeFixture.rows + [
                "OMIM:2\tEpileptic\tNOT\tHP:0000107\tPMID:3\tPCS\t\t\t\t\tP\tx",
                "OMIM:1\tCystic\t\tHP:0001250\tPMID:3\tPCS\t\t0/8\t\t\tP\tx",
            ])
        defer { files.remove() }
        let knowledge = try files.knowledge()
        for ranker in [PhenotypeRanker(knowledge), PhenotypeRanker(knowledge, model: try PhenotypeModel.bundled())] {
            func frequency(_ term: String, _ gene: String) -> Float? {
                let genes = ranker.rank(PhenotypeCase(id: "a", present: [term])).genes
                return genes.first { $0.gene == gene }?.reasons.first?.frequency
            }
            #expect(frequency("HP:0000107", "BBB") == 0)
            #expect(frequency("HP:0000003", "BBB") == 0)
            #expect(frequency("HP:0001250", "AAA") == 0)
            #expect(frequency("HP:0001250", "CCC") == nil)
            #expect(try #require(frequency("HP:0000107", "AAA")) > 0.5)
        }
        let ratio = PhenotypeRanker(knowledge).rank(PhenotypeCase(id: "a", present: ["HP:0000107"])).genes
        let out = try #require(ratio.first { $0.gene == "BBB" }?.reasons.first?.contribution)
        let unnamed = try #require(ratio.first { $0.gene == "CCC" }?.reasons.first?.contribution)
        #expect(abs(out - unnamed + 1.0986) < 1e-3)
    }

    @Test("A case without a term that can be used has no ranking")
    func nothing() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let ranking = PhenotypeRanker(try files.knowledge()).rank(PhenotypeCase(id: "a", present: ["HP:1"]))
        #expect(ranking.genes.isEmpty)
        #expect(ranking.remarks.count == 1)
    }

    @Test("Features of a disease are the same whether all diseases are looked at or one")
    func oneOrAll() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let knowledge = try files.knowledge()
        for term in knowledge.ontology.terms.indices {
            let all = knowledge.matches(of: term)
            for disease in knowledge.diseases.indices {
                #expect(all[disease] == knowledge.match(of: term, with: knowledge.profiles[disease]))
            }
        }
    }

    @Test("What the network learned adds up in its reasons, and the order of a case's terms changes nothing")
    func learned() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let ranker = PhenotypeRanker(try files.knowledge(), model: try PhenotypeModel.bundled())
        let one = ranker.rank(
            PhenotypeCase(
                id: "a", sex: .male, years: 3, present: ["HP:0001250", "HP:0000365"], excluded: ["HP:0000003"]))
        let other = ranker.rank(
            PhenotypeCase(
                id: "a", sex: .male, years: 3, present: ["HP:0000365", "HP:0001250"], excluded: ["HP:0000003"]))
        #expect(one == other)
        for gene in one.genes {
            #expect(abs(gene.reasons.reduce(gene.other) { $0 + $1.contribution } - gene.score) < 1e-4)
        }
    }

    @Test("Folds share neither a paper nor a gene")
    func folds() {
        func solved(_ gene: String, _ papers: Set<String>) -> SolvedCase {
            SolvedCase(person: PhenotypeCase(id: gene, present: []), gene: gene, papers: papers)
        }
        let cases = (0..<40).map { solved("G\($0 / 2)", ["PMID:\($0 / 3)"]) } + [solved("X", ["PMID:1", "PMID:9"])]
        let folds = CaseFolds(cases, count: 3, seed: 1)
        #expect((0..<3).reduce(0) { $0 + folds.cases(of: $1).count } == cases.count)
        for fold in 0..<3 {
            let (inside, outside) = (folds.cases(of: fold), folds.cases(outside: fold))
            #expect(Set(inside.map(\.gene)).isDisjoint(with: outside.map(\.gene)))
            #expect(Set(inside.flatMap(\.papers)).isDisjoint(with: outside.flatMap(\.papers)))
        }
    }

    @Test("A gene counts once in the figures, by its first eight cases")
    func figures() {
        var figures = RankFigures()
        for _ in 0..<8 { figures.add(1, gene: "A") }
        for _ in 0..<100 { figures.add(50, gene: "A") }
        figures.add(50, gene: "B")
        #expect(figures.share(within: 1) == 0.5)
        #expect(figures.share(within: 50) == 1)
    }
}
