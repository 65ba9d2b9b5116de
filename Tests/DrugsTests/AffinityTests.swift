import Foundation
import LinearAlgebra
import NeuralNetwork
import Tasks
import Testing

@testable import Drugs

/// Models of affinities: fitted to a few pairs.
struct AffinityTests {
    private static let drugs = (1...12).map { (length: Int) -> String in
        String(repeating: "C", count: length) + (length % 2 == 0 ? "O" : "N")
    }
    private static let letters = Array("ACDEFGHIKLMNPQRSTVWY")
    private static let sequences = (0..<10).map { (index: Int) -> String in
        let (pace, start) = (index % 5 + 1, index / 5)
        return String((0..<40).map { (place: Int) -> Character in letters[(place * pace + start) % 20] })
    }

    /// A folder with the three tables, every pair but a tenth of them measured.
    private static func tables(drugs: [String] = drugs, pairs: [String]? = nil) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "affinity-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func write(_ name: String, _ lines: [String]) throws {
            try Data((lines.joined(separator: "\r\n") + "\r\n").utf8).write(to: folder.appending(path: name))
        }
        try write("drugs.tsv", ["index\tdrug_id\tcanonical_smiles"] + drugs.enumerated().map { "\($0)\td\t\($1)" })
        try write(
            "proteins.tsv", ["index\tprotein_id\tsequence"] + sequences.enumerated().map { "\($0)\tp\($0)\t\($1)" })
        let all = (0..<120).map { (index: Int) -> String in
            let (drug, protein) = (index % 12, index / 12)
            let together = Double(drug % 2) * Double(protein % 5)
            let value = 5 + together + 0.1 * Double(drug)
            return "\(index)\t\(drug)\t\(protein)\t\(value)\t\(index * 7 % 5)"
        }
        try write("pairs.tsv", ["pair\tdrug\tprotein\taffinity\tfold"] + (pairs ?? all))
        return folder
    }

    private static func records(_ folder: URL) throws -> AffinityRecords {
        let tables = try AffinityTables(
            drugs: folder.appending(path: "drugs.tsv").path, proteins: folder.appending(path: "proteins.tsv").path)
        return try AffinityRecords(tables: tables, pairs: folder.appending(path: "pairs.tsv").path)
    }

    @Test("A model learns what drug and protein do together, and says the same after it was written")
    func model() throws {
        let folder = try Self.tables()
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = AffinityTraining.Options()
        options.coldFolds = 3
        let training = try AffinityTraining(
            name: "toy", records: Self.records(folder), options: options, digests: [:], command: "test")
        let model = try training.fit()
        let package = try model.package()
        let bytes = try package.encode()
        let read = try AffinityModel(ModelPackage(decoding: bytes))
        #expect(try read.package().encode() == bytes)
        let protein = try Protein(name: "p4", sequence: Self.sequences[4])
        let drug = try model.encode(Molecule(smiles: "OCC"))
        let one = model.predict(drug, model.encode(protein))
        #expect(drug.isKnown && one.interval.contains(one.value) && abs(one.value - 9.1) < 0.6)
        #expect(try read.predict(read.encode(Molecule(smiles: "CCO")), read.encode(protein)) == one)
        // A drug that was never seen is told apart and has a wider interval.
        let new = try model.encode(Molecule(smiles: "c1ccccc1CBr"))
        let other = model.predict(new, model.encode(protein))
        #expect(!new.isKnown && new.similarity < drug.similarity)
        let width = { (interval: ClosedRange<Double>) in interval.upperBound - interval.lowerBound }
        #expect(width(other.interval) >= width(one.interval))
        let metrics = model.lineage.metrics
        #expect((metrics["known: CI"] ?? 0) > 0.9 && metrics["both unseen: CI"] != nil)
        #expect((metrics["known: MSE"] ?? 9) < (metrics["drug unseen: MSE"] ?? 0))
    }

    @Test("Members join the first founder that they are alike enough")
    func groups() {
        let kernel = Matrix([[1, 0.4, 0.1, 0.2], [0.4, 1, 0.9, 0], [0.1, 0.9, 1, 0.3], [0.2, 0, 0.3, 1]])
        #expect(LikenessGroups.founders(kernel, least: 0.3) == [0, 0, 2, 2])
        #expect(LikenessGroups.founders(kernel, least: 0.5) == [0, 1, 1, 3])
    }

    @Test(
        "A model that begins with another set's measurements knows drugs that its own set lacks, and is the same when read again"
    )
    func earlierSet() throws {
        // Own pairs: amines bind and alcohols do not. Bromides bind too, which the earlier set alone tells, in another unit.
        let others = Self.drugs.map { $0.dropLast() + "Br" } + (1...12).map { String(repeating: "C", count: $0) + "F" }
        let own = try Self.tables()
        let before = try Self.tables(
            drugs: others + ["CCO"],
            pairs: (0..<250).map { (index: Int) -> String in
                let (drug, protein) = (index % 25, index / 25)
                let value = drug == 24 ? 900 : drug < 12 ? -40 : 20
                return "\(index)\t\(drug)\t\(protein)\t\(value)\t0"
            })
        defer { for folder in [own, before] { try? FileManager.default.removeItem(at: folder) } }
        func training(_ earlier: AffinityRecords?) throws -> AffinityModel {
            var options = AffinityTraining.Options()
            options.coldFolds = 3
            return try AffinityTraining(
                name: "toy", records: Self.records(own), earlier: earlier, options: options, digests: [:],
                command: "test"
            ).fit()
        }
        let (alone, after) = (try training(nil), try training(try Self.records(before)))
        // The drug of both sets is left out: its outlandish values would spoil the line.
        #expect(after.lineage.metrics["earlier drugs left out, which are in the set"] == 1)
        #expect(after.lineage.metrics["earlier pairs"] == 240 && alone.lineage.metrics["earlier pairs"] == nil)
        let protein = try Protein(name: "p4", sequence: Self.sequences[4])
        func difference(_ model: AffinityModel) throws -> Double {
            func value(_ smiles: String) throws -> Double {
                model.predict(try model.encode(Molecule(smiles: smiles)), model.encode(protein)).value
            }
            return try value("CCCCBr") - value("CCCCF")
        }
        // Nothing of its own tells bromides and fluorides apart but what fragments they share with the rest.
        #expect(try abs(difference(after)) > abs(difference(alone)) + 0.05)
        let bytes = try after.package().encode()
        let read = try AffinityModel(ModelPackage(decoding: bytes))
        #expect(try read.package().encode() == bytes)
        #expect(try difference(read) == difference(after))
    }

    @Test("Pairs that cannot be used are named with the reason; the others are read")
    func problems() throws {
        let folder = try Self.tables(
            drugs: ["CCO", "C1CC", "CCN"],
            pairs: ["0\t0\t0\t5\t0", "1\t1\t0\t5\t0", "2\t9\t0\t5\t0", "3\t2\t77\t5\t0", "4\t2\t1\tx\t0", "5\t2\t1\t6"])
        defer { try? FileManager.default.removeItem(at: folder) }
        let records = try Self.records(folder)
        #expect(records.count == 1 && records.problems.map(\.line) == [3, 4, 5, 6, 7])
        let reasons = records.problems.map(\.reason)
        #expect(reasons[0].contains("unclosed ring") && reasons[1].contains("no drug of the index \"9\""))
        #expect(reasons[2].contains("no protein of the index \"77\"") && reasons[3].contains("no number"))
    }

    @Test("A letter that is no amino acid is named with its place")
    func residues() {
        let error = #expect(throws: DrugError.self) { try Protein(name: "", sequence: "MKJL") }
        #expect(error?.description.contains("residue 3") == true && error?.description.contains("\"J\"") == true)
        #expect(throws: DrugError.self) { try Protein(name: "", sequence: "") }
    }
}
