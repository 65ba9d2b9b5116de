import Clinical
import Testing

@Suite("Criteria of residues and genes")
struct ResidueCriteriaTests {
    private static let gene = "A1BG"

    private func missense(
        _ aminoAcids: String, residue: Int = 100, gene: String = gene, position: Int = 1_000
    ) -> AnnotatedAllele {
        ClassificationFixture.allele(
            ClassificationFixture.consequence(gene, "missense_variant", residue: residue, aminoAcids: aminoAcids),
            position: position)
    }

    private func known(
        _ aminoAcids: String, _ significance: String, residue: Int = 100, stars: Int = 2, position: Int = 1_001,
        gene: String = gene
    ) -> AnnotatedAllele {
        ClassificationFixture.known(gene, residue, aminoAcids, significance, stars: stars, position: position)
    }

    private func words(_ allele: AnnotatedAllele, _ known: [AnnotatedAllele]?) throws -> [String] {
        let result = try ClassificationFixture.classify(allele, known: known)
        return result.criteria.filter { [.ps1, .pm5].contains($0.criterion) }.map(\.word)
    }

    @Test("Another variant of the same exchange is PS1, of another exchange PM5, never both")
    func exchanges() throws {
        let allele = missense("R/W")
        #expect(try words(allele, [known("R/W", "Pathogenic")]) == ["PS1", "not met"])
        #expect(try words(allele, [known("R/W", "Likely pathogenic")]) == ["PS1_Moderate", "not met"])
        #expect(try words(allele, [known("R/Q", "Pathogenic")]) == ["not met", "PM5"])
        #expect(try words(allele, [known("R/Q", "Likely pathogenic")]) == ["not met", "PM5_Supporting"])
        let both = [known("R/W", "Pathogenic"), known("R/Q", "Pathogenic", position: 1_002)]
        #expect(try words(allele, both) == ["PS1", "not met"])
    }

    @Test("A variant's own record, one without a star, and one of another residue or transcript say nothing")
    func others() throws {
        let allele = missense("R/W")
        #expect(
            try words(allele, [known("R/W", "Pathogenic", position: 1_000)]) == ["not evaluable", "not evaluable"]
                || words(allele, [known("R/W", "Pathogenic", position: 1_000)]) == ["not met", "not met"])
        let elsewhere = known("R/Q", "Pathogenic", residue: 300, position: 1_600)
        #expect(try words(allele, [elsewhere]) == ["not met", "not met"])
        #expect(try words(allele, [elsewhere, known("R/Q", "Pathogenic", stars: 0)]) == ["not met", "not met"])
        #expect(
            try words(allele, [elsewhere, known("R/Q", "Conflicting classifications of pathogenicity")])
                == ["not met", "not met"])
        #expect(try words(allele, [known("R/Q", "Pathogenic", gene: "A1CF")]) == ["not met", "not met"])
        #expect(try words(allele, nil) == ["not evaluable", "not evaluable"])
    }

    @Test("The contig's name does not hide a variant's own record")
    func naming() throws {
        var own = known("R/W", "Pathogenic", position: 1_000)
        own.contig = "1"
        #expect(
            try words(missense("R/W"), [own, known("K/E", "Benign", residue: 9, position: 7)]) == [
                "not met", "not met",
            ])
    }

    @Test("A panel may ask for an exchange as drastic as the known one")
    func drastic() throws {
        // HNF1A: by Grantham's distance; R to W is 101, R to Q 43.
        let (weak, strong) = (missense("R/Q", gene: "HNF1A"), missense("R/W", gene: "HNF1A"))
        #expect(try words(weak, [known("R/W", "Pathogenic", gene: "HNF1A")])[1] == "not met")
        #expect(try words(strong, [known("R/Q", "Pathogenic", gene: "HNF1A")])[1] == "PM5")
    }

    @Test("A hot spot is what the panel names; elsewhere it is pathogenic variants all around and no benign one")
    func regions() throws {
        #expect(try ClassificationFixture.assess(.pm1, missense("R/W", residue: 282, gene: "GAA")).word == "PM1")
        #expect(try ClassificationFixture.assess(.pm1, missense("R/W", residue: 281, gene: "GAA")).word == "not met")
        #expect(
            try ClassificationFixture.assess(.pm1, missense("R/W", gene: "ABCA4")).reason.contains("does not use PM1"))
        let around = (0..<4).map { known("K/E", "Pathogenic", residue: 97 + $0, position: 2_000 + $0) }
        let benign = known("K/E", "Benign", residue: 105, position: 2_100)
        #expect(try ClassificationFixture.assess(.pm1, missense("R/W"), known: around).word == "PM1")
        #expect(try ClassificationFixture.assess(.pm1, missense("R/W"), known: around + [benign]).word == "not met")
        #expect(
            try ClassificationFixture.assess(.pm1, missense("R/W"), known: Array(around.dropLast())).word == "not met")
    }

    @Test("Missense variants count by the gene's constraint, its panel's word, and what ClinVar has of them")
    func genes() throws {
        // MED13's missense z is 2.62, NIPBL's 5.57.
        #expect(try ClassificationFixture.assess(.pp2, missense("R/W", gene: "NIPBL")).word == "PP2")
        #expect(try ClassificationFixture.assess(.pp2, missense("R/W", gene: "MED13")).word == "not met")
        #expect(try ClassificationFixture.assess(.pp2, missense("R/W", gene: "FBN1")).word == "PP2")
        #expect(try ClassificationFixture.assess(.pp2, missense("R/W", gene: "PAH")).word == "not evaluable")
        let nulls = (0..<12).map {
            ClassificationFixture.known(
                Self.gene, 10 + $0, "R/*", "Pathogenic", position: 10 + $0, terms: "stop_gained")
        }
        #expect(try ClassificationFixture.assess(.bp1, missense("R/W"), known: nulls).word == "BP1")
        let mixed =
            nulls + [known("K/E", "Pathogenic", residue: 7), known("K/N", "Pathogenic", residue: 8, position: 8)]
        #expect(try ClassificationFixture.assess(.bp1, missense("R/W"), known: mixed).word == "not met")
        // Outside of BRCA2's domains, but only with a prediction that splicing stays.
        let brca = missense("R/W", residue: 1_000, gene: "BRCA2")
        #expect(try ClassificationFixture.assess(.bp1, brca).word == "not evaluable")
        let quiet = AlleleEvidence(splicing: .init(model: "splice@1", delta: 0.01))
        #expect(try ClassificationFixture.assess(.bp1, brca, evidence: quiet).word == "BP1_Strong")
        #expect(
            try ClassificationFixture.assess(.bp1, missense("R/W", residue: 2_700, gene: "BRCA2"), evidence: quiet).word
                == "not met")
    }
}
