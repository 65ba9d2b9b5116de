import Clinical
import Testing

@Suite("Secondary findings")
struct SecondaryFindingTests {
    private func finding(
        _ gene: String, _ position: Int, _ kind: VariantClass = .pathogenic,
        _ zygosity: GeneVariant.Zygosity = .heterozygous,
        terms: [String] = ["missense_variant"], residue: Int? = nil, aminoAcids: String? = nil,
        phase: GeneVariant.Phase? = nil
    ) -> Finding {
        // Points of the class by one criterion or two; the others are not looked at here.
        let met: [Criterion: Strength] =
            switch kind {
            case .pathogenic: [.pvs1: .veryStrong, .pm2: .moderate]
            case .likelyPathogenic: [.ps1: .strong, .pm2: .moderate]
            default: [:]
            }
        let criteria = Criterion.allCases.map { criterion in
            met[criterion].map { CriterionAssessment.met(MetCriterion(criterion, $0), "", sources: []) }
                ?? .notEvaluable(criterion, "")
        }
        let consequence = TranscriptConsequence(
            gene: gene, transcript: "NM_1.1", terms: terms, impact: "HIGH", residue: residue, aminoAcids: aminoAcids)
        return Finding(
            id: "x",
            allele: AnnotatedAllele(
                contig: "chr1", position: position, reference: "A", alternate: "C",
                call: .init(genotype: "0/1", zygosity: zygosity, phase: phase), consequences: [consequence]),
            gene: gene, classification: Classification(criteria, gene: gene),
            inheritance: InheritanceFit([], inheritance: [], sex: .unknown))
    }

    private func told(_ findings: [Finding], version: String = "3.3") throws -> [String] {
        let list = try SecondaryFindingList.bundled(version: version)
        return try #require(list.findings(among: findings, sex: .female, consent: true)).map {
            "\($0.gene) \($0.allele.position)"
        }
    }

    @Test("Nothing is told without consent")
    func consent() throws {
        let list = try SecondaryFindingList.bundled()
        #expect(list.findings(among: [finding("BRCA1", 1)], sex: .female, consent: false) == nil)
    }

    @Test("Pathogenic findings of the list's genes are told, uncertain ones and other genes not")
    func dominant() throws {
        #expect(
            try told([
                finding("TP53", 3), finding("BRCA1", 1, .likelyPathogenic), finding("BRCA1", 2, .uncertain),
                finding("CFTR", 4),
            ]) == ["BRCA1 1", "TP53 3"])
    }

    @Test("A recessive disease is told with two alleles: both copies, or two that are not on one chromosome")
    func recessive() throws {
        #expect(try told([finding("MUTYH", 1)]).isEmpty)
        #expect(try told([finding("MUTYH", 1, .pathogenic, .homozygous)]) == ["MUTYH 1"])
        #expect(try told([finding("MUTYH", 1), finding("MUTYH", 2)]) == ["MUTYH 1", "MUTYH 2"])
        let one = GeneVariant.Phase(set: "a", haplotype: 0)
        #expect(try told([finding("MUTYH", 1, phase: one), finding("MUTYH", 2, phase: one)]).isEmpty)
        let list = try SecondaryFindingList.bundled()
        let pair = list.findings(among: [finding("MUTYH", 1), finding("MUTYH", 2)], sex: .male, consent: true)
        #expect(pair?.map(\.id) == ["secondary.1", "secondary.2"])
        #expect(pair?.allSatisfy { $0.ambiguities.contains { $0.contains("not phased") } } == true)
        #expect(pair?.first?.disease?.id == "OMIM:608456")
    }

    @Test("TTN is told where the protein is cut short, HFE where both copies are p.Cys282Tyr")
    func rules() throws {
        #expect(try told([finding("TTN", 1)]).isEmpty)
        #expect(try told([finding("TTN", 1, terms: ["frameshift_variant"])]) == ["TTN 1"])
        #expect(try told([finding("HFE", 1, .pathogenic, .homozygous, residue: 63, aminoAcids: "H/D")]).isEmpty)
        #expect(try told([finding("HFE", 1, residue: 282, aminoAcids: "C/Y")]).isEmpty)
        #expect(try told([finding("HFE", 1, .pathogenic, .homozygous, residue: 282, aminoAcids: "C/Y")]) == ["HFE 1"])
    }

    @Test("A gene with two diseases is told once, and an earlier version of the list lacks later genes")
    func versions() throws {
        #expect(try told([finding("RET", 1)]) == ["RET 1"])
        let genes = try SecondaryFindingList.versions.map {
            Set(try SecondaryFindingList.bundled(version: $0).entries.map(\.gene)).count
        }
        #expect(genes == [73, 78, 81, 84])
        #expect(try told([finding("PLN", 1)], version: "3.2").isEmpty)
        #expect(throws: (any Error).self) { try SecondaryFindingList.bundled(version: "three") }
    }
}
