import Drugs
import Foundation
import NeuralNetwork
import Tasks
import Testing

/// Models of properties: fitted to a few molecules, and those that come with the suite.
struct PropertyTests {
    /// Chains and rings with a value that follows from what they hold.
    private static func table(_ rows: [String]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "property-\(UUID()).tsv").path
        try Data(("name\tsmiles\tvalue\n" + rows.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
        return path
    }

    private static let heads = ["O", "N", "Cl", "C(=O)O", "c1ccccc1", "C#N"]

    private static var molecules: [String] {
        (0..<72).map { (index: Int) -> String in
            let (length, head) = (index / heads.count + 1, index % heads.count)
            let smiles = String(repeating: "C", count: length) + heads[head]
            return "m\(index)\t\(smiles)\t\(Double(length - head))"
        }
    }

    @Test("Rows without use are named by line, and spellings of one molecule are one record with the mean value")
    func records() throws {
        let path = try Self.table(["a\tCCO\t1", "b\tOCC\t3", "c\tC1CC\t1", "d\tCCN\tlow", "e\tCCN", "f\tCCC\t2"])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let records = try PropertyRecords(path: path)
        #expect(records.molecules.map(\.smiles) == ["CCO", "CCC"] && records.values == [2, 2])
        #expect(records.problems.map(\.line) == [4, 5, 6])
        #expect(records.problems[0].reason.contains("unclosed ring"))
        #expect(records.problems[1].reason.contains("no number"))
    }

    @Test("A model learns, says the same of every spelling, after it was written too, and its bytes do not change")
    func model() throws {
        let path = try Self.table(Self.molecules)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let training = try PropertyTraining(
            name: "toy", records: PropertyRecords(path: path), options: .init(), digests: [:], command: "test")
        let model = try training.fit()
        let package = try model.package()
        let bytes = try package.encode()
        #expect(try training.fit().package().encode() == bytes)
        let read = try PropertyModel(ModelPackage(decoding: bytes))
        #expect(
            try read.package().encode() == bytes && read.name == "toy" && read.kind == .value && read.trainedOn == 72)
        let one = try model.predict(Molecule(smiles: "CCCCCO"))
        #expect(try read.predict(Molecule(smiles: "OCCCCC")) == one)
        #expect(abs(one.value - 5) < 0.5 && one.interval.contains(one.value) && one.similarity == 1)
        // What is far away is said to be.
        let far = try model.predict(Molecule(smiles: "[Pt+2].[S-2]"))
        #expect(far.similarity < 0.3 && far.value.isFinite)
        for figure in [
            "model RMSE", "fragments alone RMSE", "ridge RMSE", "model RMSE, fold 4", "coverage of 90 % intervals",
        ] {
            #expect(model.lineage.metrics[figure] != nil, "\(figure)")
        }
    }

    @Test("A file that is no model, or one whose parts do not fit, is refused")
    func refusals() throws {
        let path = try Self.table(Self.molecules)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let records = try PropertyRecords(path: path)
        let model = try PropertyTraining(
            name: "toy", records: records, options: .init(), digests: [:], command: "test"
        ).fit()
        let package = try model.package()
        let bytes = try package.encode()
        #expect(throws: (any Error).self) { try ModelPackage(decoding: Array(bytes.dropLast(8))) }
        #expect(throws: DrugError.self) { try AffinityModel(package) }
        var lacking = package
        lacking.tables.removeLast()
        #expect(throws: DrugError.self) { try PropertyModel(lacking) }
        lacking = package
        lacking.weights.append(1)
        #expect(throws: DrugError.self) { try PropertyModel(lacking) }
        #expect(throws: DrugError.self) {
            let few = try Self.table(["a\tCCO\t1"])
            defer { try? FileManager.default.removeItem(atPath: few) }
            _ = try PropertyTraining(
                name: "few", records: PropertyRecords(path: few), options: .init(), digests: [:], command: "")
        }
    }

    @Test("The suite's models say what is known of well-known molecules", arguments: PropertyTask().bundled.names)
    func bundled(_ name: String) throws {
        let model = try #require(try PropertyModel.bundled(name))
        let prediction = try model.predict(Molecule(smiles: "CCCCCCCC"))
        #expect(prediction.interval.contains(prediction.value) && model.lineage.command.contains(name))
        let spelling = try model.predict(Molecule(smiles: "C(CCCCC)CC"))
        #expect(spelling == prediction)
        if name == "admet-esol" { #expect((-7 ... -4).contains(prediction.value)) }
        if name == "admet-bbbp" { #expect(prediction.value > 0.7) }
    }
}
