import Clinical
import Testing

@Suite("Criteria of frequency")
struct FrequencyCriteriaTests {
    private func assess(
        _ criterion: Criterion, gene: String = "NOSUCHGENE", _ frequencies: [PopulationFrequency],
        contig: String = "chr1", coding: String? = nil,
        options: VariantAssessor.Options = ClassificationFixture.compared
    ) throws -> CriterionAssessment {
        let consequence = ClassificationFixture.consequence(gene, "missense_variant", coding: coding)
        return try ClassificationFixture.assess(
            criterion, ClassificationFixture.allele(consequence, contig: contig, frequencies: frequencies),
            options: options)
    }

    @Test("A frequency is benign where its lower bound is above the threshold, not where few chromosomes say so")
    func bounds() throws {
        let many = [ClassificationFixture.frequency(600, of: 10_000)]
        let few = [ClassificationFixture.frequency(3, of: 50)]
        #expect(try assess(.ba1, many).word == "BA1")
        #expect(try assess(.ba1, many).reason.contains("600 of 10000 chromosomes"))
        #expect(try assess(.bs1, many).word == "not met")
        #expect(try assess(.ba1, few).word == "not met")
        // 6 % of 50 is at least 2 %, with 95 %.
        #expect(try assess(.bs1, few).word == "BS1")
        #expect(try assess(.bs1, [ClassificationFixture.frequency(1, of: 50)]).word == "not met")
    }

    @Test("The greatest frequency of a population of enough chromosomes counts, not that of founders")
    func populations() throws {
        func population(_ name: String, _ number: Int) -> [PopulationFrequency] {
            [
                ClassificationFixture.frequency(20, of: 200_000),
                ClassificationFixture.frequency(number / 10, of: number, population: name),
            ]
        }
        #expect(try assess(.ba1, population("afr", 10_000)).word == "BA1")
        #expect(try assess(.ba1, population("fin", 10_000)).word == "not met")
        #expect(try assess(.ba1, population("afr", 1_000)).word == "not met")
    }

    @Test("An allele is rare where enough chromosomes were looked at to say so")
    func rareness() throws {
        #expect(try assess(.pm2, [ClassificationFixture.frequency(0, of: 150_000)]).word == "PM2_Supporting")
        #expect(try assess(.pm2, [ClassificationFixture.frequency(1, of: 250_000)]).word == "PM2_Supporting")
        #expect(try assess(.pm2, [ClassificationFixture.frequency(9, of: 150_000)]).word == "not met")
        let few = try assess(.pm2, [ClassificationFixture.frequency(0, of: 5_000)])
        #expect(few.word == "not evaluable" && few.reason.contains("5000 chromosomes"))
    }

    @Test("An allele that no source has is rare; where no source was looked at nothing is said")
    func absence() throws {
        #expect(try assess(.pm2, []).word == "PM2_Supporting")
        #expect(try assess(.ba1, []).word == "not met")
        for criterion in [Criterion.pm2, .ba1, .bs1, .bs2] {
            let found = try assess(criterion, [], options: .init())
            #expect(found.word == "not evaluable" && found.reason.contains("helicase annotate"))
        }
    }

    @Test("A panel's thresholds and strengths count for its gene, and are said")
    func panels() throws {
        // PAH: BA1 0.015, BS1 0.002, PM2 0.0002.
        let common = [ClassificationFixture.frequency(400, of: 20_000)]
        #expect(try assess(.ba1, gene: "PAH", common).word == "BA1")
        #expect(try assess(.ba1, gene: "PAH", common).reason.contains("Phenylketonuria VCEP"))
        #expect(try assess(.ba1, common).word == "not met")
        #expect(
            try assess(.pm2, gene: "PAH", [ClassificationFixture.frequency(20, of: 150_000)]).word == "PM2_Supporting")
        #expect(try assess(.bs2, gene: "MYH7", common).reason.contains("does not use BS2"))
    }

    @Test("The nine exceptions of BA1 are not benign for being common")
    func exceptions() throws {
        let common = [ClassificationFixture.frequency(2_000, of: 20_000)]
        #expect(try assess(.ba1, gene: "HFE", common, coding: "c.845G>A").word == "not met")
        #expect(try assess(.ba1, gene: "HFE", common, coding: "c.846G>A").word == "BA1")
    }

    @Test("Homozygotes of populations speak against a recessive disease")
    func homozygotes() throws {
        func word(_ count: Int?) throws -> String {
            try assess(.bs2, gene: "LARP7", [ClassificationFixture.frequency(40, of: 200_000, homozygotes: count)]).word
        }
        #expect(try word(7) == "BS2")
        #expect(try word(3) == "BS2_Supporting")
        #expect(try word(2) == "not met")
        #expect(try word(nil) == "not evaluable")
    }

    @Test("The mitochondrion has thresholds of its own")
    func mitochondrion() throws {
        let frequencies = [ClassificationFixture.frequency(1_200, of: 60_000)]
        #expect(try assess(.ba1, frequencies, contig: "chrM").word == "BA1")
        #expect(try assess(.ba1, frequencies).word == "not met")
    }
}
