import Foundation
import Genomics
import Testing

@testable import Clinical

@Suite("Cases of phenotypes")
struct PhenotypeCaseTests {
    @Test("A phenopacket gives subject and features, and its answer is not read")
    func phenopacket() throws {
        let text = """
            {"id": "case-1", "subject": {"id": "p", "sex": "FEMALE", "timeAtLastEncounter": {"age": {"iso8601duration": "P6Y6M"}}},
             "phenotypicFeatures": [{"type": {"id": "HP:0001250", "label": "Seizure"}},
                                    {"type": {"id": "HP:0000365", "label": "Hearing impairment"}, "excluded": true}],
             "interpretations": [{"diagnosis": {"disease": {"id": "OMIM:1", "label": "x"}}}]}
            """
        let person = try PhenotypeCase(phenopacket: Data(text.utf8), file: "c.json")
        #expect(person.id == "case-1")
        #expect(person.sex == .female)
        #expect(abs((person.years ?? 0) - 6.5) < 1e-6)
        #expect(person.present == ["HP:0001250"])
        #expect(person.excluded == ["HP:0000365"])
    }

    @Test(
        "A damaged phenopacket is refused with what is wrong",
        arguments: [
            ("[]", "the document"), ("{\"id\": \"x\"}", "phenotypicFeatures"),
            ("{\"id\": \"x\", \"phenotypicFeatures\": [{\"kind\": 1}]}", "\"type\""),
            ("{\"id\": \"x\", \"phenotypicFeatures\": [{\"type\": {\"id\": 5}}]}", "type"),
        ])
    func damaged(text: String, word: String) {
        let error = #expect(throws: GenomicsError.self) {
            try PhenotypeCase(phenopacket: Data(text.utf8), file: "c.json")
        }
        #expect(error?.description.contains(word) == true, "\(error.debugDescription)")
    }

    @Test(
        "Ages are ISO 8601 durations",
        arguments: [("P6Y9M", 6.75), ("P1W", 7 / 365.25), ("P10D", 10 / 365.25), ("P2Y", 2.0), ("P0D", 0.0)]
            as [(String, Double)])
    func ages(text: String, years: Double) throws {
        #expect(abs(try #require(PhenotypeCase.years(iso8601: text)) - years) < 1e-9)
    }

    @Test("No ages", arguments: ["", "P", "6Y", "PY", "P6", "P1e9Y", "P-1Y", "P6X"])
    func noAges(text: String) { #expect(PhenotypeCase.years(iso8601: text) == nil) }

    @Test("A line has terms with or without their names")
    func line() throws {
        let text = #"{"id":"a","sex":"MALE","age":null,"hpo":[["HP:0001250","Seizure"],"HP:0000003"],"gene":"AAA"}"#
        let person = try PhenotypeCase(line: Array(text.utf8)[...], number: 1, file: "f")
        #expect(person.present == ["HP:0001250", "HP:0000003"])
        #expect(person.years == nil)
        #expect(throws: GenomicsError.self) { try PhenotypeCase(line: Array("{}".utf8)[...], number: 7, file: "f") }
    }

    @Test("An age that is none is named, and the case looked at without it")
    func unreadAge() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let text = #"{"id":"a","age":"P2T5M","hpo":["HP:0001250"]}"#
        let person = try PhenotypeCase(line: Array(text.utf8)[...], number: 1, file: "f")
        #expect(person.years == nil)
        let terms = ResolvedCase(person, try files.ontology())
        #expect(terms.remarks.map(\.kind) == [.unreadAge])
        #expect(terms.remarks.map(\.isLoss) == [false])
    }

    @Test("Terms are replaced, left out or kept, and each change is named")
    func resolved() throws {
        let files = try PhenotypeFixture()
        defer { files.remove() }
        let ontology = try files.ontology()
        let person = PhenotypeCase(
            id: "a", present: ["HP:0009999", "HP:0001250", "HP:7654321", "HP:0000005"],
            excluded: ["HP:0001250", "HP:0008888", "HP:0000003"])
        let terms = ResolvedCase(person, ontology)
        #expect(terms.present.map { ontology.terms[$0].id } == ["HP:0001250"])
        #expect(terms.excluded.map { ontology.terms[$0].id } == ["HP:0000003"])
        #expect(terms.remarks.map(\.kind) == [.replaced, .unusable, .notPhenotypic, .unusable, .contradictory])
        #expect(terms.remarks.count(where: \.isLoss) == 2)
    }
}
