import Clinical
import Genomics
import Testing

@Suite("The ontology of phenotypes")
struct PhenotypeOntologyTests {
    @Test("Parents come before children whatever the order of the file")
    func order() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let ontology = try files.ontology()
        #expect(ontology.version == "hp/releases/2030-01-01")
        #expect(ontology.terms.count == 7)
        for (number, term) in ontology.terms.enumerated() { #expect(term.parents.allSatisfy { $0 < number }) }
        let cyst = try #require(ontology.resolve("HP:0000003").term)
        let renal = try #require(ontology.resolve("HP:0000107").term)
        #expect(ontology.isKind(cyst, of: renal))
        #expect(!ontology.isKind(renal, of: cyst))
    }

    @Test("Merged and obsolete terms lead to those that replace them, and others say what they are")
    func replaced() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let ontology = try files.ontology()
        let seizure = try #require(ontology.resolve("HP:0001250").term)
        #expect(ontology.resolve("HP:0009999") == .replaced(seizure))
        #expect(ontology.resolve("HP:0004715").term == ontology.resolve("HP:0000107").term)
        #expect(ontology.resolve("HP:0008888") == .obsolete(consider: ["HP:0000365"]))
        #expect(ontology.resolve("HP:7777777") == .unknown)
    }

    @Test("A cycle, a parent that is missing and a term that is twice there are refused with their line")
    func damaged() throws {
        let cases = [
            (
                "is_a: HP:0000001 ! All\n\n[Term]\nid: HP:0000005", "is_a: HP:0000003\n\n[Term]\nid: HP:0000005",
                "ancestor"
            ),
            ("is_a: HP:0000107 ! Renal cyst", "is_a: HP:1234567", "no term of the file"),
            ("id: HP:0000365", "id: HP:0001250", "two terms"),
        ]
        for (text, damage, word) in cases {
            let files = try PhenotypeFixture(obo: PhenotypeFixture.obo.replacing(text, with: damage))
            defer { files.remove() }
            let error = #expect(throws: GenomicsError.self) { try files.ontology() }
            #expect(error?.message.contains(word) == true, "\(error.debugDescription)")
            #expect(error?.message.hasPrefix("line ") == true)
        }
    }
}
