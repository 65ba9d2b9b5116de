import Drugs
import Foundation
import MoleculeDesign
import NeuralNetwork
import TestSupport
import Testing

/// Languages of molecules, small and the suite's own.
struct LanguageTests {
    private static let smiles = [
        "CCO", "CCN", "CCC", "CCCO", "CCCN", "CC(C)O", "CC(C)N", "c1ccccc1", "Cc1ccccc1", "Oc1ccccc1", "Nc1ccccc1",
        "CCc1ccccc1", "CC(=O)O", "CC(N)=O", "CCC(=O)O", "CCOC", "CCOCC", "C1CCCCC1", "C1CCNCC1", "C1CCOCC1",
        "Clc1ccccc1",
        "Brc1ccccc1", "CC#N", "CCS",
    ]

    private static func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).smi").path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private static func language(workers: Int = 1) throws -> MoleculeLanguage {
        let path = try file(smiles.joined(separator: "\n") + "\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        var records = MoleculeRecords()
        try records.add(path: path, longest: 40)
        var options = LanguageTraining.Options()
        (options.width, options.hidden, options.epochs) = (8, 32, 60)
        (options.batch, options.shard, options.learningRate, options.spellings) = (32, 16, 1e-2, 2)
        return try LanguageTraining(
            name: "small", records: records, options: options, digests: [:], command: "test"
        ).fit(workers: workers)
    }

    @Test("Each molecule counts once, and lines that cannot be used are named")
    func records() throws {
        let path = try Self.file("CCO ethanol\nOCC\nC1CC\n[Na+].[Cl-]\n\nCCCCCCCCCCCC\nN[C@@H](C)C(=O)O\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        var records = MoleculeRecords()
        try records.add(path: path, longest: 11, workers: 2)
        #expect(records.smiles == ["CCO", "CC(N)C(=O)O"])
        #expect(records.problems.map(\.line) == [3, 4, 6])
        #expect(records.problems[0].reason.contains("unclosed ring"))
        #expect(records.problems[1].reason.contains("no token"))
        #expect(records.problems[2].reason.contains("12 tokens"))
        let table = try Self.file("id\tsmiles\n1\tCCN\n")
        defer { try? FileManager.default.removeItem(atPath: table) }
        try records.add(path: table, longest: 10)
        #expect(records.smiles.last == "CCN")
    }

    @Test("A small training has the same bytes for one thread and for two, and survives its package")
    func package() throws {
        let (one, two) = (try Self.language(), try Self.language(workers: 2))
        let bytes = try one.encode()
        #expect(one.lineage == two.lineage)
        #expect(one.network.weights == two.network.weights)
        #expect(try two.encode() == bytes)
        let read = try MoleculeLanguage(decoding: bytes)
        #expect(try read.encode() == bytes)
        #expect(
            read.network.weights == one.network.weights && read.known.contains("CCO") && !read.known.contains("CCP"))
        #expect(Set(read.examples) == Set(Self.smiles) && read.fragments.count == one.fragments.count)
        var sampler = try MoleculeSampler(read, filters: nil, seed: 1, workers: 1)
        let said = sampler.round()
        #expect(said.count { $0.molecule != nil } > said.count / 5)
    }

    @Test("A spelling follows from its seed, and is of the same molecule")
    func spellings() throws {
        let molecule = try Molecule(smiles: "C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1")
        let spellings = (0..<20).map { molecule.randomSMILES(seed: UInt32($0) << 27 + UInt32($0)) }
        let again = (0..<20).reversed().map { molecule.randomSMILES(seed: UInt32($0) << 27 + UInt32($0)) }
        #expect(spellings == Array(again.reversed()))
        #expect(Set(spellings).count > 15)
        for text in spellings { #expect(try Molecule(smiles: text).smiles == molecule.smiles) }
    }

    @Test("What is no package of a language is refused")
    func refusals() throws {
        #expect(throws: DesignError.self) { try MoleculeLanguage(decoding: [1, 2, 3]) }
        #expect(throws: DesignError.self) { try MoleculeLanguage(decoding: Safetensors.encode(tensors: [])) }
    }

    @Test("The suite's language says new molecules that pass the filters, the same for one thread and for two")
    func bundled() throws {
        let language = try #require(try MoleculeLanguage.bundled("molecules-moses"))
        let said = try [1, 2].map { workers in
            var sampler = try MoleculeSampler(language, filters: nil, seed: 5, workers: workers)
            return sampler.round()
        }
        #expect(said[0].map(\.text) == said[1].map(\.text))
        var rates = SamplingRates()
        for own in said[0] { _ = rates.count(own) }
        #expect(Double(rates.valid) > 0.75 * Double(rates.said))
        #expect(Double(rates.unique) > 0.99 * Double(rates.valid))
    }
}
