import Clinical
import Foundation
import Genomics
import Testing

@Suite("Families of phenopackets")
struct FamilyPhenopacketTests {
    private func read(_ persons: String, subject: String = "kid") throws -> PhenotypeCase {
        let text = """
            {"id": "f", "proband": {"id": "case", "subject": {"id": "\(subject)", "sex": "MALE"},
             "phenotypicFeatures": [{"type": {"id": "HP:0001250"}}]}, "pedigree": {"persons": [\(persons)]}}
            """
        return try PhenotypeCase(phenopacket: Data(text.utf8), file: "f.json")
    }

    private func person(_ name: String, _ father: String = "", _ mother: String = "0", _ status: String = "MISSING")
        -> String
    {
        """
        {"familyId": "f", "individualId": "\(name)", "paternalId": "\(father)", "maternalId": "\(mother)", "sex": "FEMALE",
         "affectedStatus": "\(status)"}
        """
    }

    @Test("A family gives its proband's terms and the blood relatives of the pedigree")
    func family() throws {
        let person = try read(
            [
                person("kid", "dad", "mum", "AFFECTED"), person("dad", "opa"), person("mum", "", "", "UNAFFECTED"),
                person("opa"), person("aunt", "opa", "", "AFFECTED"), person("uncle by marriage"),
                person("cousin", "uncle by marriage", "aunt"),
            ].joined(separator: ","))
        #expect(person.present == ["HP:0001250"])
        #expect(person.individual == "kid")
        #expect(person.family.map(\.name) == ["dad", "mum", "opa", "aunt", "cousin"])
        #expect(person.family.map(\.relation) == [.father, .mother, .other, .other, .other])
        #expect(person.family.map(\.isAffected) == [nil, false, nil, true, nil])
    }

    @Test("A pedigree that contradicts itself is refused with what is wrong")
    func refused() {
        func message(_ persons: [String]) -> String {
            let error = #expect(throws: GenomicsError.self) { try read(persons.joined(separator: ",")) }
            return error?.description ?? ""
        }
        #expect(message([person("other")]).contains("no individualId \"kid\""))
        #expect(message([person("kid"), person("kid")]).contains("kid twice"))
        #expect(message([person("kid", "dad"), person("dad", "kid")]).contains("its own forebears"))
        #expect(message([person("kid", "x", "x")]).contains("both paternalId and maternalId"))
        #expect(message([person("kid", "dad"), person("dad", "", "", "ill")]).contains("affectedStatus of dad"))
    }
}
