import Drugs
import Foundation
import Testing

/// One profile and all drugs: what is told, what is not, why, and when nothing is said.
struct ResponseProfileTests {
    /// A model of 60 lines: gene G1 moves drug 7, the mutation drug 9.
    private static func model(_ folder: URL) throws -> ResponseModel {
        let cells = try CellProfiles(
            genomics: folder.appending(path: "genomics.csv").path,
            expression: folder.appending(path: "expression.tsv").path)
        return try ResponseTraining(
            name: "toy", cells: cells, responses: folder.appending(path: "pairs.tsv").path,
            catalog: DrugCatalog([.init(id: "9", name: "Niner", targets: "A, B")]), seed: 1, digests: [:],
            command: "test"
        ).fit()
    }

    private static func read(_ text: String, _ model: ResponseModel, _ folder: URL) throws -> ProfileTable {
        let path = folder.appending(path: "profile.tsv")
        try Data(text.utf8).write(to: path)
        return try ProfileTable(path: path.path, model: model)
    }

    @Test("A profile's reasons add up to the deviation from the drug's mean, and the gene that decides comes first")
    func reasons() throws {
        let folder = try ResponseTests.tables()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try Self.model(folder)
        let table = try Self.read(
            "feature\tvalue\r\nA_mut\t1\r\nG1\t1\r\nG2\t0.4\r\ntissue\tlung\r\nMSI\t0\r\n", model, folder)
        #expect(table.problems.isEmpty && table.unknown.isEmpty && table.profile.tissue == "lung")
        let outlook = try model.outlook(table.profile)
        #expect(outlook.objections.isEmpty && outlook.entries.count == 10)
        #expect(outlook.basis.hasPrefix("expression, mutations"))
        for entry in outlook.entries {
            #expect(abs(entry.reasons.reduce(0) { $0 + $1.contribution } - entry.deviation) < 1e-9)
            #expect(abs(entry.blocks.values.reduce(0, +) - entry.deviation) < 1e-9)
            #expect(entry.prediction.interval.contains(entry.prediction.value))
        }
        let niner = try #require(outlook.entries.first { $0.drug.id == "9" })
        // The whole effect, -3 less its mean: what is beyond doubt is not shrunk.
        #expect(niner.drug.name == "Niner" && abs(niner.deviation + 2) < 0.1)
        #expect(niner.reasons.first?.name == "A" && niner.reasons.first?.parts.map(\.what) == ["mutation"])
        let seven = try #require(outlook.entries.first { $0.drug.id == "7" })
        #expect(seven.deviation > 0.5 && seven.reasons.first?.name == "G1")
    }

    @Test("What is not told is said and does not count as 0; without expression other weights and intervals are used")
    func untold() throws {
        let folder = try ResponseTests.tables()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try Self.model(folder)
        func outlook(_ text: String) throws -> ResponseOutlook {
            try model.outlook(try Self.read("feature\tvalue\n" + text, model, folder).profile)
        }
        func niner(_ outlook: ResponseOutlook) throws -> ResponseOutlook.Entry {
            try #require(outlook.entries.first { $0.drug.id == "9" })
        }
        let mutated = try outlook("A_mut\t1\nMSI\t0\ntissue\tskin\n")
        #expect(mutated.basis == "mutations, copy numbers, tissue")
        #expect(mutated.remarks.contains { $0.contains("no levels of expression") })
        #expect(try niner(mutated).deviation < -1)
        let tissue = try outlook("tissue\tskin\n")
        let wild = try outlook("tissue\tskin\nA_mut\t0\nMSI\t0\n")
        #expect(tissue.basis == "tissue" && tissue.remarks.contains { $0.contains("no mutations") })
        // The mean line is mutated a little, the wild type not at all.
        #expect(try niner(wild).deviation > niner(tissue).deviation + 0.3)
        #expect(try niner(wild).reasons.contains { $0.name == "A" && $0.parts[0].what == "no mutation" })
        let half = try outlook("G1\t1\n")
        #expect(half.basis == "expression" && half.remarks.contains { $0.contains("1 of 2 levels of expression") })
        let foreign = try outlook("tissue\tmoon\nA_mut\t1\n")
        #expect(foreign.remarks.contains { $0.contains("\"moon\"") && $0.contains("lung, skin") })
        #expect(throws: DrugError.self) { try outlook("tissue\tmoon\n") }
    }

    @Test("Lines of a profile that cannot be used are named; of two for one feature neither counts")
    func flaws() throws {
        let folder = try ResponseTests.tables()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try Self.model(folder)
        let table = try Self.read(
            "feature\tvalue\nA_mut\t1\nZZZ_mut\t1\nA_mut\t0\nG1\tx\nMSI\t0.5\nG2\t1\t7\ntissue\t\n", model, folder)
        #expect(table.problems.map(\.line) == [4, 5, 6, 7, 8] && table.unknown == ["ZZZ_mut"])
        #expect(table.problems[0].reason.contains("line 2 already") && table.problems[1].reason.contains("no number"))
        #expect(table.profile == ResponseProfile(genes: 2, features: 2))
        #expect(throws: DrugError.self) { try Self.read("feature\tvalue\n", model, folder) }
        #expect(throws: (any Error).self) { try Self.read("A_mut\t1\n", model, folder) }
    }

    @Test("A profile unlike all lines of the training is objected to, with what is unlike")
    func abstention() throws {
        let folder = try ResponseTests.tables()
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = try Self.model(folder)
        let far = try model.outlook(Self.read("feature\tvalue\nG1\t900\nG2\t-300\n", model, folder).profile)
        #expect(far.objections.count == 1 && far.objections[0].hasPrefix("expression is"))
        let usual = try model.outlook(Self.read("feature\tvalue\nG1\t0.5\nG2\t0.2\n", model, folder).profile)
        #expect(usual.objections.isEmpty)
    }

    @Test(
        "Calls tell the mutated genes by old and new symbols, of the others that they are not, and nothing of fusions")
    func calls() throws {
        let model = try #require(try ResponseModel.bundled("response-gdsc"))
        var profile = ResponseProfile(genes: model.genes.count, features: model.features.count)
        let place = try #require(model.features.firstIndex(of: "TP53_mut"))
        profile.features[place] = 0
        let set = profile.tellMutations(["BRAF", "KMT2D", "TP53", "NOGENE"], model: model)
        #expect(set == ["BRAF_mut", "MLL2_mut"] && profile.features[place] == 0)
        func value(_ name: String) -> Double? { model.features.firstIndex(of: name).flatMap { profile.features[$0] } }
        #expect(value("KRAS_mut") == 0 && value("HLA-A_mut") == 0)
        #expect(value("BCR-ABL_mut") == nil && value("MSI_FACTOR") == nil)
        #expect(profile.features.count { $0 != nil } == 267)
    }

    @Test("A drug is found by identifier and name in any spelling, all its screens at once, else the nearest are named")
    func catalog() throws {
        let catalog = DrugCatalog([
            .init(id: "1", name: "Nutlin-3a (-)", targets: "MDM2"), .init(id: "2", name: "PLX-4720", targets: "BRAF"),
            .init(id: "3", name: "PLX-4720", targets: "BRAF"), .init(id: "4", targets: "PDK1 (PDPK1), AURKB"),
        ])
        #expect(try catalog.find("nutlin-3a").map(\.id) == ["1"] && catalog.find("2").map(\.id) == ["2"])
        #expect(try catalog.find("plx4720").map(\.id) == ["2", "3"])
        let error = #expect(throws: DrugError.self) { try catalog.find("Nutlin-3b") }
        #expect(error?.description.contains("nearest names are Nutlin-3a (-)") == true)
        #expect(catalog.directed(at: "PDPK1").map(\.id) == ["4"] && catalog.directed(at: "PDK").isEmpty)
    }
}
