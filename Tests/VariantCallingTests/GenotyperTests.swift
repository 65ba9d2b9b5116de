import Genomics
import Testing
import VariantCalling

/// Genotypes and their qualities, computed by hand: Q = -10 log10 p.
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
        #expect(call.likelihoods == [30, 0, 30])
        #expect(call.filters.isEmpty && call.isPassed && call.isSNV && !call.isHomozygous)
    }

    @Test("One allele, two copies: 1/1")
    func homozygous() throws {
        let call = try #require(genotyper.call([Fixture.allele("A", "AT", [0.0001, 0.01, 0.9899])]).first)
        #expect(call.genotype == [1, 1])
        #expect(call.quality == 40)
        #expect(call.genotypeQuality == 20)  // 0.0101
        #expect(call.likelihoods == [40, 20, 0])
        #expect(call.isHomozygous && !call.isSNV)
    }

    @Test("Two alleles of which each has one copy: 1/2, spelled against the longest REF")
    func twoAlleles() throws {
        let probabilities: [Float] = [0.01, 0.98, 0.01]
        let call = try #require(
            genotyper.call([Fixture.allele("CA", "C", probabilities), Fixture.allele("C", "T", probabilities)]).first)
        #expect(call.reference == "CA")
        #expect(call.alternates == ["C", "TA"])
        #expect(call.genotype == [1, 2])
        // In VCF's order 0/0 0/1 1/1 0/2 1/2 2/2: 0.0001, 0.0098, 0.0001, 0.0098, 0.9604, 0.0001 of 0.9803.
        #expect(call.likelihoods == [40, 20, 40, 20, 0, 40])
        #expect(call.quality == 39.91)
        #expect(call.genotypeQuality == 17)  // 0.0199 of 0.9803
    }

    @Test("Insertions, deletions and substitutions of one place get one REF")
    func spelling() throws {
        let likely: [Float] = [0.01, 0.98, 0.01]
        let spelled = [
            ([("C", "CGG"), ("C", "A")], "C", ["CGG", "A"]),
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
        #expect(call.likelihoods == [20, 0, 20])
        #expect(call.alleleDepths.count == 2)
    }

    @Test("An allele that nearly won lowers GQ, though it is not written")
    func competingAllele() throws {
        let call = try #require(
            genotyper.call([
                Fixture.allele("A", "C", [0.001, 0.998, 0.001]), Fixture.allele("A", "G", [0.501, 0.498, 0.001]),
            ]).first)
        #expect(call.alternates == ["C"])
        #expect(call.likelihoods == [30, 0, 30])
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
        #expect(doubtful.likelihoods == [1, 0, 7])
        #expect(doubtful.genotypeQuality == 3)
        #expect(doubtful.filters == ["LowQual"])
        let shallow = try #require(genotyper.call([Fixture.allele("A", "C", depth: 2, [0.01, 0.98, 0.01])]).first)
        #expect(shallow.filters == ["LowDepth"])
        let both = try #require(genotyper.call([Fixture.allele("A", "C", depth: 2, [0.4, 0.5, 0.1])]).first)
        #expect(both.filters == ["LowQual", "LowDepth"])
    }

    @Test("Certainty ends at 99")
    func ceiling() throws {
        let call = try #require(genotyper.call([Fixture.allele("A", "C", [0, 1, 0])]).first)
        #expect(call.quality == 99)
        #expect(call.genotypeQuality == 99)
        #expect(call.likelihoods == [99, 0, 99])
    }

    @Test("Of more than four alleles the likeliest four are weighed, in their own order")
    func manyAlleles() throws {
        var alleles = ["C", "G", "T", "AC", "AG", "AT"].map { Fixture.allele("A", $0, [0.95, 0.04, 0.01]) }
        alleles[1].probabilities = [0.02, 0.97, 0.01]
        alleles[5].probabilities = [0.01, 0.98, 0.01]
        let call = try #require(genotyper.call(alleles).first)
        #expect(call.alternates == ["G", "AT"])
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
}
