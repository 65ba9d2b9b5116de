import Genomics
import Testing

@testable import Clinical

@Suite("Annotations of phenotypes")
struct PhenotypeAnnotationTests {
    @Test(
        "A frequency is a count, a class or a percentage",
        arguments: [
            ("3/7", AnnotatedFrequency.counted(3, of: 7)), ("HP:0040281", .share(0.9)), ("25%", .share(0.25)),
            ("", .unknown), ("0/0", .unknown),
        ])
    func frequency(text: String, expected: AnnotatedFrequency) { #expect(AnnotatedFrequency(text) == expected) }

    @Test(
        "No frequency",
        arguments: ["8/7", "-1/7", "x", "120%", "nan%", "1/2/3", "HP:0000001", "99999999999999999999/1"])
    func noFrequency(text: String) { #expect(AnnotatedFrequency(text) == nil) }

    @Test("Who has a phenotype has what it is a kind of, as often")
    func spread() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let knowledge = try files.knowledge()
        let cyst = try #require(knowledge.ontology.resolve("HP:0000003").term)
        let renal = try #require(knowledge.ontology.resolve("HP:0000107").term)
        let disease = try #require(knowledge.diseases.firstIndex { $0.id == "OMIM:1" })
        let profile = knowledge.profiles[disease]
        #expect(profile.entry(of: cyst)?.frequency == Float(9.3) / 11)
        #expect(profile.entry(of: renal)?.frequency == Float(9.3) / 11)
        #expect(profile.direct.map { Int($0.term) }.contains(renal) == false)
        #expect(knowledge.traits[disease].isRecessive)
        // Of two OMIM diseases one has it; Orphanet's does not count.
        #expect(abs(knowledge.background[renal] - Float(9.3) / 22) < 1e-6)
    }

    @Test("Without a paper a disease lacks what was curated from it, and one that is ruled out is all but absent")
    func withoutPaper() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let knowledge = try files.knowledge()
        let deaf = try #require(knowledge.ontology.resolve("HP:0000365").term)
        let cyst = try #require(knowledge.ontology.resolve("HP:0000003").term)
        let disease = try #require(knowledge.diseases.firstIndex { $0.id == "OMIM:1" })
        let profile = knowledge.profile(of: disease, without: ["PMID:1"])
        #expect(profile.entry(of: cyst) == nil)
        #expect(profile.entry(of: deaf) != nil)
        let epileptic = try #require(knowledge.diseases.firstIndex { $0.id == "OMIM:2" })
        #expect(knowledge.profiles[epileptic].entry(of: deaf)?.frequency == 0.02)
        #expect(knowledge.diseases(rulingOut: deaf) == [epileptic])
    }

    @Test("A damaged row is refused with its line and field, and a foreign term is counted in a remark")
    func damaged() throws {
        let files = try PhenotypeFixture(
            rows: PhenotypeFixture.rows + ["OMIM:2\tEpileptic\t\tHP:0001250\tPMID:3\tPCS\t\tmost\t\t\tP\tx"])
        defer { files.remove() }
        let error = #expect(throws: GenomicsError.self) { try files.knowledge() }
        #expect(error?.field == "frequency")
        #expect(error?.message.hasPrefix("line 9:") == true, "\(error.debugDescription)")

        let foreign = try PhenotypeFixture(
            rows: PhenotypeFixture.rows + ["OMIM:2\tEpileptic\t\tHP:7654321\tPMID:3\tPCS\t\t1/1\t\t\tP\tx"])
        defer { foreign.remove() }
        #expect(try foreign.knowledge().remarks.contains { $0.contains("HP:7654321") })
    }
}
