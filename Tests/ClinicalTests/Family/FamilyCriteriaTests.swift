import Testing

@testable import Clinical

/// What the family's calls make of PS2, PM6, PM3, PP1 and BS4, where a rule has an exception.
struct FamilyCriteriaTests {
    private typealias Fixture = ClassificationFixture

    private static func words(
        _ criteria: [Criterion], _ family: FamilyEvidence, gene: String = "PTEN",
        zygosity: GeneVariant.Zygosity = .heterozygous, contig: String = "chr1"
    ) throws -> [String] {
        let consequence = Fixture.consequence(gene, "missense_variant", residue: 5, aminoAcids: "R/W")
        return try criteria.map {
            try Fixture.assess(
                $0, Fixture.allele(consequence, contig: contig, zygosity: zygosity),
                evidence: AlleleEvidence(family: family), options: Fixture.compared
            ).word
        }
    }

    @Test("A man's X is new where his mother lacks it, whatever his father has")
    func onX() throws {
        func words(_ mother: Int?, _ father: Int?, _ lineage: FamilyEvidence.Lineage) throws -> [String] {
            try Self.words(
                [.ps2, .pm6],
                .init(
                    mother: .init(copies: mother), father: father.map { .init(copies: $0) }, isParentageConfirmed: true,
                    lineage: lineage), zygosity: .hemizygous, contig: "chrX")
        }
        #expect(try words(0, 1, .mother) == ["PS2_Moderate", "not met"])
        #expect(try words(0, nil, .mother) == ["PS2_Moderate", "not met"])
        #expect(try words(1, 0, .mother) == ["not met", "not met"])
        #expect(try words(0, 1, .both) == ["not met", "not met"])
        #expect(try words(0, 0, .mitochondrial) == ["not evaluable", "not evaluable"])
    }

    @Test("Two copies that neither parent has are an error rather than new, and nothing is new in who is well")
    func doubtful() throws {
        let none = FamilyEvidence(mother: .init(copies: 0), father: .init(copies: 0), isParentageConfirmed: true)
        #expect(try Self.words([.ps2], none, zygosity: .homozygous) == ["not met"])
        var well = none
        well.isAffected = false
        #expect(try Self.words([.ps2, .pm6], well) == ["not evaluable", "not evaluable"])
    }

    @Test("Two copies with one parent who has none are no evidence of a second hit")
    func homozygous() throws {
        let both = FamilyEvidence(mother: .init(copies: 1), father: .init(copies: 1))
        #expect(try Self.words([.pm3], both, gene: "LARP7", zygosity: .homozygous) == ["PM3_Supporting"])
        let one = FamilyEvidence(mother: .init(copies: 1), father: .init(copies: 0))
        #expect(try Self.words([.pm3], one, gene: "LARP7", zygosity: .homozygous) == ["not met"])
    }

    @Test("A recessive gene counts relatives with both alleles, a dominant one those with the allele")
    func segregation() throws {
        let family = FamilyEvidence(
            segregation: .init(informativeMeioses: 5, affectedWithout: 0),
            pairSegregation: .init(informativeMeioses: 4, affectedWithout: 0))
        #expect(try Self.words([.pp1], family) == ["PP1_Strong"])
        #expect(try Self.words([.pp1], family, gene: "LARP7") == ["PP1_Moderate"])
        var alone = family
        alone.pairSegregation = nil
        #expect(try Self.words([.pp1, .bs4], alone, gene: "LARP7") == ["not evaluable", "not evaluable"])
    }
}
