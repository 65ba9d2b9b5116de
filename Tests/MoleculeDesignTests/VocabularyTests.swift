import Drugs
import MoleculeDesign
import TestSupport
import Testing

/// SMILES as tokens.
struct VocabularyTests {
    @Test(
        "Tokens are atoms, brackets, bonds and closures, and give the text back",
        arguments: [
            ("CCl", ["C", "Cl"]),
            ("BrC(B)c1c[nH]cc1", ["Br", "C", "(", "B", ")", "c", "1", "c", "[nH]", "c", "c", "1"]),
            ("C%10CC%10", ["C", "%10", "C", "C", "%10"]), ("C[N+](=O)[O-]", ["C", "[N+]", "(", "=", "O", ")", "[O-]"]),
        ])
    func tokens(_ smiles: String, _ expected: [String]) throws {
        let tokens = try SMILESVocabulary.tokens(of: smiles)
        #expect(tokens.map { SMILESVocabulary.tokens[Int($0)] } == expected)
        #expect(SMILESVocabulary.text(tokens.map { Int($0) }) == smiles)
    }

    @Test(
        "What is no token is refused, with the text that is none",
        arguments: [
            ("CC.C", "\".\""), ("C[C@H](N)O", "\"[C@H]\""), ("[Na+]", "\"[Na+]\""), ("C[nH", "not closed"),
            ("C%1", "\"%1\""),
        ])
    func refusals(_ smiles: String, _ reason: String) {
        let error = #expect(throws: DesignError.self) { try SMILESVocabulary.tokens(of: smiles) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("The vocabulary has no token twice, and the end is no text")
    func unique() {
        #expect(Set(SMILESVocabulary.tokens).count == SMILESVocabulary.count)
        #expect(SMILESVocabulary.tokens[SMILESVocabulary.end].isEmpty)
    }

    @Test(
        "Molecules of MOSES come back from their tokens",
        .enabled(if: HelicaseData.isThere, "needs HELICASE_DATA"))
    func real() throws {
        var count = 0
        let file = "drug/molecules/moses_test_visible_25k.smi.gz"
        try SMILESFile.read(HelicaseData.folder.appending(path: file).path) { _, smiles in
            count += 1
            let tokens = try SMILESVocabulary.tokens(of: smiles)
            if SMILESVocabulary.text(tokens.map { Int($0) }) != smiles { Issue.record("\(smiles) does not come back") }
        }
        #expect(count == 25_000)
    }
}
