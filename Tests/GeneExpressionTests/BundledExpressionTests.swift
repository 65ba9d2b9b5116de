import Foundation
import Genomics
import NeuralNetwork
import Tasks
import TestSupport
import Testing

@testable import GeneExpression

/// The models that come with the suite, on real records.
@Suite("Bundled models of expression")
struct BundledExpressionTests {
    private static let folder = HelicaseData.folder.appending(path: "expression")
    private static let isThere = FileManager.default.fileExists(atPath: folder.path)

    @Test(
        "Each says its command, its data, its figures by fold and an interval for each output",
        arguments: ExpressionTask().bundled.names)
    func lineage(_ name: String) throws {
        let package = try #require(try ExpressionTask().bundled.package(name))
        #expect(ExpressionKind(modelName: name) == (try ExpressionOptions.of(package)).kind)
        #expect(package.lineage.command.contains("--model \(name) "))
        #expect(package.lineage.data.values.allSatisfy { $0.count == 64 } && !package.lineage.data.isEmpty)
        #expect(FoldTable(package.lineage.metrics) != nil)
        _ = try ExpressionTask().model(package)
    }

    /// What a model of the suite says of the first records of its own table, and what is true of them.
    private func first(_ count: Int, _ kind: ExpressionKind) async throws -> (said: [Score], truth: [Float]) {
        let package = try #require(try ExpressionTask().bundled.package(kind.modelName))
        let files = ExpressionDataSet.files(kind)
        let path = Self.folder.appending(path: files.table).path
        var inputs = ItemInputs(
            paths: [path], options: files.companions.mapValues { Self.folder.appending(path: $0).path })
        let task = ExpressionTask()
        inputs.options = task.options(of: inputs, for: package)
        let source = try task.source(path, of: inputs)
        let labels = try ExpressionDataSet.Labels(kind, path: path)
        var (batch, truth) = (ItemBatch(columns: source.columns), [Float]())
        while batch.items.count < count, let item = try source.next() {
            batch.items.append(item)
            truth.append(try #require(try labels.next()).target)
        }
        let model = try task.model(package)
        let scores = try await model.scores([try task.examples(of: batch)], workers: 2)[0]
        #expect(source.remarks.isEmpty)
        return (scores, truth)
    }

    @Test(
        "Records of the training's own table are predicted as it learned them: table, encoding and network fit together",
        .enabled(if: isThere, "HELICASE_DATA has no expression"), arguments: [ExpressionKind.sigma70, .arabidopsis])
    func fit(_ kind: ExpressionKind) async throws {
        guard ExpressionTask().bundled.names.contains(kind.modelName) else { return }
        let (said, truth) = try await first(400, kind)
        let pairs = PairedNumbers(predictions: said.map { $0.values[0] }, targets: truth)
        #expect((pairs.pearson() ?? 0) > (kind == .sigma70 ? 0.98 : 0.6))
        #expect(said.allSatisfy { $0.values[1] <= $0.values[0] && $0.values[0] <= $0.values[2] })
        let inside = zip(said, truth).filter { ($0.values[1]...$0.values[2]).contains($1) }.count
        #expect((0.8...0.99).contains(Double(inside) / Double(truth.count)))
    }

    @Test("What a promoter adds is the sum of its stretches, the first of them those of its first fifth")
    func promoters() {
        var line = PromoterLine(
            offset: 0.5, weights: [Float](repeating: 0, count: ExpressionEncoder.countOfStretches(longest: 4)))
        #expect(line.isValid)
        line.weights[0] = 1
        let codes = [UInt8](repeating: 1, count: 50) + [UInt8](repeating: 2, count: 201)
        #expect(line.value(of: codes) == 50.5)
        #expect(line.value(of: codes.reversed()) == 0.5)
        line.weights.removeLast()
        #expect(!line.isValid)
    }

    @Test(
        "A promoter with both elements 17 bases apart scores above one whose spacer is off, and the place of its -10 is told"
    )
    func elements() {
        let (lead, spacer) = (String(repeating: "G", count: 30), String(repeating: "C", count: 17))
        func features(_ text: String) -> [Float] {
            let padded = text + String(repeating: "G", count: 150 - text.count)
            return PromoterElements.features(padded.utf8.map { BaseCode.nibble(ofASCII: $0) })
        }
        let good = features(lead + "TTGACA" + spacer + "TATAAT")
        #expect(good.count == PromoterElements.width && good[0] == 12 && good[1] == 53 && good[3] == 6 && good[4] == 53)
        #expect(features(lead + "TTGACA" + spacer + "CC" + "TATAAT")[0] == 10.5)
    }
}
