import Clinical
import Testing

@Suite("Phenotypes and variants: how a gene's variants fit a disease's inheritance")
struct PhenotypeInheritanceTests {
    private func variant(
        _ name: String, _ zygosity: GeneVariant.Zygosity = .heterozygous, _ kind: GeneVariant.Class = .pathogenic,
        phase: GeneVariant.Phase? = nil, isOnX: Bool = false
    ) -> GeneVariant { GeneVariant(name: name, class: kind, zygosity: zygosity, phase: phase, isOnX: isOnX) }

    @Test("Two alleles of a recessive disease fit where they are on different chromosomes")
    func compound() {
        func fit(_ left: GeneVariant.Phase?, _ right: GeneVariant.Phase?) -> InheritanceFit.Finding {
            InheritanceFit(
                [variant("a", phase: left), variant("b", phase: right)], inheritance: ["HP:0000007"], sex: .female
            ).finding
        }
        #expect(fit(.init(set: "1", haplotype: 0), .init(set: "1", haplotype: 1)) == .compoundHeterozygous)
        #expect(fit(.init(set: "1", haplotype: 0), .init(set: "1", haplotype: 0)) == .carrier)
        #expect(fit(.init(set: "1", haplotype: 0), .init(set: "2", haplotype: 1)) == .possiblyCompoundHeterozygous)
        #expect(fit(nil, .init(set: "1", haplotype: 1)) == .possiblyCompoundHeterozygous)
    }

    @Test("One allele is a carrier's of a recessive disease and enough for a dominant one")
    func single() {
        #expect(InheritanceFit([variant("a")], inheritance: ["HP:0000007"], sex: .male).finding == .carrier)
        #expect(InheritanceFit([variant("a")], inheritance: ["HP:0000006"], sex: .male).finding == .dominant)
        #expect(InheritanceFit([variant("a")], inheritance: [], sex: .male).finding == .dominant)
        #expect(
            InheritanceFit([variant("a", .homozygous)], inheritance: ["HP:0000007"], sex: .male).finding == .homozygous)
    }

    @Test("A male's only X is enough, and a female carries")
    func onX() {
        let inheritance: Set = ["HP:0001419"]
        let male = InheritanceFit([variant("a", .hemizygous, isOnX: true)], inheritance: inheritance, sex: .male)
        #expect(male.finding == .hemizygous)
        #expect(InheritanceFit([variant("a", isOnX: true)], inheritance: inheritance, sex: .female).finding == .carrier)
    }

    @Test("The weaker of two alleles decides, and benign ones count nothing")
    func classes() {
        let pair = InheritanceFit(
            [variant("a"), variant("b", .heterozygous, .uncertain), variant("c", .homozygous, .likelyBenign)],
            inheritance: ["HP:0000007"], sex: .female)
        #expect(pair.finding == .possiblyCompoundHeterozygous)
        #expect(pair.variants.map(\.name) == ["a", "b"])
        #expect(
            pair.weight < InheritanceFit([variant("a", .homozygous)], inheritance: ["HP:0000007"], sex: .female).weight)
        #expect(InheritanceFit([variant("c", .homozygous, .benign)], inheritance: [], sex: .female).finding == .none)
    }
}
