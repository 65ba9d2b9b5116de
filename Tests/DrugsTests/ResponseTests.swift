import Drugs
import Foundation
import NeuralNetwork
import Tasks
import Testing

/// Models of responses: fitted to a few cell lines.
struct ResponseTests {
    /// 60 lines of two tissues; gene G1 decides about drug 7, the mutation about drug 9.
    static func tables() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "response-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func write(_ name: String, _ lines: [String]) throws {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: name))
        }
        var (features, levels, pairs): ([String], [String], [String]) = ([], [], [])
        for line in 0..<60 {
            let (level, mutated) = (Double(line * 7 % 13) / 6 - 1, line % 3 == 0)
            features.append("\(line),L\(line),\(line % 2 == 0 ? "lung" : "skin"),0,\(mutated ? 1 : 0)")
            if line != 59 { levels.append("\(line)\t\(level)\t\(Double(line % 5) / 5)") }
            for drug in 0..<10 {
                let effect = drug == 7 ? 2 * level : drug == 9 && mutated ? -3 : 0
                pairs.append("\(line)\t\(drug)\t\(Double(drug) + effect)\t\(line % 5)")
            }
        }
        try write("genomics.csv", ["COSMIC_ID,SAMPLE_NAME,TISSUE_FACTOR,MSI_FACTOR,A_mut"] + features)
        try write("expression.tsv", ["COSMIC_ID\tG1\tG2"] + levels)
        try write("pairs.tsv", ["cosmic_id\tdrug_id\tln_ic50\tfold_cell"] + pairs + ["99\t1\t2.0\t0", "1\t1\tx\t0"])
        return folder
    }

    @Test("A model learns which lines respond, says the same after it was written, and names what it cannot use")
    func model() throws {
        let folder = try Self.tables()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (genomics, expression) = (
            folder.appending(path: "genomics.csv").path, folder.appending(path: "expression.tsv").path
        )
        let cells = try CellProfiles(genomics: genomics, expression: expression)
        #expect(cells.features == ["MSI_FACTOR", "A_mut"] && cells.genes == ["G1", "G2"])
        let training = try ResponseTraining(
            name: "toy", cells: cells, responses: folder.appending(path: "pairs.tsv").path, seed: 1, digests: [:],
            command: "test")
        #expect(training.problems.map(\.line) == [602, 603])
        #expect(training.problems[0].reason.contains("\"99\"") && training.problems[1].reason.contains("no number"))
        let model = try training.fit()
        let package = try model.package()
        let bytes = try package.encode()
        let read = try ResponseModel(ModelPackage(decoding: bytes))
        #expect(try read.package().encode() == bytes && read.genes == ["G1", "G2"])
        let (high, low) = (try cells.profile("11"), try cells.profile("0"))
        let (one, two) = (
            try model.predict(model.encode(high), drug: "7"), try model.predict(model.encode(low), drug: "7")
        )
        #expect(one.value > two.value + 1 && one.interval.contains(one.value) && one.drugMean == two.drugMean)
        #expect(try read.predict(read.encode(high), drug: "7") == one)
        #expect(try cells.profile("59").expression == nil)
        #expect(try model.predict(model.encode(cells.profile("59")), drug: "9").value.isFinite)
        let error = #expect(throws: DrugError.self) { try model.predict(model.encode(high), drug: "77") }
        #expect(error?.description.contains("not in the training") == true)
        #expect((model.lineage.metrics["model RMSE"] ?? 9) < (model.lineage.metrics["drug mean RMSE"] ?? 0))
    }

    @Test("The suite's model has all drugs of GDSC and says of which folds its figures are")
    func bundled() throws {
        let model = try #require(try ResponseModel.bundled("response-gdsc"))
        #expect(model.genes.count == 1000 && model.features.count == 678)
        #expect(model.lineage.metrics["drugs"] == 237 && model.lineage.split.contains("whole lines"))
        #expect(try model.catalog.find("plx4720").map(\.id) == ["1036", "1371"])
        #expect(model.catalog.directed(at: "ERBB2").contains { $0.name == "Lapatinib" })
    }
}
