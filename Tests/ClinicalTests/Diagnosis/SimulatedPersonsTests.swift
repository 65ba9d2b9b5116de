import Foundation
import Genomics
import Hashing
import TestSupport
import Testing

@testable import Clinical

/// Persons with the terms of published cases, a background of variants in many genes, and a genotype in the causal gene.
@Suite("Simulated persons", .enabled(if: HelicaseData.isThere, "needs HELICASE_DATA"))
struct SimulatedPersonsTests {
    /// Genes of a ranking that are looked at.
    private static let looked = 200
    private static let folder = HelicaseData.folder.appending(path: "clinical/phenotype").path

    private static func knowledge() throws -> PhenotypeKnowledge {
        let ontology = try Ontology(obo: "\(folder)/hp.obo.gz")
        return try PhenotypeKnowledge(
            ontology: ontology,
            annotations: DiseaseAnnotations(hpoa: "\(folder)/phenotype.hpoa.gz", ontology: ontology),
            genes: GeneDiseases(path: "\(folder)/gene_disease.tsv.gz"))
    }

    /// Cases of the visible test whose gene has diseases of one mode alone, one case a gene.
    private static func cases(_ knowledge: PhenotypeKnowledge, mode: String, count: Int) throws -> [SolvedCase] {
        let numbers = Dictionary(uniqueKeysWithValues: knowledge.genes.enumerated().map { ($1, $0) })
        var genes: Set<String> = []
        return try SolvedCase.read("\(folder)/cases.visible_test.jsonl.gz").filter { solved in
            guard let gene = numbers[solved.gene], solved.person.present.count >= 3 else { return false }
            let modes = knowledge.diseasesOfGene[gene].reduce(into: Set<String>()) {
                $0.formUnion(knowledge.diseases[$1].inheritance)
            }
            return modes == [mode] && genes.insert(solved.gene).inserted
        }.prefix(count).map { $0 }
    }

    /// One uncertain allele in each of 60 genes, and a pathogenic one in each of five.
    private static func background(_ genes: [String], seed: UInt64, without own: String) -> [String: [GeneVariant]] {
        var random = SplitMix64(keys: seed)
        var found: [String: [GeneVariant]] = [:]
        for (place, number) in random.permutation(genes.count).prefix(66).enumerated() where genes[number] != own {
            found[genes[number]] = [variant("b\(place)", place < 60 ? .uncertain : .pathogenic)]
        }
        return found
    }

    private static func variant(
        _ name: String, _ kind: GeneVariant.Class = .pathogenic, haplotype: Int? = nil
    ) -> GeneVariant {
        GeneVariant(
            name: name, class: kind, zygosity: .heterozygous,
            phase: haplotype.map { .init(set: "1", haplotype: $0) })
    }

    @Test(
        "A pathogenic genotype that the disease's inheritance allows lifts the causal gene; one recessive allele does not"
    )
    func persons() throws {
        let knowledge = try Self.knowledge()
        let ranker = PhenotypeRanker(knowledge)
        func rank(_ solved: SolvedCase, _ own: [GeneVariant]?, seed: Int) throws -> Int {
            var found = Self.background(knowledge.genes, seed: UInt64(seed), without: solved.gene)
            found[solved.gene] = own
            let ranking = try ranker.rank(solved.person, variants: CalledVariants(found), limit: Self.looked)
            return ranking.genes.first { $0.gene == solved.gene }?.rank ?? Self.looked
        }
        let recessive = try Self.cases(knowledge, mode: "HP:0000007", count: 5)
        var (alone, apart, unphased, together, one): ([Int], [Int], [Int], [Int], [Int]) = ([], [], [], [], [])
        for (seed, solved) in recessive.enumerated() {
            let phenotypes = ranker.rank(solved.person, limit: Self.looked).genes
            alone.append(phenotypes.first { $0.gene == solved.gene }?.rank ?? Self.looked)
            apart.append(
                try rank(solved, [Self.variant("a", haplotype: 0), Self.variant("b", haplotype: 1)], seed: seed))
            unphased.append(try rank(solved, [Self.variant("a"), Self.variant("b")], seed: seed))
            together.append(
                try rank(solved, [Self.variant("a", haplotype: 0), Self.variant("b", haplotype: 0)], seed: seed))
            one.append(try rank(solved, [Self.variant("a")], seed: seed))
        }
        #expect(recessive.count == 5)
        #expect(apart.count { $0 <= 3 } >= 4, "\(apart), by phenotype alone \(alone)")
        for place in recessive.indices {
            #expect(apart[place] <= unphased[place])
            #expect(unphased[place] <= one[place])
            #expect(together[place] == one[place])
            #expect(one[place] >= alone[place] / 2, "a carrier is not lifted: \(one[place]), \(alone[place])")
        }
        let dominant = try Self.cases(knowledge, mode: "HP:0000006", count: 5)
        let ranks = try dominant.enumerated().map { try rank($1, [Self.variant("a")], seed: 100 + $0) }
        #expect(ranks.count { $0 <= 3 } >= 4, "\(ranks)")
    }
}
