import Genomics
import Testing
import VariantCalling

/// Genotypes and their qualities, computed by hand: Q = -10 log10 p; PL are of p over 0.55, 0.28 and 0.17, the shares of 0, 1 and 2
/// copies among the candidates that a network learns from.
struct GenotyperTests {
    private let genotyper = Genotyper()

    @Test("One allele, one copy: 0/1 with QUAL of 0/0, GQ of everything else and three PLs")
    func heterozygous() throws {
        let call = try #require(genotyper.call([Fixture.allele("A", "G", [0.001, 0.998, 0.001])]).first)
        #expect(call.contig == "chr1")
        #expect(call.position == 100)
        #expect(call.reference == "A")
        #expect(call.alternates == ["G"])
        #expect(call.genotype == [0, 1])
        #expect(call.quality == 30)  // p(0/0) = 0.001
        #expect(call.genotypeQuality == 27)  // 0.002 are wrong
        #expect(call.likelihoods == [33, 0, 28])
        #expect(call.filters.isEmpty && call.isPassed && call.isSNV && !call.isHomozygous)
    }

    @Test("One allele, two copies: 1/1")
    func homozygous() throws {
        let call = try #require(genotyper.call([Fixture.allele("A", "AT", [0.0001, 0.01, 0.9899])]).first)
        #expect(call.genotype == [1, 1])
        #expect(call.quality == 40)
        #expect(call.genotypeQuality == 20)  // 0.0101
        #expect(call.likelihoods == [45, 22, 0])
        #expect(call.isHomozygous && !call.isSNV)
    }

    @Test("Two alleles of which each has one copy: 1/2, spelled against the longest REF")
    func twoAlleles() throws {
        let probabilities: [Float] = [0.01, 0.98, 0.01]
        let call = try #require(
            genotyper.call([Fixture.allele("CA", "C", probabilities), Fixture.allele("CAA", "C", probabilities)]).first)
        #expect(call.reference == "CAA")
        #expect(call.alternates == ["CA", "C"])
        #expect(call.genotype == [1, 2])
        // In VCF's order 0/0 0/1 1/1 0/2 1/2 2/2: 0.0001, 0.0098, 0.0001, 0.0098, 0.9604, 0.0001 of 0.9803, over the products of shares.
        #expect(call.likelihoods == [46, 23, 41, 23, 0, 41])
        #expect(call.quality == 39.91)
        #expect(call.genotypeQuality == 17)  // 0.0199 of 0.9803
    }

    @Test("Alleles of one place that overlap get one REF")
    func spelling() throws {
        let likely: [Float] = [0.01, 0.98, 0.01]
        let spelled = [
            ([("C", "G"), ("C", "A")], "C", ["G", "A"]),
            ([("C", "CG"), ("CATT", "C")], "CATT", ["CGATT", "C"]),
            ([("CA", "C"), ("CAA", "C")], "CAA", ["CA", "C"]),
        ]
        for (alleles, reference, alternates) in spelled {
            let call = try #require(genotyper.call(alleles.map { Fixture.allele($0.0, $0.1, likely) }).first)
            #expect(call.reference == reference)
            #expect(call.alternates == alternates)
        }
    }

    @Test("An allele that is not called is not written, and the PLs are those of the written alleles alone")
    func uncalledAllele() throws {
        let call = try #require(
            genotyper.call([
                Fixture.allele("A", "C", [0.98, 0.01, 0.01]), Fixture.allele("A", "G", [0.01, 0.98, 0.01]),
            ]).first)
        #expect(call.alternates == ["G"])
        #expect(call.genotype == [0, 1])
        #expect(call.likelihoods == [23, 0, 18])
        #expect(call.alleleDepths.count == 2)
    }

    @Test("An allele that nearly won lowers GQ, though it is not written")
    func competingAllele() throws {
        let call = try #require(
            genotyper.call([
                Fixture.allele("A", "C", [0.001, 0.998, 0.001]), Fixture.allele("A", "G", [0.501, 0.498, 0.001]),
            ]).first)
        #expect(call.alternates == ["C"])
        #expect(call.likelihoods == [33, 0, 28])
        #expect(call.genotypeQuality == 3)  // 0/1 has half of the probability, 1/2 nearly the other half
    }

    @Test("A site is left out when no alternate allele is the likeliest")
    func homozygousReference() {
        #expect(genotyper.call([Fixture.allele("A", "C", [0.9, 0.09, 0.01])]).isEmpty)
        #expect(
            genotyper.call([
                Fixture.allele("A", "C", [0.6, 0.3, 0.1]), Fixture.allele("A", "G", [0.6, 0.3, 0.1]),
            ]).isEmpty)
        #expect(genotyper.call([]).isEmpty)
    }

    @Test("A low QUAL and a low depth are filters")
    func filters() throws {
        let doubtful = try #require(genotyper.call([Fixture.allele("A", "C", [0.4, 0.5, 0.1])]).first)
        #expect(doubtful.quality == 3.98)
        #expect(doubtful.likelihoods == [4, 0, 5])
        #expect(doubtful.genotypeQuality == 3)
        #expect(doubtful.filters == ["LowQual"])
        let shallow = try #require(genotyper.call([Fixture.allele("A", "C", depth: 1, [0.01, 0.98, 0.01])]).first)
        #expect(shallow.filters == ["LowDepth"])
        let both = try #require(genotyper.call([Fixture.allele("A", "C", depth: 1, [0.4, 0.5, 0.1])]).first)
        #expect(both.filters == ["LowQual", "LowDepth"])
    }

    @Test("Certainty ends at 99")
    func ceiling() throws {
        let call = try #require(genotyper.call([Fixture.allele("A", "C", [0, 1, 0])]).first)
        #expect(call.quality == 99)
        #expect(call.genotypeQuality == 99)
        #expect(call.likelihoods == [99, 0, 99])
    }

    @Test("Of many alleles the likeliest are weighed, in their own order")
    func manyAlleles() throws {
        var alleles = ["AC", "AG", "AT", "ACC", "AGG", "ATT", "AGA", "ATA"].map {
            Fixture.allele("A", $0, [0.95, 0.04, 0.01])
        }
        alleles[1].probabilities = [0.02, 0.97, 0.01]
        alleles[5].probabilities = [0.01, 0.98, 0.01]
        let call = try #require(genotyper.call(alleles).first)
        #expect(call.alternates == ["AG", "ATT"])
        #expect(call.genotype == [1, 2])
        #expect(call.likelihoods.count == 6)
        #expect(call.likelihoods[4] == 0)
    }

    @Test("The evidence of the called alleles is added up")
    func evidence() throws {
        var first = Fixture.allele("A", "C", [0.01, 0.98, 0.01])
        var second = Fixture.allele("A", "G", [0.01, 0.98, 0.01])
        (first.candidate.depth, second.candidate.depth) = (31, 33)
        (first.candidate.alternateDepth, second.candidate.alternateDepth) = (12, 17)
        (first.candidate.referenceDepth, second.candidate.referenceDepth) = (2, 1)
        (first.candidate.alternateForward, second.candidate.alternateForward) = (5, 9)
        (first.candidate.referenceForward, second.candidate.referenceForward) = (2, 1)
        (first.candidate.mappingQuality, second.candidate.mappingQuality) = (50, 60)
        let call = try #require(genotyper.call([first, second]).first)
        #expect(call.depth == 33)
        #expect(call.alleleDepths == [1, 12, 17])
        #expect(call.strandCounts == [2, 0, 14, 15])
        #expect(call.mappingQuality == 55)
    }

    @Test("Alleles of one position are one site; another position or contig is another site")
    func sites() {
        let likely: [Float] = [0.01, 0.98, 0.01]
        let calls = genotyper.call([
            Fixture.allele("A", "C", at: 100, likely), Fixture.allele("A", "G", at: 100, likely),
            Fixture.allele("T", "G", at: 101, likely), Fixture.allele("A", "C", at: 101, contig: "chr2", likely),
        ])
        #expect(calls.map(\.contig) == ["chr1", "chr1", "chr2"])
        #expect(calls.map(\.position) == [100, 101, 101])
        #expect(calls.map(\.alternates) == [["C", "G"], ["G"], ["C"]])
    }

    private let one: [Float] = [0.01, 0.98, 0.01]
    private let two: [Float] = [0.001, 0.009, 0.99]

    private func texts(_ calls: [SiteCall]) -> [String] {
        calls.map { call in
            "\(call.position) \(call.reference) \(call.alternates.joined(separator: ",")) "
                + call.genotype.map(String.init).joined(separator: "/")
        }
    }

    @Test("A substitution on the base in front of a deletion is a site of its own, whatever the copies of both")
    func anchor() {
        let both = genotyper.call([Fixture.allele("C", "T", two), Fixture.allele("CA", "C", two)])
        #expect(texts(both) == ["100 C T 1/1", "100 CA C 1/1"])
        let mixed = genotyper.call([Fixture.allele("C", "T", one), Fixture.allele("CA", "C", two)])
        #expect(texts(mixed) == ["100 C T 0/1", "100 CA C 1/1"])
    }

    @Test("An allele that a deletion of the other haplotype spans has * beside it")
    func spanning() throws {
        let calls = genotyper.call([
            Fixture.allele("CAGT", "C", at: 100, one), Fixture.allele("G", "A", at: 102, one),
            Fixture.allele("T", "C", at: 110, one),
        ])
        #expect(texts(calls) == ["100 CAGT C 0/1", "102 G A,* 1/2", "110 T C 0/1"])
        // 1/2 of REF, A and *: 0/0 0/1 1/1 0/2 1/2 2/2.
        let inside = try #require(calls.dropFirst().first)
        #expect(inside.likelihoods.count == 6 && inside.likelihoods[4] == 0)
        #expect(inside.alleleDepths == [15, 15, 15])
    }

    @Test("Alleles that do not fit on two haplotypes give way to the likelier ones")
    func inconsistent() {
        // Two copies of a deletion leave no place for what it deletes.
        let calls = genotyper.call([
            Fixture.allele("CAGT", "C", at: 100, two), Fixture.allele("G", "A", at: 102, [0.3, 0.69, 0.01]),
        ])
        #expect(texts(calls) == ["100 CAGT C 1/1"])
        let other = genotyper.call([
            Fixture.allele("CAGT", "C", at: 100, [0.3, 0.1, 0.6]), Fixture.allele("G", "A", at: 102, one),
        ])
        #expect(texts(other) == ["102 G A 0/1"] || texts(other) == ["100 CAGT C 0/1", "102 G A,* 1/2"])
    }

    @Test("Sites do not depend on where the reference is divided: no site is weighed across a multiple of 16,384")
    func boundary() {
        let calls = genotyper.call([
            Fixture.allele("CAGT", "C", at: 16_383, one), Fixture.allele("G", "A", at: 16_385, one),
        ])
        #expect(texts(calls) == ["16383 CAGT C 0/1", "16385 G A 0/1"])
    }

    @Test("A single chromosome has one allele; a mixture of reads is marked")
    func haploid() throws {
        var ploidy = Ploidy()
        ploidy.set(1, "chr1", 50..<150)
        ploidy.set(0, "chr1", 300..<400)
        let genotyper = Genotyper(ploidy: ploidy)
        let calls = genotyper.call([
            Fixture.allele("A", "G", two), Fixture.allele("A", "G", at: 200, two),
            Fixture.allele("A", "G", at: 350, two),
        ])
        #expect(texts(calls) == ["100 A G 1", "200 A G 1/1"])
        let own = try #require(calls.first)
        // 0.001 / 0.55 against (0.99 + 0.009) / 0.45, of reads of which half show the allele.
        #expect(own.likelihoods.count == 2 && own.likelihoods[1] == 0 && own.filters.isEmpty)
        var mixed = Fixture.allele("A", "G", one)
        mixed.candidate.alternateDepth = 20
        mixed.candidate.referenceDepth = 10
        let marked = try #require(genotyper.call([mixed]).first)
        #expect(marked.genotype == [1] && marked.filters == ["Mixed"])
    }

    @Test("Of four chromosomes the share of reads tells how many have the allele")
    func tetraploid() throws {
        var ploidy = Ploidy()
        ploidy.set(4, "chr1", 0..<1000)
        for (shown, copies) in [(10, 1), (20, 2), (30, 3), (40, 4)] {
            var allele = Fixture.allele("A", "G", [0.001, 0.5, 0.499])
            (allele.candidate.alternateDepth, allele.candidate.referenceDepth) = (shown, 40 - shown)
            let call = try #require(Genotyper(ploidy: ploidy).call([allele]).first)
            #expect(call.genotype == Array(repeating: 0, count: 4 - copies) + Array(repeating: 1, count: copies))
            #expect(call.likelihoods.count == 5 && call.likelihoods[copies] == 0)
        }
    }

    @Test("Many alleles on many chromosomes: the likeliest are weighed, in an instant", .timeLimit(.minutes(1)))
    func manyOfMany() throws {
        var ploidy = Ploidy()
        ploidy.set(Ploidy.most, "chr1", 0..<1000)
        // A deletion, and under it substitutions that fit on one haplotype in any combination.
        let alleles =
            [Fixture.allele("CAAAAAA", "C", [0.1, 0.8, 0.1])]
            + (101...106).map { Fixture.allele("A", "G", at: $0, [0.2, 0.7, 0.1]) }
        let calls = Genotyper(ploidy: ploidy).call(alleles)
        #expect(!calls.isEmpty && calls.count <= 3 && calls.allSatisfy { $0.genotype.count == 8 })
    }
}
