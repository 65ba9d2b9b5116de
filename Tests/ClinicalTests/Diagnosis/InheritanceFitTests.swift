import Testing

@testable import Clinical

@Suite("How a gene's variants fit a disease's inheritance")
struct InheritanceFitTests {
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

    private func relative(
        _ relation: RelativeCall.Relation, _ copies: Int, isAffected: Bool? = nil, sex: PhenotypeCase.Sex = .unknown
    ) -> RelativeCall {
        RelativeCall(name: relation.rawValue, relation: relation, sex: sex, isAffected: isAffected, copies: copies)
    }

    private func inherited(_ name: String, father: Int, mother: Int, isAffected: Bool? = nil) -> GeneVariant {
        var one = variant(name)
        one.relatives = [
            relative(.father, father, isAffected: isAffected), relative(.mother, mother, isAffected: isAffected),
        ]
        return one
    }

    @Test("Alleles of two parents are on two chromosomes, those of one parent on one")
    func parents() {
        func fit(_ one: GeneVariant, _ other: GeneVariant) -> InheritanceFit.Finding {
            InheritanceFit([one, other], inheritance: ["HP:0000007"], sex: .female).finding
        }
        #expect(
            fit(inherited("a", father: 1, mother: 0), inherited("b", father: 0, mother: 1)) == .compoundHeterozygous)
        #expect(fit(inherited("a", father: 1, mother: 0), inherited("b", father: 1, mother: 0)) == .carrier)
        #expect(
            fit(inherited("a", father: 1, mother: 1), inherited("b", father: 1, mother: 0))
                == .possiblyCompoundHeterozygous)
    }

    @Test(
        "Two alleles apart weigh more than two unphased ones, those more than one of a dominant disease, a carrier least"
    )
    func order() {
        let apart = [
            variant("a", phase: .init(set: "1", haplotype: 0)), variant("b", phase: .init(set: "1", haplotype: 1)),
        ]
        let weights = [
            InheritanceFit(apart, inheritance: ["HP:0000007"], sex: .male),
            InheritanceFit([variant("a"), variant("b")], inheritance: ["HP:0000007"], sex: .male),
            InheritanceFit([variant("a")], inheritance: ["HP:0000006"], sex: .male),
            InheritanceFit([variant("a", .heterozygous, .uncertain)], inheritance: ["HP:0000006"], sex: .male),
            InheritanceFit([variant("a")], inheritance: ["HP:0000007"], sex: .male),
            InheritanceFit([], inheritance: ["HP:0000007"], sex: .male),
        ].map(\.weight)
        #expect(weights == weights.sorted(by: >))
        #expect(Set(weights).count == weights.count)
    }

    @Test("A new allele of a dominant disease speaks for it, unless its class says so already")
    func deNovo() {
        var one = inherited("a", father: 0, mother: 0)
        let new = InheritanceFit([one], inheritance: ["HP:0000006"], sex: .male)
        #expect(new.reasons.contains { $0.text.contains("new in this person") && $0.contribution > 0 })
        one.isDeNovoCounted = true
        let counted = InheritanceFit([one], inheritance: ["HP:0000006"], sex: .male)
        #expect(counted.reasons.contains { $0.text.contains("its class says so already") && $0.contribution == 0 })
        #expect(counted.weight < new.weight)
    }

    @Test(
        "An unaffected parent with the same dominant allele speaks against it, an affected one for it, one of unknown state not at all"
    )
    func segregation() {
        func weight(_ isAffected: Bool?) -> Float {
            InheritanceFit(
                [inherited("a", father: 1, mother: 0, isAffected: isAffected)], inheritance: ["HP:0000006"], sex: .male
            ).weight
        }
        let alone = InheritanceFit([variant("a")], inheritance: ["HP:0000006"], sex: .male).weight
        #expect(weight(nil) == alone)
        #expect(weight(false) < alone)
        var shared = variant("a")
        shared.relatives = [relative(.other, 1, isAffected: true)]
        #expect(InheritanceFit([shared], inheritance: ["HP:0000006"], sex: .male).weight > alone)
        shared.relatives = [relative(.other, 0, isAffected: true)]
        #expect(InheritanceFit([shared], inheritance: ["HP:0000006"], sex: .male).weight < alone)
    }

    @Test("Relatives never make a gene worse than one in which nothing was found")
    func floor() {
        var one = variant("a", .heterozygous, .uncertain)
        one.relatives = (1...4).map {
            RelativeCall(name: "\($0)", relation: .other, isAffected: false, copies: 1)
        }
        let fit = InheritanceFit([one], inheritance: ["HP:0000006"], sex: .male)
        let nothing = InheritanceFit([], inheritance: ["HP:0000006"], sex: .male)
        #expect(fit.finding == .dominant)
        #expect(abs(fit.weight - nothing.weight) < 1e-5)
    }

    @Test("Carriers among unaffected parents say nothing against a recessive pair")
    func carriers() {
        let pair = [
            inherited("a", father: 1, mother: 0, isAffected: false),
            inherited("b", father: 0, mother: 1, isAffected: false),
        ]
        let fit = InheritanceFit(pair, inheritance: ["HP:0000007"], sex: .female)
        #expect(fit.reasons.map(\.contribution).allSatisfy { $0 >= 0 })
        var both = pair
        for place in both.indices { both[place].relatives?.append(relative(.other, 1, isAffected: false)) }
        #expect(InheritanceFit(both, inheritance: ["HP:0000007"], sex: .female).weight < fit.weight)
    }

    @Test("Both copies with one parent who has none: what may explain it is said")
    func deletion() {
        var one = variant("a", .homozygous)
        one.relatives = [relative(.father, 0), relative(.mother, 1)]
        let fit = InheritanceFit([one], inheritance: ["HP:0000007"], sex: .male)
        #expect(fit.reasons.contains { $0.text.contains("the father has no copy") && $0.contribution == 0 })
    }

    @Test("A male's X is new where his mother lacks the allele, whatever his father has")
    func newOnX() {
        var one = variant("a", .hemizygous, isOnX: true)
        one.relatives = [relative(.mother, 0)]
        #expect(InheritanceFit([one], inheritance: ["HP:0001419"], sex: .male).reasons.count == 2)
        one.relatives = [relative(.mother, 1, isAffected: false, sex: .female)]
        #expect(InheritanceFit([one], inheritance: ["HP:0001419"], sex: .male).reasons.count == 1)
    }
}
