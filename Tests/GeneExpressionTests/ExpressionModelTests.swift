import Foundation
import Genomics
import NeuralNetwork
import Tasks
import TestSupport
import Testing

@testable import GeneExpression

/// What models of expression say, and how they come about.
@Suite("Models of expression")
struct ExpressionModelTests {
    @Test("Nine of ten new errors lie within the interval, on either side alike, and wider ones where errors are wider")
    func intervals() {
        let predictions = (0..<2000).map { Float($0) / 1000 }
        // Errors are spread evenly over ±0.5 below 1, and over ±5 above.
        let targets = (0..<2000).map { index in
            let error = Float((index * 7919) % 1000) / 1000 - 0.5
            return predictions[index] + (index < 1000 ? error : 10 * error)
        }
        let interval = PredictionInterval(predictions: predictions, targets: targets, groups: 2)
        let (narrow, wide) = (interval.bounds(0.5), interval.bounds(1.5))
        #expect(abs(narrow.lower - 0.05) < 0.02 && abs(narrow.upper - 0.95) < 0.02)
        #expect(abs(wide.lower + 3) < 0.2 && abs(wide.upper - 6) < 0.2)
        let inside = predictions.indices.count {
            let bounds = interval.bounds(predictions[$0])
            return (bounds.lower...bounds.upper).contains(targets[$0])
        }
        #expect((0.895...0.91).contains(Double(inside) / 2000))
    }

    @Test("A family's mean is drawn to that of all genes, and a family of one gene says nothing")
    func families() {
        let families = GeneFamilies(symbols: ["OR1", "OR2", "OR10", "ACTB", "TP53"], targets: [0, 0, 0, 4, 1])
        // Mean 1; three genes of 0 with three of the mean.
        #expect(families.features("OR99") == [0.5, 1, 1])
        #expect(families.features("ACTB") == [1, 1, 1])
        #expect(families.features("") == [1, 1, 1])
    }

    @Test("Stretches of bases are counted, and none across a letter that is no base")
    func stretches() {
        // A C N C A: A 2, C 2; AC, CA.
        let counts = ExpressionEncoder.counts([1, 2, 15, 2, 1][...], longest: 2)
        #expect(counts.count == 20)
        #expect(Array(counts[..<4]) == [2, 2, 0, 0])
        #expect(counts[4 + 1] == 1 && counts[4 + 4] == 1 && counts[4...].reduce(0, +) == 2)
    }

    @Test(
        "A condition is most like itself, less like one with another word, and a number that was not measured counts nothing"
    )
    func likeness() throws {
        let records = try [(["a", "b"], [37, -1, -1] as [Float]), (["a", "c"], [42, 7, 0.5])].map { words, values in
            try ExpressionRecord(ExpressionRecord.item(0, name: "", values: values, words: words))
        }
        let known = KnownConditions(records, gamma: 0.1)
        let own = known.likeness(to: records[0])
        #expect(own[0] == 1)
        #expect(abs(own[1] - Float(PortableMath.exp(-0.1 * (2 + 25.0 / 9)))) < 1e-6)
        let stranger = try ExpressionRecord(
            ExpressionRecord.item(0, name: "", values: [37, 7, -1], words: ["a", "b", "new"]))
        #expect(abs(known.likeness(to: stranger)[0] - Float(PortableMath.exp(-0.1))) < 1e-6)
    }

    private func package() throws -> ModelPackage {
        let options = ExpressionOptions(
            kind: .sigma70, means: [], deviations: [], vocabulary: ["up=a", "up=b"],
            intervals: [PredictionInterval(predictions: [0, 1], targets: [-1, 2])])
        let network = try Network(Architecture(input: [2], layers: [.linear(outputs: 1)]), seed: 1)
        try network.load([1, 3, 0.5])
        var package = ModelPackage(network, featureVersion: ExpressionRecord.featureVersion, labels: ["prediction"])
        package.taskOptions = try options.encode()
        return package
    }

    @Test("A prediction stands between its bounds, in any batch, and what cannot be scored has its reason")
    func scores() async throws {
        let task = ExpressionTask()
        var batch = ItemBatch(columns: ExpressionRecord.columns)
        batch.items = [
            ExpressionRecord.item(0, name: "", words: ["up=a"]), Item(record: 1, name: "", problem: "torn"),
            ExpressionRecord.item(2, name: "", words: ["up=b", "up=never met"]),
        ]
        let model = try task.model(ModelPackage(decoding: package().encode()))
        let scores = try await model.scores([task.examples(of: batch)], workers: 2)[0]
        #expect(scores[0].values == [1.5, 0.5, 2.5] && scores[2].values == [3.5, 2.5, 4.5])
        #expect(scores[1].values.isEmpty && scores[1].problem == "torn")
        batch.items.removeFirst(2)
        #expect(try await model.scores([task.examples(of: batch)], workers: 1)[0][0] == scores[2])
    }

    @Test("A package without its options, and of inputs that its network does not have, is refused")
    func damaged() throws {
        var package = try package()
        package.taskOptions = nil
        #expect(throws: TaskError.self) { try ExpressionTask().model(package) }
        package = try self.package()
        package.taskOptions = package.taskOptions?.replacing("\"up=b\"", with: "\"up=b\",\"up=c\"")
        #expect(throws: TaskError.self) { try ExpressionTask().model(package) }
    }

    @Test("A file that the model does not read is refused by its option")
    func companions() throws {
        let inputs = ItemInputs(paths: ["x"], options: ["kind": "sigma70", "bins": "y"])
        #expect { try ExpressionTask().resultForm(of: inputs) } throws: {
            "\($0)" == "the model expression-sigma70 reads no --bins"
        }
    }

    @Test("Genes and samples have a line each, of the genes that were asked for")
    func samples() throws {
        let genes = try ExpressionSourceTests.file(
            ",start,has_expression\nb2,0,1\nb9,1,1\nb7,1,0\n", "genes.csv")
        let path = genes + ".tsv"
        let table = try GeneSampleTable(path: path, genes: ["b1", "b2"], asked: genes)
        try table.write(Score([1, 0, 2, 3, 2, 4]), record: 0, name: "s")
        try table.write(Score(problem: "torn"), record: 1, name: "t")
        try table.finish()
        let lines = ["b2\ts\t3.0\t2.0\t4.0", "b9\ts\tNA\tNA\tNA", "b2\tt\tNA\tNA\tNA", "b9\tt\tNA\tNA\tNA"]
        #expect(
            try String(contentsOfFile: path, encoding: .utf8)
                == "gene\tsample\tprediction\tlower\tupper\n" + lines.map { $0 + "\n" }.joined())
        #expect(table.loss?.contains("1 of the 2 genes that are asked for, b9 first") == true)
    }

    @Test(
        "A training of designs learns their elements, is judged on what was held out, and gives the same bytes for any workers"
    )
    func training() throws {
        let elements = DesignSource.elements.joined(separator: "\t")
        var text = "name\t\(elements)\texpression\tfold\n"
        for index in 0..<240 {
            let (a, b) = (index % 4, (index / 4) % 3)
            text += "n\(index)\tu\(a)\tm\(b)\ts\tt\tg\t\([1.0, 2, 4, 8][a] * [1.0, 4, 16][b])\t\((index / 12) % 2)\n"
        }
        let file = try ExpressionSourceTests.file("")
        let folder = URL(filePath: file).deletingLastPathComponent()
        try FileManager.default.createDirectory(
            at: folder.appending(path: "sigma70_mpra"), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: folder.appending(path: "sigma70_mpra/sigma70_variants.tsv.gz"))
        var options = ExpressionTraining.Options()
        (options.epochs, options.members) = (30, 1)
        let training = try ExpressionTraining(.sigma70, folder: folder.path, options: options, command: "test")
        let package = try training.fit(TrainingSession(workers: 1))
        #expect((package.lineage.metrics["validation.r2"] ?? 0) > 0.9)
        #expect((package.lineage.metrics["validation.ridge.r2"] ?? 0) > 0.7)
        #expect(try training.fit(TrainingSession(workers: 2)).encode() == package.encode())
    }
}
