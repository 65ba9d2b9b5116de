import Clinical
import Testing

@Suite("Rankings by phenotype and variants")
struct VariantRankingTests {
    private static let person = PhenotypeCase(id: "a", sex: .female, present: ["HP:0000365"])

    private func variant(_ name: String, _ kind: GeneVariant.Class = .pathogenic) -> GeneVariant {
        GeneVariant(name: name, class: kind, zygosity: .heterozygous)
    }

    private func rank(
        _ variants: [String: [GeneVariant]], _ person: PhenotypeCase = person, inheritance: String? = nil
    ) throws -> PhenotypeRanking {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        if let inheritance { try files.write("inheritance.tsv", "gene\tinheritance\n\(inheritance)\n") }
        let table = try inheritance.map { _ in try GeneInheritance(path: files.path("inheritance.tsv")) }
        return try PhenotypeRanker(files.knowledge()).rank(
            person, variants: CalledVariants(variants), inheritance: table)
    }

    @Test("A gene with two alleles of its recessive disease goes in front of one that fits the phenotype alone")
    func first() throws {
        #expect(try rank([:]).genes.first?.gene == "CCC")
        let ranking = try rank(["AAA": [variant("a"), variant("b")]])
        #expect(ranking.genes.first?.gene == "AAA")
        #expect(ranking.genes.first?.fit?.finding == .possiblyCompoundHeterozygous)
        #expect(ranking.method == "likelihood-ratio+variants")
    }

    @Test("Reasons of phenotypes and variants add up to the score")
    func sums() throws {
        for gene in try rank(["AAA": [variant("a"), variant("b")], "BBB": [variant("c", .uncertain)]]).genes {
            let variants = try #require(gene.variantReasons)
            let sum =
                gene.reasons.reduce(gene.other) { $0 + $1.contribution } + variants.reduce(0) { $0 + $1.contribution }
            #expect(abs(sum - gene.score) < 1e-4)
            #expect(!variants.isEmpty)
        }
    }

    @Test("A gene's score does not change with variants of other genes")
    func unrelated() throws {
        let alone = try rank(["AAA": [variant("a")]]).genes.first { $0.gene == "AAA" }
        let among = try rank([
            "AAA": [variant("a")], "BBB": [variant("b"), variant("c")], "CCC": [variant("d", .uncertain)],
            "X": [variant("e")],
        ]).genes.first { $0.gene == "AAA" }
        #expect(alone?.score == among?.score)
        #expect(alone?.fit == among?.fit)
    }

    @Test("One allele of a recessive disease does not lift its gene over one whose disease fits the phenotype")
    func carrier() throws {
        let ranking = try rank(["AAA": [variant("a")], "CCC": [variant("b", .uncertain)]])
        #expect(ranking.genes.first?.gene == "CCC")
        #expect(ranking.genes.first { $0.gene == "AAA" }?.fit?.finding == .carrier)
    }

    @Test("Where the annotations say nothing of the inheritance, the table of genes does")
    func inheritance() throws {
        let variants = ["CCC": [variant("a")]]
        #expect(try rank(variants).genes.first { $0.gene == "CCC" }?.fit?.finding == .dominant)
        #expect(try rank(variants, inheritance: "CCC\tAR").genes.first { $0.gene == "CCC" }?.fit?.finding == .carrier)
        #expect(throws: (any Error).self) { try rank(variants, inheritance: "CCC\tautosomal") }
    }

    @Test("A case whose terms cannot be used is ranked by its variants alone")
    func noTerms() throws {
        let ranking = try rank(["BBB": [variant("a")]], PhenotypeCase(id: "a", present: ["HP:1"]))
        #expect(ranking.genes.first?.gene == "BBB")
        #expect(ranking.present == 0)
        #expect(ranking.remarks.count == 1)
    }
}
