import Foundation
import LinearAlgebra
import NeuralNetwork
import Tasks
import Testing

@testable import Drugs

/// The tasks of molecules as the stages of the suite run them: records, examples, scores.
struct DrugTaskTests {
    private static func folder(_ files: [String: [String]]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drugs-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, lines) in files {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: name))
        }
        return folder
    }

    /// The scores of a table through all stages, each batch as the bytes that travel.
    private static func scores(
        _ task: any ItemTask, _ package: ModelPackage, _ path: String, _ options: [String: String] = [:],
        bytes: Int = 1 << 20, workers: Int = 1
    ) async throws -> [Score] {
        var inputs = ItemInputs(paths: [path], options: options)
        inputs.options = task.options(of: inputs, for: package)
        _ = try task.resultForm(of: inputs)
        let model = try task.model(package)
        let source = try task.source(path, of: inputs)
        var scores: [Score] = []
        while let batch = try source.nextBatch(bytes: bytes) {
            let examples = try task.examples(of: ItemBatch(decoding: batch.encode()))
            scores += try await model.scores(
                [task.examples(decoding: examples.encode())], workers: workers)[0]
        }
        return scores
    }

    @Test(
        "A molecule's property is that of the model, whatever its spelling; what is none is named, the others are scored"
    )
    func property() async throws {
        let folder = try Self.folder(["m.tsv": ["name\tsmiles", "a\tCCO", "b\tC1CC", "c\tOCC", "d\t", "e\tc1ccccc1"]])
        defer { try? FileManager.default.removeItem(at: folder) }
        let package = try #require(try PropertyTask().bundled.package("admet-esol"))
        let scores = try await Self.scores(PropertyTask(), package, folder.appending(path: "m.tsv").path)
        let own = try PropertyModel(package).predict(Molecule(smiles: "CCO"))
        #expect(
            scores[0].values.prefix(3) == [
                Float(own.value), Float(own.interval.lowerBound), Float(own.interval.upperBound),
            ])
        #expect(scores[2] == scores[0] && scores[4].values.count == 4)
        #expect(scores[1].problem?.contains("unclosed ring") == true && scores[3].problem?.contains("empty") == true)
    }

    @Test("Pairs have the same scores in batches of any size; each drug and protein travels once a batch")
    func affinity() async throws {
        let sequences = [
            "MKKFFDSRREQGGSGLGSGSSGGGGSTSGLGSGYIGRVFGIGRQQVTVDEVLAEGGFAIVFLVRTSNGMKCALKRMFVNNEHDL", "MSTK", "MJ",
        ]
        let folder = try Self.folder([
            "d.tsv": ["index\tsmiles", "0\tCC1=C2C=C(C=CC2=NN1)C3=CC=CN=C3", "1\tCCO", "2\tC1CC", "3\tCCN"],
            "p.tsv": ["index\tsequence"] + sequences.enumerated().map { "\($0)\t\($1)" },
            "t.tsv": [
                "drug\tprotein\taffinity", "0\t0\t5", "1\t0\t5", "2\t0\t5", "0\t1\t5", "0\t2\t5", "9\t1\t5", "1\t1\t5",
                "3\t2\t5",
                "3\t1\t5",
            ],
        ])
        defer { try? FileManager.default.removeItem(at: folder) }
        let options = ["drugs": folder.appending(path: "d.tsv").path, "proteins": folder.appending(path: "p.tsv").path]
        let package = try #require(try AffinityTask().bundled.package("affinity-davis"))
        let path = folder.appending(path: "t.tsv").path
        let scores = try await Self.scores(AffinityTask(), package, path, options)
        #expect(scores.map { $0.problem == nil } == [true, true, false, true, false, false, true, false, true])
        #expect(
            scores[2].problem?.contains("unclosed ring") == true && scores[4].problem?.contains("residue 2") == true)
        #expect(scores[5].problem?.contains("no drug of the index \"9\"") == true)
        #expect(try await Self.scores(AffinityTask(), package, path, options, bytes: 1, workers: 2) == scores)
        let batch = try #require(
            try AffinityTask().source(path, of: ItemInputs(paths: [path], options: options)).nextBatch(bytes: 1 << 20))
        #expect(batch.items.count { !($0.fields.last ?? []).isEmpty } == 2)
        // A batch that lost what its pairs name is not scored by halves.
        var torn = batch
        torn.items.removeFirst()
        let subjects = try AffinityTask().examples(of: torn).subjects
        #expect(subjects[0].problem?.contains("described nowhere") == true)
    }

    @Test(
        "What the model says of a known pair is what its network says of the two kernels beside what it begins with; of a new one the mean of both steps",
        // More proteins than drugs, and more drugs than proteins.
        arguments: ["affinity-davis", "affinity-kiba"])
    func network(_ name: String) throws {
        let package = try #require(try AffinityTask().bundled.package(name))
        let model = try AffinityModel(package)
        let fitted = model.own.fitted
        let molecule = try Molecule(smiles: fitted.drugs.keys[3])
        let protein = fitted.proteins.proteins[7]
        let (drug, encoded) = (try model.encode(molecule), model.encode(protein))
        func beginning(_ drug: AffinityModel.EncodedDrug) throws -> Double {
            guard let earlier = model.earlier else { return 0 }
            return earlier.value(try #require(drug.earlier), try #require(encoded.earlier))
        }
        let own = model.predict(drug, encoded)
        let (drugKernel, drugPlace, _) = try fitted.drugs.values(molecule)
        let (proteinKernel, proteinPlace, _) = fitted.proteins.values(protein)
        let inputs =
            fitted.joined(drug: drugKernel, place: drugPlace)
            + fitted.joined(protein: proteinKernel, place: proteinPlace)
        let said = try InferenceModel(package).predict(inputs.map { Float($0) }, count: 1)
        #expect(said.count == 1)
        #expect(try abs(Double(said[0]) + beginning(drug) - own.value) < 1e-4)
        let new = try model.encode(Molecule(smiles: "CCOC(=O)c1ccccc1N"))
        let both = model.predict(new, encoded)
        func sum(_ kernel: [Double], _ coefficients: [Double]) -> Double {
            zip(kernel, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let first = model.head.profileMean + sum(new.own.first, encoded.own.first)
        let second = model.head.mean + sum(new.own.second, encoded.own.second)
        #expect(!new.isKnown)
        #expect(try abs(both.value - beginning(new) - (first + second) / 2) < 1e-9)
    }

    @Test("A response is that of the model; a line without a profile and a drug that nobody knows are named")
    func response() async throws {
        let package = try #require(try ResponseTask().bundled.package("response-gdsc"))
        let model = try ResponseModel(package)
        let features = model.features.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",")
        let zeros = model.features.map { $0 == "TP53_mut" ? "1" : "0" }.joined(separator: ",")
        let folder = try Self.folder([
            "g.csv": ["COSMIC_ID,SAMPLE_NAME,TISSUE_FACTOR,\(features)", "1,A,skin,\(zeros)", "2,B,lung,\(zeros)"],
            "e.tsv": [
                (["COSMIC_ID"] + model.genes).joined(separator: "\t"),
                (["1"] + model.genes.indices.map { "\(Double($0 % 7) / 3 - 1)" }).joined(separator: "\t"),
            ],
            "d.tsv": ["drug_id\tname", "1047\tNutlin", "77777\tnone"],
            "t.tsv": ["cosmic_id\tdrug_id", "1\t1047", "2\t1047", "3\t1047", "1\t77777", "1\t5", "1\t1047"],
        ])
        defer { try? FileManager.default.removeItem(at: folder) }
        let options = ["drugs": "d.tsv", "genomics": "g.csv", "expression": "e.tsv"].mapValues {
            folder.appending(path: $0).path
        }
        let path = folder.appending(path: "t.tsv").path
        let scores = try await Self.scores(ResponseTask(), package, path, options)
        #expect(scores.map { $0.problem == nil } == [true, true, false, false, false, true])
        // Whether expression is told is the last but one: the last says whether the profile is far out.
        #expect(scores[0].values.count == 6 && scores[0].values[4] == 1 && scores[1].values[4] == 0)
        #expect(scores[5] == scores[0])
        #expect(
            scores[3].problem?.contains("not in the training") == true && scores[4].problem?.contains("no drug") == true
        )
        let cells = try CellProfiles(
            genomics: options["genomics"] ?? "", expression: options["expression"] ?? "", features: model.features,
            genes: model.genes)
        let own = try model.predict(model.encode(cells.profile("1")), drug: "1047")
        #expect(
            scores[0].values.prefix(4)
                == [own.value, own.interval.lowerBound, own.interval.upperBound, own.drugMean].map { Float($0) }[...])
        #expect(try await Self.scores(ResponseTask(), package, path, options, bytes: 1, workers: 2) == scores)
    }

    @Test("Sequences are as alike as the cosines of their words, counted one by one")
    func words() {
        func counts(_ sequence: String, _ shape: [Int]) -> [String: Double] {
            let letters = Array(sequence)
            var counts: [String: Double] = [:]
            for start in 0..<max(0, letters.count - (shape.last ?? 0)) {
                counts[String(shape.map { letters[start + $0] }), default: 0] += 1
            }
            return counts.mapValues { $0.squareRoot() }
        }
        func length(_ counts: [String: Double]) -> Double { counts.values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let sequences = ["MKKFFDSRRKKFFDSRRE", "MSTKKFFDSKKFF", "MST", "WWWWWWWWKKFFW"]
        let index = ResidueWordIndex(sequences.map { ResidueWords($0) })
        for sequence in sequences {
            let expected = sequences.map { other -> Double in
                let cosines = [[0, 1, 2, 3], [0, 1, 2, 4], [0, 1, 3, 4]].map { shape -> Double in
                    let (a, b) = (counts(sequence, shape), counts(other, shape))
                    let shared = a.reduce(0) { $0 + $1.value * (b[$1.key] ?? 0) }
                    return shared == 0 ? 0 : shared / (length(a) * length(b))
                }
                return (cosines.reduce(0, +) / 3).squareRoot()
            }
            let found = index.similarities(to: ResidueWords(sequence))
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 })
        }
    }

    @Test("A request without its tables, or with an option that nobody knows, is refused before anything is read")
    func requests() {
        #expect(throws: TaskError.self) {
            try AffinityTask().resultForm(of: ItemInputs(paths: ["t"], options: ["drugs": "d"]))
        }
        #expect(throws: TaskError.self) {
            try PropertyTask().resultForm(of: ItemInputs(paths: ["t"], options: ["column": "x"]))
        }
    }
}
