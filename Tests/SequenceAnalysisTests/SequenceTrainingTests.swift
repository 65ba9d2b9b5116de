import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// Trainings by a recipe.
@Suite("Trainings of models of sequences")
struct SequenceTrainingTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "recipe-\(UUID())")

    /// Sequences with and without TATA in the middle, and a table of folds.
    private func write(_ count: Int, yes motif: String = "TATA", no other: String = "GCGC") throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var random = SplitMix64(seed: 5)
        func bases(_ count: Int) -> String {
            String(decoding: (0..<count).map { _ in Array("ACGT".utf8)[Int(random.next() >> 62)] }, as: UTF8.self)
        }
        var (yes, no, folds) = ("", "", "file\trecord\tfold\n")
        for number in 0..<count {
            yes += ">y\n\(bases(8))\(motif)\(bases(8))\n"
            no += ">n\n\(bases(8))\(other)\(bases(8))\n"
            folds += "yes.fa\t\(number)\t\(number % 4)\nno.fa\t\(number)\t\(number % 4)\n"
        }
        no += ">short\nACG\n"
        folds += "no.fa\t\(count)\t0\n"
        try Data(yes.utf8).write(to: folder.appending(path: "yes.fa"))
        try Data(no.utf8).write(to: folder.appending(path: "no.fa"))
        try Data(folds.utf8).write(to: folder.appending(path: "folds.tsv"))
    }

    private func recipe(_ change: (inout SequenceRecipe) -> Void = { _ in }) throws -> SequenceRecipe {
        let json = """
            {"model": "toy", "summary": "", "labels": ["no", "yes"], "folds": "folds.tsv", "strands": "forward", "members": 4,
             "sources": [{"file": "no.fa", "label": "no"}, {"file": "yes.fa", "label": "yes"}],
             "architecture": {"input": {"kind": "bases", "shape": [20]},
                "layers": [{"type": "flatten"}, {"type": "linear", "outputs": 2}]},
             "options": {"epochs": 30, "batchSize": 16, "learningRate": 0.05}}
            """.replacing(
                #"{"type": "flatten"}, "#,
                with: #"{"type": "conv1d", "filters": 4, "kernel": 4}, {"type": "flatten"}, "#)
        var recipe = try JSONDecoder().decode(SequenceRecipe.self, from: Data(json.utf8))
        change(&recipe)
        return recipe
    }

    @Test("Each member is validated on the fold that it has not seen, and all of them are one model")
    func folds() async throws {
        try write(40)
        defer { try? FileManager.default.removeItem(at: folder) }
        let training = try SequenceTraining(recipe(), folder: folder.path, command: "a test")
        #expect(training.summary == "80 sequences of 20 bases in 4 folds, 0 kept for validation, 1 left out")
        let package = try training.fit(TrainingSession(workers: 2))
        let metrics = package.lineage.metrics
        #expect(metrics["validation.examples"] == 80 && metrics["training.examples"] == 80)
        #expect(try #require(metrics["validation.accuracy"]) > 0.9)
        #expect(metrics["validation.accuracy.deviation-of-folds"] != nil)
        #expect(Set(package.lineage.data.keys) == ["no.fa", "yes.fa", "folds.tsv"])
        // The same bytes again, with other threads.
        #expect(try training.fit(TrainingSession(workers: 1)).digest() == package.digest())
        let model = try SequenceModel(package)
        var items = ItemBatch(columns: ["sequence"])
        items.items = [Item(record: 0, name: "", fields: [Array("ACGTACGTTATAACGTACGT".utf8)])]
        let score = try await model.scores([SequenceTask().examples(of: items)], workers: 1)[0][0]
        #expect(score.values[1] > 0.8)
    }

    @Test("With --folds every fold is predicted, its figures are kept, and each record's prediction is in the table")
    func everyFold() throws {
        try write(40)
        defer { try? FileManager.default.removeItem(at: folder) }
        let one = try recipe { $0.members = 1 }
        var training = try SequenceTraining(one, folder: folder.path, folds: true, command: "a test")
        let table = folder.appending(path: "table.tsv")
        training.receivePredictions = { try Data($0.utf8).write(to: table) }
        let package = try training.fit(TrainingSession())
        let folds = try #require(FoldTable(package.lineage.metrics))
        #expect(folds.folds == [0, 1, 2, 3] && package.lineage.metrics["validation.examples"] == 80)
        #expect(folds.rows.first { $0.name == "examples" }?.values == [20, 20, 20, 20])
        let lines = try String(contentsOf: table, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 81 && lines[0] == "file\trecord\tfold\tlabel\tp_no\tp_yes")
        #expect(lines[1].hasPrefix("no.fa\t0\t0\tno\t") && lines[80].hasPrefix("yes.fa\t39\t3\tyes\t"))
        let plain = try SequenceTraining(recipe(), folder: folder.path, command: "a test").fit(TrainingSession())
        #expect(package.weights == plain.weights)
        #expect(throws: TaskError.self) {
            try SequenceTraining(recipe { $0.folds = nil }, folder: folder.path, folds: true, command: "")
        }
    }

    @Test("Where nothing can be learned the figures say so: what a member is judged on it was not fitted to")
    func nothingToLearn() throws {
        try write(40, yes: "ACGT", no: "ACGT")
        defer { try? FileManager.default.removeItem(at: folder) }
        let learned = try recipe {
            $0.options.epochs = 60
            $0.architecture.layers[0] = .conv1d(filters: 24, kernel: 6)
        }
        let metrics = try SequenceTraining(learned, folder: folder.path, command: "").fit(TrainingSession()).lineage
            .metrics
        #expect(try #require(metrics["validation.accuracy"]) < 0.75)
    }

    @Test("What the recipe names and the data do not have is refused with its place")
    func refusals() throws {
        try write(4)
        defer { try? FileManager.default.removeItem(at: folder) }
        func refusal(_ change: (inout SequenceRecipe) -> Void) throws -> String {
            do {
                _ = try SequenceTraining(recipe(change), folder: folder.path, command: "")
                return ""
            } catch { return "\(error)" }
        }
        #expect(try refusal { $0.sources[0].label = "maybe" }.contains("\"maybe\" is none of the labels no, yes"))
        #expect(try refusal { $0.sources[0].file = "none.fa" }.contains("none.fa"))
        #expect(try refusal { $0.sources[0].column = "label" }.contains("has no column \"label\""))
        #expect(try refusal { $0.labels = ["no"] }.contains("none of the labels"))
        #expect(try refusal { $0.options.patience = 3 }.contains("fixed number of epochs"))
        // What a recipe has no targets for.
        #expect(try refusal { $0.options.loss = .binaryCrossEntropy() }.contains("`train network`"))
        #expect(
            try refusal {
                $0.architecture.heads = [
                    Head(name: "a", layers: [.linear(outputs: 1)]), Head(name: "b", layers: [.linear(outputs: 1)]),
                ]
                $0.architecture.layers.removeLast()
            }.contains("`train network`"))
        try Data("file\trecord\tfold\nyes.fa\t0\t1\n".utf8).write(to: folder.appending(path: "folds.tsv"))
        #expect(try refusal { _ in }.contains("record 0 has no fold"))
    }
}
